package review

import (
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/manifest"

	"github.com/efgen/efgen/validate/rights"
)

// A networkPolicy is one with its selector.
type networkPolicy struct {
	*manifest.Object
	spec  networkingv1.NetworkPolicySpec
	takes labels.Selector
}

// policyOf is nil if the object is none.
func policyOf(o *manifest.Object) *networkPolicy {
	v := manifest.Value[networkingv1.NetworkPolicy](o)
	if v == nil {
		return nil
	}
	takes, err := metav1.LabelSelectorAsSelector(&v.Spec.PodSelector)
	if err != nil {
		takes = labels.Nothing()
	}
	return &networkPolicy{o, v.Spec, takes}
}

func (s *side) policies() (all []*networkPolicy) {
	for _, o := range s.Objects() {
		if p := policyOf(o); p != nil {
			all = append(all, p)
		}
	}
	return all
}

// pods are those of a workload, before and after, or, where the manifests show none, all
// that a selector matches.
type pods struct {
	namespace     string
	before, after *manifest.Workload
	selector      *metav1.LabelSelector
}

// holds reports whether a policy is about pods as they are on its side.
func (p *networkPolicy) holds(about pods, as *manifest.Workload) bool {
	switch {
	case p == nil || p.Namespace != about.namespace:
		return false
	case about.selector != nil:
		return selectorCovers(&p.spec.PodSelector, about.selector)
	}
	return as != nil && p.takes.Matches(labels.Set(as.Meta.Labels))
}

// A direction of traffic, with the words for what gets through.
type direction struct {
	policyType          networkingv1.PolicyType
	rules               func(networkingv1.NetworkPolicySpec) []traffic
	field, more, freely string
}

var directions = []direction{
	{
		networkingv1.PolicyTypeIngress, incoming, "spec.ingress",
		"more pods or ports get through to the pods of policy %s", "every pod of the cluster reaches every port of the pods that policy %s kept it from",
	},
	{
		networkingv1.PolicyTypeEgress, outgoing, "spec.egress",
		"the pods of policy %s get through to more", "the pods that policy %s kept in reach everything",
	},
}

// An isolation is what all policies of a comparison let through together: what each of
// them allows adds up.
type isolation struct {
	old, new []*networkPolicy
	// shown are the pods that the manifests show on either side.
	shown []pods
	// populated are the namespaces that something is in, before and after.
	populated map[string]bool
	steps     int
}

func (c *comparison) isolation() *isolation {
	if c.isolated != nil {
		return c.isolated
	}
	n := &isolation{old: c.grown(c.old.policies()), new: c.new.policies(), populated: map[string]bool{}}
	known, there := map[manifest.Identity]*manifest.Workload{}, map[string]bool{}
	for _, o := range c.old.Objects() {
		there[o.Namespace] = true
		if w := manifest.NewWorkload(o); w != nil {
			known[o.Identity()] = w
		}
	}
	for _, o := range c.new.Objects() {
		n.populated[o.Namespace] = there[o.Namespace]
		if w := manifest.NewWorkload(o); w != nil {
			n.shown = append(n.shown, pods{namespace: o.Namespace, before: known[o.Identity()], after: w})
			delete(known, o.Identity())
		}
	}
	for _, w := range known {
		n.shown = append(n.shown, pods{namespace: w.Namespace, before: w})
	}
	c.isolated = n
	return n
}

// running are the pods that a policy is about on either side, and that run all the time.
func (n *isolation) running(old, new *networkPolicy) (all []pods) {
	concerned := func(some pods) bool { return old.holds(some, some.before) || new.holds(some, some.after) }
	known := false
	for _, some := range n.shown {
		if concerned(some) {
			known = true
			if some.before != nil && some.after != nil {
				all = append(all, some)
			}
		}
	}
	n.steps += len(n.shown)
	if known {
		return all
	}
	candidates := n.old
	if new != nil {
		candidates = append(slices.Clone(n.old), new)
	}
	for _, p := range candidates {
		some := pods{namespace: p.Namespace, selector: &p.spec.PodSelector}
		if n.populated[p.Namespace] && concerned(some) {
			all = append(all, some)
		}
	}
	n.steps += len(n.old)
	return all
}

// limiting are the policies that limit pods in a direction.
func (n *isolation) limiting(policies []*networkPolicy, some pods, as *manifest.Workload, way direction) (all []*networkPolicy) {
	n.steps += len(policies)
	for _, p := range policies {
		if p.limits(some, as, way) {
			all = append(all, p)
		}
	}
	return all
}

func (p *networkPolicy) limits(some pods, as *manifest.Workload, way direction) bool {
	return p.holds(some, as) && limits(p.spec, way.policyType)
}

var openNetwork = row{Rule: rule.Rule{
	ID: "ER206", Title: "a NetworkPolicy goes, or lets more in",
	Why:     "more pods can reach the nodes' ports, administration and distribution included if all ports are open; several policies allow what any of them allows",
	Example: "networkPolicy: false",
	Fix:     "networkPolicy: {ingressFrom: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: order-entry}}}]}",
}, Check: findOpenNetwork}

func findOpenNetwork(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		old, new := policyOf(sourceOf(d.old)), policyOf(sourceOf(d.new))
		if old == nil && new == nil || old != nil && new != nil && equality.Semantic.DeepEqual(old.spec, new.spec) {
			continue
		}
		n := c.isolation()
		if n.steps > rights.MaxSteps {
			// Beyond all policies that a person wrote, nothing is taken for covered.
			f.Report(d.at(""), "", directions[0].more, d.object().name)
			continue
		}
		addOpenings(f, n, d, old, new)
	}
}

// addOpenings finds what gets through to pods, or from them, that did not before.
func addOpenings(f *rule.Finder, n *isolation, d *difference, old, new *networkPolicy) {
	said := map[string]bool{}
	add := func(field, sentence string) {
		if !said[sentence] {
			said[sentence] = true
			f.Report(d.at(field), "", sentence, d.object().name)
		}
	}
	for _, some := range n.running(old, new) {
		for _, way := range directions {
			before := n.limiting(n.old, some, some.before, way)
			switch {
			case len(before) == 0:
			case new.limits(some, some.after, way):
				if field, wider := n.opening(before, new, way); wider && old == nil {
					add(field, way.more+", on top of what other policies let through")
				} else if wider {
					add(field, way.more)
				}
			case !old.limits(some, some.before, way) || len(n.limiting(n.new, some, some.after, way)) > 0:
			case new == nil:
				add("", way.freely)
			case !new.holds(some, some.after):
				add("spec.podSelector", "policy %s no longer holds for all of the pods that it protected")
			default:
				add("spec.policyTypes", way.more)
			}
		}
	}
}

// opening is the field by which a policy lets more through than others do together.
func (n *isolation) opening(others []*networkPolicy, p *networkPolicy, way direction) (field string, wider bool) {
	var allowed []traffic
	for _, other := range others {
		allowed = append(allowed, way.rules(other.spec)...)
	}
	rules := way.rules(p.spec)
	if n.steps += size(allowed) * size(rules); n.steps > rights.MaxSteps {
		allowed = nil
	}
	i := slices.IndexFunc(rules, func(t traffic) bool { return !t.coveredBy(allowed) })
	if i < 0 {
		return "", false
	}
	return rules[i].culprit(allowed, rule.Index(way.field, i)), true
}

// isolates reports whether a policy is the first to limit pods that run.
func (n *isolation) isolates(p *networkPolicy) bool {
	return slices.ContainsFunc(n.running(nil, p), func(some pods) bool {
		return slices.ContainsFunc(directions, func(way direction) bool {
			return p.limits(some, some.after, way) && len(n.limiting(n.old, some, some.before, way)) == 0
		})
	})
}
