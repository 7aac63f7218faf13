package review

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/validate/rule"
)

// limits reports whether a policy is about a direction. Without types it is about what
// comes in, and about what goes out if it has rules for that.
func limits(spec networkingv1.NetworkPolicySpec, direction networkingv1.PolicyType) bool {
	if len(spec.PolicyTypes) > 0 {
		return slices.Contains(spec.PolicyTypes, direction)
	}
	return direction == networkingv1.PolicyTypeIngress || len(spec.Egress) > 0
}

// traffic is what one rule of a policy lets through.
type traffic struct {
	peers []networkingv1.NetworkPolicyPeer
	ports []networkingv1.NetworkPolicyPort
	side  string
}

func incoming(spec networkingv1.NetworkPolicySpec) (all []traffic) {
	for _, r := range spec.Ingress {
		all = append(all, traffic{r.From, r.Ports, "from"})
	}
	return all
}

func outgoing(spec networkingv1.NetworkPolicySpec) (all []traffic) {
	for _, r := range spec.Egress {
		all = append(all, traffic{r.To, r.Ports, "to"})
	}
	return all
}

// size is how many peers and ports rules let through together.
func size(rules []traffic) (n int) {
	for _, t := range rules {
		n += max(len(t.peers), 1) * max(len(t.ports), 1)
	}
	return n
}

// parts splits the rule into rules of one peer and one port each; nil means all.
func (t traffic) parts(visit func(peer *networkingv1.NetworkPolicyPeer, port *networkingv1.NetworkPolicyPort)) {
	peers := []*networkingv1.NetworkPolicyPeer{nil}
	if len(t.peers) > 0 {
		peers = pointers(t.peers)
	}
	ports := []*networkingv1.NetworkPolicyPort{nil}
	if len(t.ports) > 0 {
		ports = pointers(t.ports)
	}
	for _, peer := range peers {
		for _, port := range ports {
			visit(peer, port)
		}
	}
}

func pointers[T any](list []T) (all []*T) {
	for i := range list {
		all = append(all, &list[i])
	}
	return all
}

// coveredBy reports whether every peer and port gets through by some rule of a list.
func (t traffic) coveredBy(rules []traffic) bool {
	covered := true
	t.parts(func(peer *networkingv1.NetworkPolicyPeer, port *networkingv1.NetworkPolicyPort) {
		covered = covered && slices.ContainsFunc(rules, func(r traffic) bool { return r.admits(peer, port) })
	})
	return covered
}

func (t traffic) admits(peer *networkingv1.NetworkPolicyPeer, port *networkingv1.NetworkPolicyPort) bool {
	admitted := false
	t.parts(func(own *networkingv1.NetworkPolicyPeer, open *networkingv1.NetworkPolicyPort) {
		admitted = admitted || peerCovers(own, peer) && portCovers(open, port)
	})
	return admitted
}

// culprit is the field of the first peer or port that does not get through by others.
func (t traffic) culprit(rules []traffic, field string) string {
	for i, port := range t.ports {
		if !(traffic{ports: []networkingv1.NetworkPolicyPort{port}, peers: t.peers}).coveredBy(rules) && len(t.peers) == 0 {
			return rule.Index(field+".ports", i)
		}
	}
	for i, peer := range t.peers {
		if !(traffic{peers: []networkingv1.NetworkPolicyPeer{peer}, ports: t.ports}).coveredBy(rules) {
			return rule.Index(field+"."+t.side, i)
		}
	}
	return field + "." + t.side
}

// portCovers compares ports; nil means all of them.
func portCovers(outer, inner *networkingv1.NetworkPolicyPort) bool {
	if outer == nil {
		return true
	}
	if inner == nil || protocol(outer) != protocol(inner) {
		return false
	}
	if outer.Port == nil {
		return true
	}
	if inner.Port == nil {
		return false
	}
	if outer.Port.Type == intstr.String || inner.Port.Type == intstr.String {
		return *outer.Port == *inner.Port
	}
	return outer.Port.IntVal <= inner.Port.IntVal && lastPort(inner) <= lastPort(outer)
}

func protocol(p *networkingv1.NetworkPolicyPort) corev1.Protocol {
	if p.Protocol == nil {
		return corev1.ProtocolTCP
	}
	return *p.Protocol
}

func lastPort(p *networkingv1.NetworkPolicyPort) int32 {
	if p.EndPort != nil {
		return *p.EndPort
	}
	return p.Port.IntVal
}
