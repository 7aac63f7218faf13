package review

import (
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/efgen/efgen/validate/manifest"
)

// peerCovers compares peers; nil means everybody.
func peerCovers(outer, inner *networkingv1.NetworkPolicyPeer) bool {
	switch {
	case outer == nil || equality.Semantic.DeepEqual(outer, inner):
		return true
	case inner == nil:
		return false
	case outer.IPBlock != nil && inner.IPBlock != nil:
		return blockCovers(*outer.IPBlock, *inner.IPBlock)
	case outer.IPBlock != nil || inner.IPBlock != nil:
		return false
	}
	// Without a selector of namespaces a peer is in the policy's own, which an empty one
	// takes like every other.
	if outer.NamespaceSelector == nil && inner.NamespaceSelector != nil {
		return false
	}
	return selectorCovers(outer.NamespaceSelector, inner.NamespaceSelector) && selectorCovers(outer.PodSelector, inner.PodSelector)
}

func blockCovers(outer, inner networkingv1.IPBlock) bool {
	return manifest.NetworkCovers(outer.CIDR, inner.CIDR) && !slices.ContainsFunc(outer.Except, func(except string) bool {
		overlaps := manifest.NetworkCovers(except, inner.CIDR) || manifest.NetworkCovers(inner.CIDR, except)
		return overlaps && !slices.ContainsFunc(inner.Except, func(own string) bool { return manifest.NetworkCovers(own, except) })
	})
}

// selectorCovers reports whether a selector surely matches all that another one matches: if
// each of its requirements is one of the other's, or wider. Nil matches everything.
func selectorCovers(outer, inner *metav1.LabelSelector) bool {
	if outer == nil {
		return true
	}
	if inner == nil {
		inner = &metav1.LabelSelector{}
	}
	demanded := requirements(inner)
	return !slices.ContainsFunc(requirements(outer), func(r metav1.LabelSelectorRequirement) bool {
		return !slices.ContainsFunc(demanded, func(other metav1.LabelSelectorRequirement) bool { return requirementCovers(r, other) })
	})
}

func requirements(s *metav1.LabelSelector) []metav1.LabelSelectorRequirement {
	all := slices.Clone(s.MatchExpressions)
	for key, value := range s.MatchLabels {
		all = append(all, metav1.LabelSelectorRequirement{Key: key, Operator: metav1.LabelSelectorOpIn, Values: []string{value}})
	}
	return all
}

func requirementCovers(outer, inner metav1.LabelSelectorRequirement) bool {
	if outer.Key != inner.Key {
		return false
	}
	contains := func(list, items []string) bool {
		return !slices.ContainsFunc(items, func(item string) bool { return !slices.Contains(list, item) })
	}
	switch outer.Operator {
	case metav1.LabelSelectorOpIn:
		return inner.Operator == metav1.LabelSelectorOpIn && contains(outer.Values, inner.Values)
	case metav1.LabelSelectorOpNotIn:
		return inner.Operator == metav1.LabelSelectorOpNotIn && contains(inner.Values, outer.Values)
	case metav1.LabelSelectorOpExists:
		return inner.Operator == metav1.LabelSelectorOpExists || inner.Operator == metav1.LabelSelectorOpIn
	}
	return outer.Operator == inner.Operator
}
