package review

import (
	"fmt"
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
	Why:     "a NetworkPolicy cuts connections at once, not with the restart; a node that no longer trusts another one's hosts asks it for credentials from the restart on",
	Example: "kind: NetworkPolicy\nspec: {podSelector: {}, policyTypes: [Ingress]}   # of an extra manifest: nobody gets through any more",
	Fix:     "make sure that the applications do without each other",
}, Check: findNarrowerReach}

func findNarrowerReach(c *comparison, f *rule.Finder) {
	addDistrust(f, c, addCutOff(f, c))
}

// A loss is a connection that no longer gets through, but on some ports.
type loss struct {
	from, to, ports string
	// isPeer says that trust in one application would let it in to another one.
	isPeer bool
}

func (l loss) String() string {
	if l.from == l.to {
		return "the nodes of " + l.from + " no longer reach each other" + l.ports
	}
	return l.from + " no longer reaches " + l.to + l.ports
}

// addCutOff says once for each policy who no longer gets through to whom.
func addCutOff(f *rule.Finder, c *comparison) (cutOff map[[2]string]bool) {
	cutOff = map[[2]string]bool{}
	staying := sync.OnceValue(c.stayingPods)
	said := map[*manifest.Workload]map[networkingv1.PolicyType]bool{}
	for _, d := range c.differences {
		old, new := policyOf(sourceOf(d.old)), policyOf(sourceOf(d.new))
		if old == nil && new == nil || old != nil && new != nil && equality.Semantic.DeepEqual(old.spec, new.spec) {
			continue
		}
		n := c.isolation()
		var lost []loss
		for _, some := range staying() {
			for _, way := range directions {
				if said[some.after][way.policyType] || !old.limits(some, some.before, way) && !new.limits(some, some.after, way) {
					continue
				}
				if said[some.after] == nil {
					said[some.after] = map[networkingv1.PolicyType]bool{}
				}
				said[some.after][way.policyType] = true
				lost = append(lost, n.losses(some, staying(), way)...)
			}
		}
		switch {
		case n.steps > rights.MaxSteps:
			f.Report(d.at(firstField(d)), "", "applications may no longer reach each other: there are more policies than are compared")
			return cutOff
		case len(lost) > 0:
			for _, l := range lost {
				cutOff[[2]string{l.from, l.to}] = true
			}
			what := lost[0].String()
			if more := len(lost) - 1; more > 0 {
				what += ", and " + counted(more, "more connection") + " no longer get through"
			}
			f.Report(d.at(firstField(d)).weighing(len(lost)), "", "%s; at once, not with the restart%s", what, keeping(lost))
		}
	}
	return cutOff
}

// keeping names the key that keeps what is lost, where one does.
func keeping(lost []loss) string {
	if slices.ContainsFunc(lost, func(l loss) bool { return !l.isPeer }) {
		return ""
	}
	return "; `security.trustApplications` keeps it"
}

// stayingPods are those of the environment's own nodes that are there on both sides.
func (c *comparison) stayingPods() (all []pods) {
	for _, n := range c.new.ownNodes() {
		if was := c.old.node(n); was != nil {
			all = append(all, pods{namespace: n.Namespace, before: was.Workload, after: n.Workload})
		}
	}
	return all
}

// losses are the connections of pods, in a direction, that got through before.
func (n *isolation) losses(some pods, others []pods, way direction) (all []loss) {
	before, after := n.allowed(n.old, some, some.before, way), n.allowed(n.new, some, some.after, way)
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
		from, to := other.after.Name, some.after.Name
		if way.policyType == networkingv1.PolicyTypeEgress {
			from, to = to, from
		}
		isPeer := way.policyType == networkingv1.PolicyTypeIngress && from != to && !streaming.IsMonitor(some.after)
		all = append(all, loss{from, to, butOn(is), isPeer})
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
	return " but on " + strings.Join(ports[:min(len(ports), 5)], ", ")
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

// addDistrust says once for each application whom it no longer trusts, of those that still reach it.
func addDistrust(f *rule.Finder, c *comparison, cutOff map[[2]string]bool) {
	before, after := sync.OnceValue(c.old.hostsByNode), sync.OnceValue(c.new.hostsByNode)
	ownBefore, ownAfter := sync.OnceValue(c.old.ownHosts), sync.OnceValue(c.new.ownHosts)
	c.eachConfigured(func(was, n *streaming.Node) {
		trusted, trusts := c.old.trusting(was, ownBefore()), c.new.trusting(n, ownAfter())
		var lost []string
		for _, other := range c.new.ownNodes() {
			id := other.Identity()
			if old, found := before()[id]; found && id != n.Identity() && !cutOff[[2]string{other.Name, n.Name}] && trusted(old) && !trusts(after()[id]) {
				lost = append(lost, other.Name)
			}
		}
		if len(lost) > 0 {
			f.Report(c.bringingLogin(n, ""), "", "%s no longer trusts %s: after the restart, what comes from there needs credentials; `security.trustApplications` keeps it", n.Name, andMore(lost[0], len(lost)-1))
		}
	})
}

// hostsByNode are the patterns of all own nodes.
func (s *side) hostsByNode() map[manifest.Identity][]string {
	all := map[manifest.Identity][]string{}
	for _, n := range s.ownNodes() {
		all[n.Identity()] = s.hostsOf(n)
	}
	return all
}

// trusting tells whether a node trusts hosts, all of them. What efgen derives is compared
// as it is, only other patterns may be wider.
func (s *side) trusting(n *streaming.Node, own map[string]bool) func(hosts []string) bool {
	known := map[string]bool{}
	var wider []trustedHost
	for _, host := range s.trustedHosts(n) {
		known[host.general] = true
		if !own[host.general] {
			wider = append(wider, host)
		}
	}
	return func(hosts []string) bool {
		return len(hosts) > 0 && !slices.ContainsFunc(hosts, func(host string) bool {
			return !known[host] && !covered(wider, trustedHost{general: host})
		})
	}
}
