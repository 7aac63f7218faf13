package review

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxMembers bounds the nodes whose names are held against a pattern.
const maxMembers = 1000

// A zone is an availability zone that wants a quorum, with the nodes that are in it.
type zone struct {
	name string
	// votes is how many it wants, percent how many of a hundred; 0 is neither.
	votes   int
	percent float64
	pattern *regexp.Regexp
	// folders are those whose nodes are members.
	folders []string
	members int
}

// zones are the availability zones of a side by name.
func (s *side) zones() map[string]*zone {
	all := map[string]*zone{}
	for _, folder := range s.folders() {
		for _, conf := range s.configurations(folder) {
			deploy, _ := conf.fields.get("configuration", "NodeDeploy").(*mapping)
			if deploy == nil {
				continue
			}
			if declared, ok := deploy.get("availabilityZones").(*mapping); ok {
				s.declare(all, declared, folder)
			}
		}
	}
	for _, folder := range s.folders() {
		s.join(all, folder)
	}
	for _, z := range all {
		z.members = s.count(z)
	}
	return all
}

func (s *side) folders() (all []string) {
	for _, file := range s.paths() {
		all = append(all, path.Dir(file))
	}
	return slices.Compact(all)
}

func (s *side) declare(all map[string]*zone, declared *mapping, folder string) {
	known := s.substitutions(folder)
	for _, name := range declared.keys {
		fields, ok := declared.values[name].(*mapping)
		if !ok {
			continue
		}
		number := func(key string) float64 {
			n, _ := strconv.ParseFloat(withDefaults(resolve(fields.text(key), known)), 64)
			return n
		}
		z := &zone{name: name, votes: int(number("minimumNumberOfVotes")), percent: number("percentageOfVotes")}
		if text := fields.text("quorumMemberPattern"); text != "" {
			// Go refuses some patterns of Java: then every node counts.
			z.pattern, _ = regexp.Compile("^(?:" + text + ")$")
		}
		if all[name] == nil {
			all[name] = z
		}
	}
}

// withDefaults takes the value that a substitution names for want of another.
func withDefaults(text string) string {
	return substituted().ReplaceAllStringFunc(text, func(match string) string {
		_, value, _ := strings.Cut(strings.TrimSuffix(match, "}"), ":-")
		return value
	})
}

// join finds the zones that the nodes of a folder are members of. Memberships may be
// left out: then the zone's own nodes are those that its file is for.
func (s *side) join(all map[string]*zone, folder string) {
	for _, conf := range s.configurations(folder) {
		deploy, _ := conf.fields.get("configuration", "NodeDeploy").(*mapping)
		if deploy == nil {
			continue
		}
		members := map[string]bool{}
		nodes, _ := deploy.get("nodes").(*mapping)
		if nodes != nil {
			for _, node := range nodes.keys {
				if memberships, ok := nodes.get(node, "availabilityZoneMemberships").(*mapping); ok {
					for _, name := range memberships.keys {
						members[name] = true
					}
				}
			}
		}
		declared, _ := deploy.get("availabilityZones").(*mapping)
		for name, z := range all {
			own := declared != nil && declared.values[name] != nil && len(members) == 0
			if (members[name] || own) && !slices.Contains(z.folders, folder) {
				z.folders = append(z.folders, folder)
			}
		}
	}
}

// count is how many nodes vote in a zone.
func (s *side) count(z *zone) (n int) {
	for _, folder := range z.folders {
		for _, w := range s.workloadsBeside(folder) {
			if w.set == nil {
				continue
			}
			if z.pattern == nil || w.replicas > maxMembers {
				n += w.replicas
				continue
			}
			for ordinal := range w.replicas {
				if z.pattern.MatchString(w.nodeName(ordinal)) {
					n++
				}
			}
		}
	}
	return n
}

// nodeName is the name of a Streaming node, in which no dash is left.
func (w *workload) nodeName(ordinal int) string {
	return strings.ReplaceAll(fmt.Sprintf("%s%d.%s.%s", w.name, ordinal, w.namespace, w.name), "-", "")
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

func findNoQuorum(c *comparison, f *finder) {
	if !c.mayChangeQuorum() {
		return
	}
	before, after := c.old.zones(), c.new.zones()
	for _, name := range slices.Sorted(maps.Keys(after)) {
		was, old := 0, ""
		if z := before[name]; z != nil {
			was, old = z.members, z.fault(z.members)
		}
		if fault := after[name].fault(was); fault != "" && fault != old {
			f.addFault(c, after[name], was, fault)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if z := before[name]; z.isMajority() && !c.wantQuorum(after, z) {
			f.addFault(c, z, z.members, fmt.Sprintf("availability zone %s no longer wants %d votes: both halves of a split cluster go on, each with its own data", name, z.required(z.members)))
		}
	}
}

// isMajority tells whether no two parts of a zone go on at a time.
func (z *zone) isMajority() bool { return z.members > 1 && z.required(z.members) > z.members/2 }

// wantQuorum tells whether the nodes of a zone that was are in one that wants a quorum,
// or too few are left to be split.
func (c *comparison) wantQuorum(zones map[string]*zone, was *zone) bool {
	return c.new.count(was) < 2 || !slices.ContainsFunc(was.folders, func(folder string) bool {
		return len(c.new.workloadsBeside(folder)) > 0 && !slices.ContainsFunc(slices.Collect(maps.Values(zones)), func(z *zone) bool {
			return z.required(z.members) > 0 && slices.Contains(z.folders, folder)
		})
	})
}

// mayChangeQuorum tells whether there is a zone, and replicas or configurations change.
func (c *comparison) mayChangeQuorum() bool {
	return (c.old.mentions("availabilityZones") || c.new.mentions("availabilityZones")) && c.differenceOf(func(d *difference) bool {
		w := workloadOf(d.object())
		return w != nil && w.set != nil || len(d.object().dataKeys()) > 0
	}) != nil
}

// mentions tells whether a word is in any file; most sides need not be read further.
func (s *side) mentions(word string) bool {
	for _, file := range s.files {
		if bytes.Contains(file.Data, []byte(word)) {
			return true
		}
	}
	return false
}

// addFault notes a fault with what brings it: the number of nodes, or else the file
// that declares the zone.
func (f *finder) addFault(c *comparison, z *zone, was int, fault string) {
	in := func(match func(d *difference) bool) *difference {
		return c.differenceOf(func(d *difference) bool {
			return slices.Contains(z.folders, d.object().folder()) && match(d)
		})
	}
	scaled := in(func(d *difference) bool {
		old, new := workloadOf(d.old), workloadOf(d.new)
		return new != nil && new.set != nil && (old == nil || old.replicas != new.replicas)
	})
	declared := in(func(d *difference) bool { return len(d.object().dataKeys()) > 0 })
	switch {
	case scaled != nil && (was != z.members || declared == nil):
		f.add(scaled, "spec.replicas", "%s", fault)
	case declared != nil:
		f.add(declared, `data["node.conf"]`, "%s", fault)
	}
}
