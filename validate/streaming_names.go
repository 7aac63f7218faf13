package validate

import (
	"strconv"
	"strings"
)

// nodeName is the node's Streaming name in a pod, and the place that sets it. The
// start script takes every dash out; the monitor's names its node by itself.
func (n *node) nodeName(pod string) (name string, at place) {
	for _, variable := range []string{envLegacyNodeName, envNodeName} {
		if value, ok := n.expand(variable, pod); ok {
			_, field := n.env(variable)
			return strings.ReplaceAll(value, "-", ""), n.at(field + ".value")
		}
	}
	return "", place{}
}

// nodeNameForm is that of a Service's name once dots are dashes.
var nodeNameForm = expression(`^[a-z][a-z0-9]*(\.[a-z0-9]+)*$`)

// maxLabel is the longest name of a Service.
const maxLabel = 63

// findBadNodeName judges the name of the Service that a node makes for itself: its
// own, with dashes for dots.
func findBadNodeName(s *subject, r *report) {
	for _, n := range s.nodes {
		name, at := n.nodeName(n.hostname(max(n.last(), n.first)))
		if at.object == nil {
			continue
		}
		service := strings.ReplaceAll(name, ".", "-")
		switch {
		case len(service) > maxLabel:
			r.add(at, "shorten the application's name or the namespace", "node name %.100q has %d characters at the highest ordinal: the Service that the node makes for itself can have %d", name, len(service), maxLabel)
		case strings.Contains(name, "$("):
			r.add(at, "put the variable before this one", "node name %q holds a variable that is not set before it", name)
		case !nodeNameForm().MatchString(name):
			r.add(at, "use lower case letters, digits and dots, beginning with a letter", "node name %q makes no name for the Service that the node makes for itself", name)
		}
	}
}

// ordinalMark stands for the ordinal in a node name that is compared.
const ordinalMark = "\x00"

func findSameNodeNames(s *subject, r *report) {
	named := map[string][]*node{}
	for _, n := range s.nodes {
		name, at := n.nodeName(n.name + "-" + ordinalMark)
		if at.object == nil {
			continue
		}
		if n.replicas > 1 && !strings.Contains(name, ordinalMark) {
			r.add(at, "compose it with $(POD_NAME)", "all %d nodes of %s are named %q", n.replicas, n.manifest(), name)
		}
		// Only what follows the ordinal can be compared without counting.
		_, suffix, _ := strings.Cut(name, ordinalMark)
		for _, other := range named[suffix] {
			otherName, _ := other.nodeName(other.name + "-" + ordinalMark)
			if same, ok := commonName(n, name, other, otherName); ok {
				r.add(at, "rename one of the two applications", "node %q of %s is also one of %s once dashes are stripped", same, n.manifest(), other.manifest())
			}
		}
		named[suffix] = append(named[suffix], n)
	}
}

// commonName is a name that nodes of both have, if what follows the ordinal is the
// same. Where the names differ by digits
// before the ordinal, as in a1 and a, a higher ordinal of one can be that of the other.
func commonName(n *node, name string, other *node, otherName string) (string, bool) {
	if n.replicas < 1 || other.replicas < 1 {
		return "", false
	}
	prefix, suffix, _ := strings.Cut(name, ordinalMark)
	otherPrefix, _, _ := strings.Cut(otherName, ordinalMark)
	if len(prefix) < len(otherPrefix) {
		return commonName(other, otherName, n, name)
	}
	digits, ok := strings.CutPrefix(prefix, otherPrefix)
	if !ok {
		return "", false
	}
	if digits == "" {
		ordinal := max(n.first, other.first)
		return prefix + strconv.Itoa(ordinal) + suffix, ordinal <= min(n.last(), other.last())
	}
	ordinal, err := strconv.Atoi(digits + strconv.Itoa(n.first))
	ok = err == nil && digits[0] != '0' && ordinal >= other.first && ordinal <= other.last()
	return prefix + strconv.Itoa(n.first) + suffix, ok
}

// findLegacyNodeName warns of a variable that wins over the documented one.
func findLegacyNodeName(s *subject, r *report) {
	for _, n := range s.nodes {
		if legacy, field := n.env(envLegacyNodeName); legacy != nil {
			r.add(n.at(field), "use "+envNodeName, "%s wins over %s", envLegacyNodeName, envNodeName)
		}
	}
}
