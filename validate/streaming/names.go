package streaming

import (
	"strconv"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// nodeName is the node's Streaming name in a pod, and the place that sets it. The
// start script removes every dash; the monitor's image names its node by itself.
func (n *Node) nodeName(pod string) (name string, at manifest.Place) {
	values := n.variables(pod)
	for _, variable := range []string{envLegacyNodeName, envNodeName} {
		if value, ok := values[variable]; ok {
			_, field := n.Main.Variable(variable)
			return strings.ReplaceAll(value, "-", ""), n.At(field + ".value")
		}
	}
	return "", manifest.Place{}
}

// nodeNameForm is that of a Service's name once dots are dashes.
var nodeNameForm = manifest.Pattern(`^[a-z][a-z0-9]*(\.[a-z0-9]+)*$`)

// NodeName is the Streaming name of the node in the pod of an ordinal; empty if its image
// names it by itself.
func (n *Node) NodeName(ordinal int) string {
	name, _ := n.nodeName(n.podName(ordinal))
	return name
}

// maxLabel is the longest name of a Service.
const maxLabel = 63

var badNodeName = row{Rule: rule.Rule{
	ID: "EF407", Severity: rule.Error, Title: "a node name makes no Service name",
	Why:     "a node makes a Service with its own name, dots replaced by dashes; the name may have 63 characters and must begin with a letter, or no other node finds it",
	Example: "# application market-data-enrichment-service in namespace pre-production-frankfurt",
	Fix:     "shorten the application's name or the namespace",
}, Check: findBadNodeName}

// findBadNodeName checks the name of the Service that a node makes for itself: its
// own, with dashes for dots.
func findBadNodeName(set *manifest.Set, f *rule.Finder) {
	for _, n := range NodesOf(set) {
		name, at := n.nodeName(n.podName(max(n.lastOrdinal(), n.FirstOrdinal)))
		if at.Object() == nil {
			continue
		}
		service := strings.ReplaceAll(name, ".", "-")
		switch {
		case len(service) > maxLabel:
			f.Report(at, "shorten the application's name or the namespace", "node name %.100q has %d characters at the highest ordinal: the Service that the node makes for itself can have %d", name, len(service), maxLabel)
		case strings.Contains(name, "$("):
			f.Report(at, "put the variable before this one", "node name %q holds a variable that is not set before it", name)
		case !nodeNameForm().MatchString(name):
			f.Report(at, "use lower case letters, digits and dots, beginning with a letter", "node name %q makes no name for the Service that the node makes for itself", name)
		}
	}
}

// ordinalMark is written in place of the ordinal in node names that are compared.
const ordinalMark = "\x00"

var sameNodeNames = row{Rule: rule.Rule{
	ID: "EF408", Severity: rule.Error, Title: "two nodes have one name",
	Why:     "the start script removes dashes from node names; two nodes with one name push each other out of the cluster",
	Example: "applications: {ef-a: {}, efa: {}}",
	Fix:     "applications: {ef-a: {}, ef-b: {}}",
}, Check: findSameNodeNames}

func findSameNodeNames(set *manifest.Set, f *rule.Finder) {
	all, byStem := namedNodes(set)
	for _, n := range all {
		// Names that can meet differ by nothing but digits before the ordinal.
		for end := len(n.prefix); end >= len(strings.TrimRight(n.prefix, "0123456789")); end-- {
			for _, other := range byStem[stem{n.prefix[:end], n.suffix}] {
				if end == len(n.prefix) && other.number >= n.number {
					break // the later of two finds the earlier
				}
				if same, ok := commonName(n, other); ok {
					earlier, later := other, n
					if later.number < earlier.number {
						earlier, later = later, earlier
					}
					f.Report(later.at, "rename one of the two applications", "node %q of %s is also one of %s once dashes are stripped", same, later.Manifest(), earlier.Manifest())
					break // one is enough to see what is wrong
				}
			}
		}
	}
	for _, n := range all {
		if n.Replicas > 1 && !n.counts {
			f.Report(n.at, "compose it with $(POD_NAME)", "all %d nodes of %s are named %q", n.Replicas, n.Manifest(), n.prefix)
		}
	}
}

// A stem is what a node's name has before and after the ordinal.
type stem struct{ prefix, suffix string }

// A namedNode names itself, at a place; counts says that the name holds the ordinal.
type namedNode struct {
	*Node
	stem
	at     manifest.Place
	number int
	counts bool
}

// namedNodes are those that have a name, in their order, and those that run by their stems.
func namedNodes(set *manifest.Set) (all []*namedNode, byStem map[stem][]*namedNode) {
	byStem = map[stem][]*namedNode{}
	for number, n := range NodesOf(set) {
		name, at := n.nodeName(n.Name + "-" + ordinalMark)
		if at.Object() == nil {
			continue
		}
		named := &namedNode{Node: n, at: at, number: number}
		named.prefix, named.suffix, named.counts = strings.Cut(name, ordinalMark)
		if all = append(all, named); n.Replicas > 0 {
			byStem[named.stem] = append(byStem[named.stem], named)
		}
	}
	return all, byStem
}

// commonName is a name that nodes of both have, if one prefix begins with the other, and what
// follows the ordinal is the same. Where digits follow in the longer one, as in a1 and a, a
// higher ordinal of the other can be that of the first.
func commonName(longer, other *namedNode) (string, bool) {
	digits := longer.prefix[len(other.prefix):]
	if digits == "" {
		ordinal := max(longer.FirstOrdinal, other.FirstOrdinal)
		return longer.prefix + strconv.Itoa(ordinal) + longer.suffix, ordinal <= min(longer.lastOrdinal(), other.lastOrdinal())
	}
	ordinal, err := strconv.Atoi(digits + strconv.Itoa(longer.FirstOrdinal))
	ok := err == nil && digits[0] != '0' && ordinal >= other.FirstOrdinal && ordinal <= other.lastOrdinal()
	return longer.prefix + strconv.Itoa(longer.FirstOrdinal) + longer.suffix, ok && longer.Replicas > 0
}

var legacyNodeName = row{Rule: rule.Rule{
	ID: "EF417", Severity: rule.Warning, Title: "NODENAME is set",
	Why:     "the old variable overrides STREAMING_NODENAME, so the node's name is not the one you read there",
	Example: "env: [{name: NODENAME, value: flow}]",
	Fix:     "env: [{name: STREAMING_NODENAME, value: \"$(POD_NAME).$(POD_NAMESPACE).$(APPNAME)\"}]",
}, Check: findLegacyNodeName}

// findLegacyNodeName warns of a variable that wins over the documented one.
func findLegacyNodeName(set *manifest.Set, f *rule.Finder) {
	for _, n := range NodesOf(set) {
		if legacy, field := n.Main.Variable(envLegacyNodeName); legacy != nil {
			f.Report(n.At(field), "use "+envNodeName, "%s wins over %s", envLegacyNodeName, envNodeName)
		}
	}
}
