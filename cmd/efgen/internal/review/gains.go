package review

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

func findWiderRights(c *comparison, f *finder) {
	if c.differenceOf(func(d *difference) bool { return strings.Contains(d.object().group(), "authorization") }) == nil {
		return
	}
	gains := map[*difference][]gained{}
	before, after := c.old.grants(), c.new.grants()
	if len(before)*len(after) > maxSteps {
		after = after[:maxSteps/len(before)]
	}
	for _, g := range after {
		if what := g.gain(before); len(what) > 0 {
			d := c.bringing(g, before)
			gains[d] = append(gains[d], gained{g, what})
		}
	}
	c.addUnboundGains(gains, after)
	for _, d := range c.differences {
		if all := gains[d]; len(all) > 0 {
			f.addGains(d, all)
		}
	}
}

// bringing is the difference behind what a grant gives: that of the role if the grantee
// had it before, and else that of the binding.
func (c *comparison) bringing(g grant, before []grant) *difference {
	binding := c.differenceOf(func(d *difference) bool { return d.new == g.binding })
	role := c.differenceOf(func(d *difference) bool { return d.new != nil && d.new == g.role })
	if role != nil && (binding == nil || hadBinding(before, g)) {
		return role
	}
	return binding
}

// hadBinding tells whether a grantee had the same role by a binding of that name.
func hadBinding(before []grant, g grant) bool {
	return slices.ContainsFunc(before, func(was grant) bool {
		return was.grantee == g.grantee && was.roleName == g.roleName && was.binding.identity() == g.binding.identity()
	})
}

// A gained grant gives what its grantee did not have.
type gained struct {
	grant
	what []string
}

// addUnboundGains finds roles that allow more and that bindings outside of the
// manifests may give to somebody.
func (c *comparison) addUnboundGains(gains map[*difference][]gained, after []grant) {
	for _, d := range c.differences {
		if d.action() != Modified || len(gains[d]) > 0 {
			continue
		}
		old, new := rulesOf(d.old), rulesOf(d.new)
		bound := slices.ContainsFunc(after, func(g grant) bool { return g.role == d.new })
		if what := uncovered(old, new); len(what) > 0 && !bound {
			gains[d] = append(gains[d], gained{grant{grantee: grantee{"whoever", "is bound to " + d.new.title()}, scope: scope{d.new.namespace}}, what})
		}
	}
}

// addGains says what the first gains, and how many more do.
func (f *finder) addGains(d *difference, all []gained) {
	first := all[0]
	what := first.what[0]
	if more := len(first.what) - 1; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	who := first.kind + " " + first.name
	others := map[grantee]bool{}
	for _, g := range all {
		others[g.grantee] = true
	}
	if len(others) > 1 {
		who += fmt.Sprintf(" and %d more", len(others)-1)
	}
	where := "in every namespace"
	if first.namespace != "" {
		where = "in namespace " + first.namespace
	}
	found := f.add(d, "", "%s may now %s %s", who, what, where)
	found.weight = len(others)
	if len(d.changes) > 0 {
		found.field = d.changes[0].at
	}
}

// right says a single right in words.
func right(r rbacv1.PolicyRule) string {
	listed := func(list []string, all string) string {
		if len(list) == 1 && list[0] == "*" {
			return all
		}
		return strings.Join(list, ",")
	}
	verb := listed(r.Verbs, "do anything with")
	if len(r.NonResourceURLs) > 0 {
		return verb + " " + listed(r.NonResourceURLs, "every path of the API")
	}
	text := verb + " " + listed(r.Resources, "every resource")
	if group := listed(r.APIGroups, "every group"); group != "" {
		text += " of " + group
	}
	if len(r.ResourceNames) > 0 {
		text += fmt.Sprintf(" named %s", r.ResourceNames[0])
	}
	return text
}
