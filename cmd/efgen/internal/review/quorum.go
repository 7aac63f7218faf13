package review

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

// maxMembers bounds the nodes whose names are compared with a pattern.
const maxMembers = 1000

// A zone is an availability zone that wants a quorum, with the nodes that are in it.
type zone struct {
	name string
	// votes is how many it wants, percent how many of a hundred; 0 is neither.
	votes   int
	percent float64
	pattern *regexp.Regexp
	// applications are those whose nodes are members.
	applications []*streaming.Node
	members      int
}

// zonesOf are the availability zones of a side by name.
func zonesOf(s *side) map[string]*zone {
	all := map[string]*zone{}
	for _, n := range streaming.NodesOf(s.Set) {
		for _, deploy := range deploysOf(n) {
			declareZones(all, deploy.Get("availabilityZones"), n)
		}
	}
	for _, n := range streaming.NodesOf(s.Set) {
		for _, deploy := range deploysOf(n) {
			joinZones(all, deploy, n)
		}
	}
	for _, z := range all {
		z.members = z.count(z.applications)
	}
	return all
}

// deploysOf are the NodeDeploy objects of a node's configurations.
func deploysOf(n *streaming.Node) (all []*hocon.Value) {
	for _, c := range n.Configurations() {
		if deploy := c.Root.Get("configuration", "NodeDeploy"); deploy != nil {
			all = append(all, deploy)
		}
	}
	return all
}

func declareZones(all map[string]*zone, declared *hocon.Value, n *streaming.Node) {
	for _, name := range declared.Keys() {
		fields := declared.Get(name)
		if all[name] != nil || fields.Kind != hocon.Object {
			continue
		}
		number := func(key string) float64 {
			number, _ := strconv.ParseFloat(n.Resolve(fields.Get(key).String()), 64)
			return number
		}
		z := &zone{name: name, votes: int(number("minimumNumberOfVotes")), percent: number("percentageOfVotes")}
		if text := fields.Get("quorumMemberPattern").String(); text != "" {
			// Go refuses some patterns of Java: then every node counts.
			z.pattern, _ = regexp.Compile("^(?:" + text + ")$")
		}
		all[name] = z
	}
}

// joinZones finds the zones that an application's nodes are members of. Memberships may be
// left out: then the zone's own nodes are those that its file is for.
func joinZones(all map[string]*zone, deploy *hocon.Value, n *streaming.Node) {
	joined := map[string]bool{}
	nodes := deploy.Get("nodes")
	for _, node := range nodes.Keys() {
		for _, name := range nodes.Get(node, "availabilityZoneMemberships").Keys() {
			joined[name] = true
		}
	}
	for name, z := range all {
		isOwn := deploy.Get("availabilityZones", name) != nil && len(joined) == 0
		if (joined[name] || isOwn) && !slices.Contains(z.applications, n) {
			z.applications = append(z.applications, n)
		}
	}
}

// count is how many of some applications' nodes vote in a zone.
func (z *zone) count(applications []*streaming.Node) (votes int) {
	for _, n := range applications {
		if z.pattern == nil || n.Most > maxMembers {
			votes += n.Most
			continue
		}
		for ordinal := range n.Most {
			if z.pattern.MatchString(n.NodeName(n.FirstOrdinal + ordinal)) {
				votes++
			}
		}
	}
	return votes
}

// required is how many votes a zone wants of so many members.
func (z *zone) required(members int) int {
	return max(z.votes, int(math.Ceil(z.percent*float64(members)/100)))
}

// fault says what is wrong with a zone's quorum, empty if nothing is.
func (z *zone) fault(before int) string {
	votes := z.required(z.members)
	switch {
	case votes <= 0 || z.members == 0:
		return ""
	case votes > z.members:
		return fmt.Sprintf("availability zone %s wants %d votes and has %s: without a quorum, none of them goes on", z.name, votes, nodes(z.members))
	case votes < z.members/2+1:
		return fmt.Sprintf("availability zone %s is content with %d of %d votes, which is no majority: both halves of a split cluster go on, each with its own data", z.name, votes, z.members)
	case z.required(before) > z.members:
		return fmt.Sprintf("availability zone %s wants %d votes of the %d nodes that run, and %d stay: without a quorum, none of them goes on", z.name, z.required(before), before, z.members)
	}
	return ""
}

var noQuorum = row{Rule: rule.Rule{
	ID: "ER209", Title: "the quorum is no majority, or out of reach",
	Why:     "with fewer votes than a majority, both halves of a split cluster continue, each with its own data; with more votes than nodes, none continues",
	Example: "availabilityZones: {orders: {minimumNumberOfVotes: 2}}   # with replicas: 5",
	Fix:     "availabilityZones: {orders: {minimumNumberOfVotes: 3}}",
}, Check: findNoQuorum}

func findNoQuorum(c *comparison, f *rule.Finder) {
	if !c.mayChangeQuorum() {
		return
	}
	before, after := zonesOf(c.old), zonesOf(c.new)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		was, old := 0, ""
		if z := before[name]; z != nil {
			was, old = z.members, z.fault(z.members)
		}
		if fault := after[name].fault(was); fault != "" && fault != old {
			addFault(f, c, after[name], was, fault)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if z := before[name]; z.isMajority() && !c.wantQuorum(after, z) {
			addFault(f, c, z, z.members, fmt.Sprintf("availability zone %s no longer wants %d votes: both halves of a split cluster go on, each with its own data", name, z.required(z.members)))
		}
	}
}

// isMajority reports whether no two parts of a zone go on at a time.
func (z *zone) isMajority() bool { return z.members > 1 && z.required(z.members) > z.members/2 }

// wantQuorum reports whether the nodes of a zone that was are in one that wants a quorum,
// or too few are left to be split.
func (c *comparison) wantQuorum(zones map[string]*zone, was *zone) bool {
	var left []*streaming.Node
	for _, n := range was.applications {
		if now := c.new.node(n); now != nil {
			left = append(left, now)
		}
	}
	return was.count(left) < 2 || !slices.ContainsFunc(left, func(n *streaming.Node) bool {
		return !slices.ContainsFunc(slices.Collect(maps.Values(zones)), func(z *zone) bool {
			return z.required(z.members) > 0 && slices.Contains(z.applications, n)
		})
	})
}

// mayChangeQuorum reports whether there is a zone, and replicas or configurations change.
func (c *comparison) mayChangeQuorum() bool {
	return (c.old.mentions("availabilityZones") || c.new.mentions("availabilityZones")) && c.differenceOf(func(d *difference) bool {
		w := workloadOf(d.object())
		return w != nil && w.StatefulSet != nil || isAutoscaler(d) || len(d.object().dataKeys()) > 0
	}) != nil
}

// mentions reports whether a word is in any file; most sides need not be read further.
func (s *side) mentions(word string) bool {
	for _, path := range s.Paths() {
		if file, _ := s.File(path); bytes.Contains(file.Data, []byte(word)) {
			return true
		}
	}
	return false
}

// addFault notes a fault with what brings it: the number of nodes, or else the file
// that declares the zone.
func addFault(f *rule.Finder, c *comparison, z *zone, was int, fault string) {
	in := func(match func(d *difference) bool) *difference {
		return c.differenceOf(func(d *difference) bool {
			return slices.ContainsFunc(z.applications, func(n *streaming.Node) bool { return n.Folder() == d.object().folder() }) && match(d)
		})
	}
	scaled := in(func(d *difference) bool {
		old, new := c.old.workload(d.old), c.new.workload(d.new)
		return isAutoscaler(d) || new != nil && new.StatefulSet != nil && (old == nil || old.Most != new.Most)
	})
	declared := in(func(d *difference) bool { return len(d.object().dataKeys()) > 0 })
	switch {
	case scaled != nil && (was != z.members || declared == nil):
		f.Report(scaled.at("spec.replicas"), "", "%s", fault)
	case declared != nil:
		f.Report(declared.at(`data["node.conf"]`), "", "%s", fault)
	}
}
