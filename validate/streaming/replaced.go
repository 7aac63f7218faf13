package streaming

import (
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var embeddedTwice = row{Rule: rule.Rule{
	ID: "EF419", Severity: rule.Error, Title: "two embedded configurations of one type and name",
	Why:     "a node tells configurations apart by type and name, and one of them is active: the order of loading decides what the node forgets, a realm or a licence perhaps",
	Example: "security: {name: flow, include: [files/roles.conf]}   # where roles.conf is named \"flow\", too",
	Fix:     "name = \"flow-roles\"   # in files/roles.conf",
}, Check: findEmbeddedTwice}

// findEmbeddedTwice leaves two lists of trusted hosts to EF404.
func findEmbeddedTwice(set *manifest.Set, f *rule.Finder) {
	type identity struct{ kind, name string }
	for _, n := range NodesOf(set) {
		first := map[identity]*Configuration{}
		for _, c := range n.Configurations() {
			id := identity{c.Text("type"), c.Text("name")}
			if !c.Embedded || c.Fault != nil || id.name == "" {
				continue
			}
			other := first[id]
			switch {
			case other == nil:
				first[id] = c
			case other.trustedHosts() == nil || c.trustedHosts() == nil:
				f.Report(c.On(c.Root, "name"), "give the second one a name of its own", "the nodes of %s deploy two configurations of type %s named %q, and keep one of them", n.Manifest(), id.kind, id.name)
			}
		}
	}
}
