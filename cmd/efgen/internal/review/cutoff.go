package review

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

var cutOff = row{Rule: rule.Rule{
	ID: "ER311", Title: "applications of the environment are cut off from each other",
	Why:     "a NetworkPolicy closes what one application had from another one at once, while all pods run; trust ends with the restart",
	Example: "security: {trustApplications: []}   # where it was [prices]",
	Fix:     "security: {trustApplications: [prices]}, in the application that the others reach; for its web and declared ports alone, networkPolicy.ingressFrom",
}, Check: findCutOff}

// findCutOff compares what the environment's own applications, and its monitor, have from each other.
func findCutOff(c *comparison, f *rule.Finder) {
	isPolicy := func(d *difference) bool { return d.object().kind == "NetworkPolicy" }
	changesTrust := c.differenceOf((*difference).mayChangeTrust) != nil
	if !changesTrust && c.differenceOf(isPolicy) == nil {
		return
	}
	var running []*streaming.Node
	for _, n := range streaming.NodesOf(c.new.Set) {
		if c.new.isOwn(n) && c.old.node(n) != nil {
			running = append(running, n)
		}
	}
	before, after := c.old.policies(), c.new.policies()
	for _, n := range running {
		closed, distrusted := c.cutOffFrom(n, running, openingTo(c.old.node(n), before), openingTo(n, after))
		for _, left := range slices.Sorted(maps.Keys(closed)) {
			f.Report(c.bringingClosure(n), "", "%s %s%s; at once, not with the restart; %s", noLonger(closed[left], "reach", "reaches"), n.Name, left, keeping(n))
		}
		if len(distrusted) > 0 && changesTrust {
			f.Report(c.bringingLogin(n, ""), "", "%s %s without a password, from its restart on; %s", noLonger(distrusted, "administer", "administers"), n.Name, keeping(n))
		}
	}
}

// cutOffFrom are those that no longer reach a node, by what is left to them, and those that
// still do, and that it no longer trusts.
func (c *comparison) cutOffFrom(n *streaming.Node, running []*streaming.Node, before, after opening) (closed map[string][]string, distrusted []string) {
	closed = map[string][]string{}
	for _, peer := range running {
		if peer == n {
			continue
		}
		was, is := before.of(c.old.node(peer)), after.of(peer)
		switch {
		case is.isLess(was):
			left := is.String()
			closed[left] = append(closed[left], peer.Name)
		case c.hadTrusted(n, peer) && !n.Trusts(peer):
			distrusted = append(distrusted, peer.Name)
		}
	}
	return closed, distrusted
}

// noLonger is the beginning of a sentence about the first of several, and a verb.
func noLonger(names []string, several, one string) string {
	if len(names) == 1 {
		several = one
	}
	return andMore(names[0], len(names)-1) + " no longer " + several
}

// keeping says what keeps what is cut off.
func keeping(n *streaming.Node) string {
	if n.IsMonitor {
		return "a patch of its NetworkPolicy keeps it"
	}
	return "`security.trustApplications` keeps it"
}

// bringingClosure is the difference of a policy of a node's pods, or else any that can have
// cut others off.
func (c *comparison) bringingClosure(n *streaming.Node) place {
	d := c.differenceOf(func(d *difference) bool {
		p := policyOf(sourceOf(d.new))
		return p.holds(pods{namespace: n.Namespace}, n.Workload)
	})
	if d == nil {
		d = c.differenceOf(func(d *difference) bool {
			return d.object().kind == "NetworkPolicy" || (*difference).mayChangeTrust(d)
		})
	}
	return d.at(firstField(d))
}

// An opening is what the policies of a node's pods let in together; all, if there is none.
type opening struct {
	isLimited bool
	rules     []traffic
}

func openingTo(n *streaming.Node, policies []*networkPolicy) (a opening) {
	for _, p := range policies {
		if p.limits(pods{namespace: n.Namespace}, n.Workload, directions[0]) {
			a.isLimited, a.rules = true, append(a.rules, incoming(p.spec)...)
		}
	}
	return a
}

// A reach is what one application has of another one's ports.
type reach struct {
	all   bool
	ports []string
}

// of is what the pods of a node reach.
func (a opening) of(by *streaming.Node) reach {
	r := reach{all: !a.isLimited}
	for _, t := range a.rules {
		if !t.admitsPods(by) {
			continue
		}
		r.all = r.all || len(t.ports) == 0
		for _, port := range t.ports {
			if port.Port == nil && protocol(&port) == corev1.ProtocolTCP {
				r.all = true
			} else if text := portText(port); !slices.Contains(r.ports, text) {
				r.ports = append(r.ports, text)
			}
		}
	}
	return r
}

func portText(port networkingv1.NetworkPolicyPort) string {
	text := "any"
	if port.Port != nil {
		text = port.Port.String()
	}
	if port.EndPort != nil {
		text += fmt.Sprintf("-%d", *port.EndPort)
	}
	if protocol(&port) != corev1.ProtocolTCP {
		text += "/" + string(protocol(&port))
	}
	return text
}

// admitsPods reports whether the pods of a node are among the peers; which addresses they have
// nobody knows.
func (t traffic) admitsPods(n *streaming.Node) bool {
	matches := func(selector *metav1.LabelSelector, set labels.Set) bool {
		s, err := metav1.LabelSelectorAsSelector(selector)
		return selector == nil || err == nil && s.Matches(set)
	}
	return len(t.peers) == 0 || slices.ContainsFunc(t.peers, func(peer networkingv1.NetworkPolicyPeer) bool {
		return peer.IPBlock == nil && matches(peer.PodSelector, n.Meta.Labels) &&
			matches(peer.NamespaceSelector, labels.Set{corev1.LabelMetadataName: n.Namespace})
	})
}

func (r reach) isLess(than reach) bool {
	if r.all {
		return false
	}
	return than.all || slices.ContainsFunc(than.ports, func(port string) bool { return !slices.Contains(r.ports, port) })
}

// String is what is left of the ports, behind the name of whom they are.
func (r reach) String() string {
	if len(r.ports) == 0 {
		return ""
	}
	last := len(r.ports) - 1
	if last == 0 {
		return " but on " + r.ports[0]
	}
	return " but on " + strings.Join(r.ports[:last], ", ") + " and " + r.ports[last]
}
