package config

import (
	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// What has no honest use beyond: time and size grow faster than these lists.
const (
	// maxApplications bounds what is written of one environment.
	maxApplications = 250
	// maxNamedNodes bounds the nodes that one application trusts by a name of their own. A
	// ConfigMap holds about as many.
	maxNamedNodes = 10000
	// maxTrustedHosts bounds the hosts that one application trusts besides its peers. A
	// network of CIDR is one host.
	maxTrustedHosts = 250
	// maxIncludes bounds the files that one node.conf embeds. One has to be found among
	// the others for each problem in it.
	maxIncludes = 100
	// maxPatches bounds the patches of one object. Each is merged into the whole object.
	maxPatches = 100
)

// atMost refuses a list that is too long.
func (c *checker) atMost(field string, length, most int, hint string) {
	if length > most {
		c.bad(yamltree.OverBound, field, hint, "%d items are more than %d", length, most)
	}
}

// patchesOfOne refuses the first patch of an object that is one too many.
func (c *checker) patchesOfOne() {
	counts := map[Target]int{}
	for i, patch := range c.env.Patches {
		if counts[patch.Target]++; counts[patch.Target] == maxPatches+1 {
			c.bad(yamltree.OverBound, rule.Index("patches", i), "write several changes of one object into one patch",
				"%s %q has more than %d patches", patch.Target.Kind, patch.Target.Name, maxPatches)
		}
	}
}
