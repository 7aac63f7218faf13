package config

import (
	"maps"
	"slices"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// Trusted are the other applications of the environment whose nodes an application trusts,
// by name.
func (e *Environment) Trusted(app *Application) (all []*Application) {
	for _, name := range slices.Compact(slices.Sorted(slices.Values(app.Security.TrustApplications))) {
		if other := e.Applications[name]; other != nil && other != app {
			all = append(all, other)
		}
	}
	return all
}

// minNamedNodes is how many nodes of an application are trusted by name at the least.
const minNamedNodes = 8

// NamedNodes is how many of an application's nodes are trusted by a name of their own, from
// ordinal 0 on: the next power of two, so that a few nodes more change no configuration, and
// restart nobody.
func (a *Application) NamedNodes() int {
	named := minNamedNodes
	for named < int(a.MostReplicas()) {
		named *= 2
	}
	return named
}

// trust judges which other applications an application trusts.
func (c *checker) trust(at string, app *Application) {
	names := claims{}
	for i, name := range app.Security.TrustApplications {
		field := rule.Index(at+".trustApplications", i)
		c.claim(names, name, field, "the application")
		switch _, known := c.env.Applications[name]; {
		case name == app.Name && !c.isDefault(field):
			c.bad(conflictingSettings, field, "remove it", "the nodes of %s trust each other anyway", name)
		case known:
		case name == monitorName:
			c.bad(conflictingSettings, field, "remove it", "every application trusts the cluster monitor of its environment anyway")
		default:
			c.unknownApplication(field, name)
		}
	}
	c.namedNodes(at, app)
}

// isDefault reports whether a value of an application is one of `defaults`.
func (c *checker) isDefault(field string) bool {
	_, home := c.env.Origins.At(field)
	steps, _ := rule.Steps(home)
	return len(steps) > 0 && steps[0].Key == defaultsKey
}

func (c *checker) unknownApplication(field, name string) {
	hint := "name each application of this environment that is to be trusted"
	if near := rule.Nearest(name, slices.Sorted(maps.Keys(c.env.Applications))); near != "" {
		hint = `did you mean "` + near + `"?`
	}
	c.bad(yamltree.UnknownValue, field, hint, "%q is no application of this environment", yamltree.Shorten(name))
}

// namedNodes bounds the names of nodes that one application trusts.
func (c *checker) namedNodes(at string, app *Application) {
	if !*app.Security.TrustDiscoveryServices {
		return
	}
	nodes := app.NamedNodes()
	for _, other := range c.env.Trusted(app) {
		nodes += other.NamedNodes()
	}
	if nodes > maxNamedNodes {
		c.bad(yamltree.OverBound, at+".trustApplications", "trust fewer applications, or write trustDiscoveryServices: false",
			"%d nodes to trust by name are more than %d", nodes, maxNamedNodes)
	}
}
