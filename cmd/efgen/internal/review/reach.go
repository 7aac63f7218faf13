package review

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rights"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

var narrowerReach = row{Rule: rule.Rule{
	ID: "ER311", Title: "applications of the environment lose each other",
	Why:     "a NetworkPolicy cuts connections at once, while all pods run; a node that no longer trusts another one's hosts asks it for credentials from the restart on",
	Example: "security: {trustApplications: []}   # where it was [prices]",
	Fix:     "security: {trustApplications: [prices]}, in the application that the others reach; for its web and declared ports alone, networkPolicy.ingressFrom",
}, Check: findNarrowerReach}

func findNarrowerReach(c *comparison, f *rule.Finder) {
	addDistrust(f, c, addCutOff(f, c))
}

// A connection is what the nodes of one application have to those of another.
type connection struct{ from, to *streaming.Node }

// A loss is a connection that no longer gets through, but on some ports.
type loss struct {
	connection
	ports string
}

// addCutOff says once for each policy who no longer gets through to whom.
func addCutOff(f *rule.Finder, c *comparison) map[connection]bool {
	staying := sync.OnceValue(c.stayingPods)
	said := map[*manifest.Workload]map[networkingv1.PolicyType]bool{}
	cutOff := map[connection]bool{}
	for _, d := range c.differences {
		old, new := policyOf(sourceOf(d.old)), policyOf(sourceOf(d.new))
		if old == nil && new == nil || old != nil && new != nil && equality.Semantic.DeepEqual(old.spec, new.spec) {
			continue
		}
		n := c.isolation()
		var lost []loss
		for _, some := range staying() {
			for _, way := range directions {
				if said[some.after][way.policyType] || !old.limits(some.pods, some.before, way) && !new.limits(some.pods, some.after, way) {
					continue
				}
				if said[some.after] == nil {
					said[some.after] = map[networkingv1.PolicyType]bool{}
				}
				said[some.after][way.policyType] = true
				lost = append(lost, n.losses(some, staying(), way)...)
			}
		}
		if n.steps > rights.MaxSteps {
			f.Report(d.at(firstField(d)), "", "applications may no longer reach each other: there are more policies than are compared")
			return cutOff
		}
		if len(lost) > 0 {
			f.Report(d.at(firstField(d)).weighing(len(lost)), "", "%s; at once, not with the restart%s", sentence(lost), keepingOpen(d, lost[0].to))
		}
		for _, l := range lost {
			cutOff[l.connection] = true
		}
	}
	return cutOff
}

// sentence says who no longer reaches the first of several nodes, and how much more is lost.
func sentence(lost []loss) string {
	first := lost[0]
	var from []string
	for _, l := range lost {
		if l.to == first.to && l.ports == first.ports {
			from = append(from, l.from.Name)
		}
	}
	text := noLonger(from, "reach", "reaches") + " " + first.to.Name + first.ports
	if first.from == first.to {
		text, from = "the nodes of "+first.to.Name+" no longer reach each other"+first.ports, from[:1]
	}
	if more := len(lost) - len(from); more > 0 {
		text += ", and " + counted(more, "more connection") + " no longer get through"
	}
	return text
}

// A stayingNode is one of the environment's own that is there on both sides, with its pods.
type stayingNode struct {
	*streaming.Node
	pods
}

func (c *comparison) stayingPods() (all []stayingNode) {
	for _, n := range c.new.ownNodes() {
		if was := c.old.node(n); was != nil {
			all = append(all, stayingNode{n, pods{namespace: n.Namespace, before: was.Workload, after: n.Workload}})
		}
	}
	return all
}

// losses are the connections of pods, in a direction, that got through before.
func (n *isolation) losses(some stayingNode, others []stayingNode, way direction) (all []loss) {
	before, after := n.allowed(n.old, some.pods, some.before, way), n.allowed(n.new, some.pods, some.after, way)
	for _, other := range others {
		if n.steps += len(before) + len(after); n.steps > rights.MaxSteps {
			return all
		}
		if other.after == some.after && other.before.Replicas < 2 {
			continue
		}
		was, is := through(before, other.before), through(after, other.after)
		if !slices.ContainsFunc(was, func(t traffic) bool { return !t.coveredBy(is) }) {
			continue
		}
		from, to := other.Node, some.Node
		if way.policyType == networkingv1.PolicyTypeEgress {
			from, to = to, from
		}
		all = append(all, loss{connection{from, to}, butOn(is)})
	}
	return all
}

// allowed is what policies let through together: everything, if none of them limits the pods.
func (n *isolation) allowed(policies []*networkPolicy, some pods, as *manifest.Workload, way direction) (all []traffic) {
	limiting := n.limiting(policies, some, as, way)
	if len(limiting) == 0 {
		return []traffic{{}}
	}
	for _, p := range limiting {
		all = append(all, way.rules(p.spec)...)
	}
	return all
}

// everyPort is every one that nodes use: they speak TCP.
var everyPort = []networkingv1.NetworkPolicyPort{{}}

// through are the ports on which rules let the pods of a workload through.
func through(rules []traffic, w *manifest.Workload) (all []traffic) {
	for _, t := range rules {
		if len(t.peers) == 0 || slices.ContainsFunc(t.peers, func(p networkingv1.NetworkPolicyPeer) bool { return includes(p, w) }) {
			if len(t.ports) == 0 {
				t.ports = everyPort
			}
			all = append(all, traffic{ports: t.ports})
		}
	}
	return all
}

// includes reports whether a peer surely is about the pods of a workload, in the namespace
// of the policy. The addresses of pods are not known.
func includes(peer networkingv1.NetworkPolicyPeer, w *manifest.Workload) bool {
	if peer.IPBlock != nil {
		return len(peer.IPBlock.Except) == 0 && strings.HasSuffix(peer.IPBlock.CIDR, "/0")
	}
	if peer.NamespaceSelector != nil {
		takes, err := metav1.LabelSelectorAsSelector(peer.NamespaceSelector)
		if err != nil || !takes.Matches(labels.Set{"kubernetes.io/metadata.name": w.Namespace}) {
			return false
		}
	}
	return peer.PodSelector == nil || w.SelectedBy(peer.PodSelector)
}

// maxPorts are how many ports a sentence names.
const maxPorts = 5

// butOn names the ports that are left.
func butOn(left []traffic) string {
	var ports []string
	for _, t := range left {
		for i := range t.ports {
			if port := shownPort(&t.ports[i]); !slices.Contains(ports, port) {
				ports = append(ports, port)
			}
		}
	}
	if len(ports) == 0 {
		return ""
	}
	last := min(len(ports), maxPorts) - 1
	if last == 0 {
		return " but on " + ports[0]
	}
	return " but on " + strings.Join(ports[:last], ", ") + " and " + ports[last]
}

func shownPort(p *networkingv1.NetworkPolicyPort) string {
	switch {
	case p.Port == nil:
		return "every port of " + string(protocol(p))
	case p.EndPort != nil:
		return fmt.Sprintf("%s-%d", p.Port, *p.EndPort)
	}
	return p.Port.String()
}

// addDistrust says once for each application whom it no longer trusts, of those that still
// reach it.
func addDistrust(f *rule.Finder, c *comparison, cutOff map[connection]bool) {
	c.eachConfigured(func(_, n *streaming.Node) {
		var lost []string
		for _, peer := range c.new.ownNodes() {
			if !cutOff[connection{peer, n}] && peer.Identity() != n.Identity() && c.hadTrusted(n, peer) && !n.Trusts(peer) {
				lost = append(lost, peer.Name)
			}
		}
		if len(lost) > 0 {
			f.Report(c.bringingLogin(n, ""), "", "%s %s without a password, from its restart on; %s", noLonger(lost, "administer", "administers"), n.Name, keeping(n))
		}
	})
}

// noLonger is the beginning of a sentence about the first of several, and a verb.
func noLonger(names []string, several, one string) string {
	if len(names) == 1 {
		several = one
	}
	return andMore(names[0], len(names)-1) + " no longer " + several
}

// keepingOpen says what keeps a connection that one of efgen's own policies closes.
func keepingOpen(d *difference, to *streaming.Node) string {
	if d.object().file == "" || path.Dir(d.object().file) == extraFolder {
		return ""
	}
	return "; " + keeping(to)
}

// keeping says what keeps what an application had from another one.
func keeping(to *streaming.Node) string {
	if to.IsMonitor {
		return "a patch of its NetworkPolicy keeps it"
	}
	return "`security.trustApplications` keeps it"
}
