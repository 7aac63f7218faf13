package review

import (
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rights"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

// newcomers are the applications that were not there before.
func (c *comparison) newcomers() (all []*streaming.Node) {
	for _, n := range streaming.NodesOf(c.new.Set) {
		if n.Folder() != extraFolder && c.old.node(n) == nil {
			all = append(all, n)
		}
	}
	return all
}

// grown are policies that let in whom their pods trust from now on: that is a risk of its own,
// or none at all for a cluster monitor that is new.
func (c *comparison) grown(policies []*networkPolicy) []*networkPolicy {
	all := slices.Clone(policies)
	for i, p := range all {
		entrusted := c.entrusted(p)
		if p.Folder() == extraFolder || len(entrusted) == 0 {
			continue
		}
		copied := *p
		copied.spec = *p.spec.DeepCopy()
		for j := range copied.spec.Ingress {
			c.grow(copied.spec.Ingress[j].From, p.Namespace, entrusted)
		}
		all[i] = &copied
	}
	return all
}

// entrusted are the nodes that all pods of a policy trust, and did not before.
func (c *comparison) entrusted(p *networkPolicy) []*streaming.Node {
	var held, entrusted []*streaming.Node
	for _, n := range streaming.NodesOf(c.new.Set) {
		if was := c.old.node(n); was != nil && p.holds(pods{namespace: n.Namespace}, n.Workload) {
			held = append(held, n)
		}
	}
	for _, peer := range streaming.NodesOf(c.new.Set) {
		isNew := func(n *streaming.Node) bool {
			return peer.IsMonitor && c.old.node(peer) == nil || n.Trusts(peer) && !c.hadTrusted(n, peer)
		}
		if c.new.isOwn(peer) && len(held) > 0 && !slices.ContainsFunc(held, func(n *streaming.Node) bool { return !isNew(n) }) {
			entrusted = append(entrusted, peer)
		}
	}
	return entrusted
}

func (c *comparison) grow(peers []networkingv1.NetworkPolicyPeer, namespace string, entrusted []*streaming.Node) {
	for i := range peers {
		if peers[i].PodSelector == nil || peers[i].NamespaceSelector != nil {
			continue
		}
		own := requirements(peers[i].PodSelector)
		for j, r := range own {
			if r.Operator == metav1.LabelSelectorOpIn && c.old.isOwnLabel(namespace, r) {
				own[j].Values = slices.Concat(r.Values, labelsOf(entrusted, namespace, r.Key))
			}
		}
		peers[i].PodSelector = &metav1.LabelSelector{MatchExpressions: own}
	}
}

// isOwnLabel reports whether all values of a requirement are those of the environment's own applications.
func (s *side) isOwnLabel(namespace string, r metav1.LabelSelectorRequirement) bool {
	known := labelsOf(streaming.NodesOf(s.Set), namespace, r.Key)
	return !slices.ContainsFunc(r.Values, func(value string) bool { return !slices.Contains(known, value) })
}

func labelsOf(nodes []*streaming.Node, namespace, key string) (values []string) {
	for _, n := range nodes {
		if value, found := n.Meta.Labels[key]; found && n.Namespace == namespace {
			values = append(values, value)
		}
	}
	return values
}

var newApplication = row{Rule: rule.Rule{
	ID: "ER310", Title: "a new application, with the standard rights",
	Why:     "its nodes may do what those of the other applications may, and whoever breaks into one may as well",
	Example: "applications: {prices: {}}   # beside others",
	Fix:     "nothing, if it is wanted",
}, Check: findNewApplication}

// findNewApplication points to the line of the first application, which brings it.
func findNewApplication(c *comparison, f *rule.Finder) {
	gains := c.gains()
	for _, d := range c.differences {
		var all []*streaming.Node
		for _, g := range gains[d] {
			if g.newcomer != nil && !slices.Contains(all, g.newcomer) {
				all = append(all, g.newcomer)
			}
		}
		if len(all) == 0 {
			continue
		}
		verb := "is"
		if len(all) > 1 {
			verb = "are"
		}
		whose := "the rights that the others have"
		if len(streaming.NodesOf(c.old.Set)) == 0 {
			whose = "the rights that nodes need to find each other"
		}
		at := d.at("").weighing(len(all)).causedBy(all[0].Path(), all[0].Manifest(), "")
		f.Report(at, "", "application %s %s new, with %s", andMore(all[0].Name, len(all)-1), verb, whose)
	}
}

// firstField is where a difference begins, empty if it is a whole object.
func firstField(d *difference) string {
	if len(d.changes) > 0 {
		return d.changes[0].at
	}
	return ""
}

// newcomer is the new application whose account a grant is for, if it gives no more than
// the others have had; nil if there is none.
func (c *comparison) newcomer(g grant, before []grant) *streaming.Node {
	newcomers := c.newcomers()
	i := slices.IndexFunc(newcomers, func(n *streaming.Node) bool { return g.Grantee == accountOf(n.Workload) })
	if rules, known := g.rules(); i < 0 || !known || c.old.runs(g.Grantee) || !c.isStandard(g, rules, before) {
		return nil
	}
	return newcomers[i]
}

// runs reports whether pods run as an account.
func (s *side) runs(account rights.Grantee) bool {
	return slices.ContainsFunc(s.Workloads(), func(w *manifest.Workload) bool { return accountOf(w) == account })
}

// accountOf is the account that pods run as.
func accountOf(w *manifest.Workload) rights.Grantee {
	return rights.Grantee{Kind: rbacv1.UserKind, Name: rights.AccountPrefix + w.Namespace + ":" + w.ServiceAccount()}
}

// isStandard reports whether all applications that were there had the rights of a grant.
// In a new environment a grant is held against what nodes need to find each other.
func (c *comparison) isStandard(g grant, rules []rbacv1.PolicyRule, before []grant) bool {
	applications := 0
	for _, n := range streaming.NodesOf(c.old.Set) {
		if n.Folder() == extraFolder || n.IsMonitor {
			continue
		}
		applications++
		var held []rbacv1.PolicyRule
		for _, was := range before {
			if was.SharesWith(accountOf(n.Workload)) && (was.Scope == "" || was.Scope == g.Scope) {
				given, _ := was.rules()
				held = append(held, given...)
			}
		}
		if !rights.Covers(held, rules) {
			return false
		}
	}
	return applications > 0 || rights.Covers([]rbacv1.PolicyRule{rights.Discovery}, rules)
}
