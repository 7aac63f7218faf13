package review

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/rights"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

var widerRights = row{Rule: rule.Rule{
	ID: "ER201", Title: "somebody gets more rights",
	Why:     "each subject's rights are compared before and after, from all bindings together; whoever breaks into its pods has the new rights, too",
	Example: "rbac: {scope: cluster}   # where it was namespace",
	Fix:     "rbac: {scope: namespace}",
}, Check: findWiderRights}

// A grant is what one binding gives to one grantee.
type grant struct {
	rights.Grantee
	rights.Binding
}

func grantsOf(s *side) (all []grant) {
	for _, binding := range rights.Of(s.Set).Bindings {
		for _, grantee := range binding.Grantees() {
			all = append(all, grant{grantee, binding})
		}
	}
	return all
}

// rules are what the grant allows; they are not known if the manifests do not show it.
func (g grant) rules() (rules []rbacv1.PolicyRule, known bool) {
	switch {
	case g.Role != nil:
		return g.Role.Rules, !g.Role.Elsewhere
	case g.Ref.Kind == "ClusterRole" && g.Ref.Name == "cluster-admin":
		return rights.Everything, true
	}
	return nil, false
}

// roleName distinguishes roles that are not among the manifests.
func (g grant) roleName() string { return g.Ref.Kind + " " + g.Ref.Name }

func findWiderRights(c *comparison, f *rule.Finder) {
	gains := c.gains()
	for _, d := range c.differences {
		wider := slices.DeleteFunc(slices.Clone(gains[d]), func(g gained) bool { return g.newcomer != nil })
		if len(wider) > 0 {
			addGains(f, d, wider)
		}
	}
}

// gains are what somebody gains, by the difference that brings it.
func (c *comparison) gains() map[*difference][]gained {
	if c.gained != nil {
		return c.gained
	}
	c.gained = map[*difference][]gained{}
	if c.differenceOf(func(d *difference) bool { return strings.Contains(d.object().group(), "authorization") }) == nil {
		return c.gained
	}
	before, after := grantsOf(c.old), grantsOf(c.new)
	if len(before)*len(after) > rights.MaxSteps {
		after = after[:rights.MaxSteps/len(before)]
	}
	for _, g := range after {
		if what := g.gain(before); len(what) > 0 {
			d := c.bringing(g, before)
			c.gained[d] = append(c.gained[d], gained{g.Grantee, g.Scope, c.newcomer(g, before), what})
		}
	}
	c.addUnboundGains(c.gained, after)
	return c.gained
}

// gain is what a grant gives that its grantee did not have before, in words.
func (g grant) gain(before []grant) []string {
	rules, known := g.rules()
	var held []rbacv1.PolicyRule
	for _, was := range before {
		if !was.SharesWith(g.Grantee) || was.Scope != "" && was.Scope != g.Scope {
			continue
		}
		given, wasKnown := was.rules()
		if !known && !wasKnown && was.roleName() == g.roleName() {
			return nil
		}
		held = append(held, given...)
	}
	switch {
	case known:
		return uncovered(held, rules)
	case rights.Covers(held, rights.Everything):
		return nil
	}
	return []string{"do all that " + g.roleName() + " allows"}
}

// uncovered are the rights that rules give and others do not, in words.
func uncovered(held, rules []rbacv1.PolicyRule) (all []string) {
	missing, ok := rights.Missing(held, rules)
	if !ok {
		return []string{"do all that its rules allow, which are too many to compare"}
	}
	for _, one := range missing {
		all = append(all, right(one))
	}
	return all
}

// bringing is the difference behind what a grant gives: that of the role, or of one that it
// aggregates, if the grantee had it before, and else that of the binding.
func (c *comparison) bringing(g grant, before []grant) *difference {
	binding := c.differenceOf(func(d *difference) bool { return sourceOf(d.new) == g.Object })
	role := c.differenceOf(func(d *difference) bool {
		return d.new != nil && g.Role != nil && slices.Contains(g.Role.Parts, d.new.source)
	})
	if role != nil && (binding == nil || hadBinding(before, g)) {
		return role
	}
	return binding
}

// hadBinding reports whether a grantee had the same role by a binding of that name.
func hadBinding(before []grant, g grant) bool {
	return slices.ContainsFunc(before, func(was grant) bool {
		return was.Grantee == g.Grantee && was.roleName() == g.roleName() && was.Identity() == g.Identity()
	})
}

// A gained right is one that a grantee did not have; scope is the namespace in which it
// holds, empty is everywhere.
type gained struct {
	rights.Grantee
	scope string
	// newcomer is the new application that gains no more than the others have; nil if there is none.
	newcomer *streaming.Node
	what     []string
}

// addUnboundGains finds roles that allow more and that bindings outside of the
// manifests may give to somebody.
func (c *comparison) addUnboundGains(gains map[*difference][]gained, after []grant) {
	for _, d := range c.differences {
		if d.action() != Modified || len(gains[d]) > 0 {
			continue
		}
		old, new := rights.Of(c.old.Set).RoleOf(d.old.source), rights.Of(c.new.Set).RoleOf(d.new.source)
		if old == nil || new == nil {
			continue
		}
		isBound := slices.ContainsFunc(after, func(g grant) bool { return g.Role == new })
		if what := uncovered(old.Rules, new.Rules); len(what) > 0 && !isBound {
			whoever := rights.Grantee{Kind: "whoever", Name: "is bound to " + d.new.title()}
			gains[d] = append(gains[d], gained{whoever, d.new.namespace, nil, what})
		}
	}
}

// addGains says what the first gains, and how many more do.
func addGains(f *rule.Finder, d *difference, all []gained) {
	first := all[0]
	what := first.what[0]
	if more := len(first.what) - 1; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	who := first.Kind + " " + first.Name
	others := map[rights.Grantee]bool{}
	for _, g := range all {
		others[g.Grantee] = true
	}
	if len(others) > 1 {
		who += fmt.Sprintf(" and %d more", len(others)-1)
	}
	where := "in every namespace"
	if first.scope != "" {
		where = "in namespace " + first.scope
	}
	f.Report(d.at(firstField(d)).weighing(len(others)), "", "%s may now %s %s", who, what, where)
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
