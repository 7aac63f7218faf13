package streaming

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/validate/manifest"
)

// The ports of the Service that a node makes for itself, as the product's Kubernetes
// sample shows them. Those for distribution follow each other, one for each search port.
const (
	discoveryWebPort          = 80
	discoveryAdminPort        = 2000
	discoveryDistributionPort = 3000
	defaultSearchPorts        = 5
	maxSearchPorts            = 1000
)

// DiscoveryPorts are the ports of the Service of a name that a node makes for itself once
// it runs; nil if none does.
func DiscoveryPorts(set *manifest.Set, namespace, service string) []corev1.ServicePort {
	for _, n := range NodesOf(set) {
		if n.Namespace == namespace && n.makes(service) {
			return n.discoveryPorts()
		}
	}
	return nil
}

// makes reports whether one of the nodes makes the Service: it has the node's name, with
// dashes for dots.
func (n *Node) makes(service string) bool {
	name, _ := n.nodeName(n.Name + "-" + ordinalMark)
	prefix, suffix, counts := strings.Cut(strings.ReplaceAll(name, ".", "-"), ordinalMark)
	if !counts {
		return name != "" && service == prefix
	}
	rest, begins := strings.CutPrefix(service, prefix)
	digits, ends := strings.CutSuffix(rest, suffix)
	ordinal, err := strconv.Atoi(digits)
	return begins && ends && err == nil && strconv.Itoa(ordinal) == digits && ordinal >= n.FirstOrdinal && ordinal <= n.lastOrdinal()
}

func (n *Node) discoveryPorts() []corev1.ServicePort {
	all := []corev1.ServicePort{
		{Port: discoveryWebPort, TargetPort: intstr.FromString(defaultWebPort)}, {Port: discoveryAdminPort},
	}
	for i := range n.searchPorts() {
		all = append(all, corev1.ServicePort{Port: discoveryDistributionPort + int32(i)})
	}
	return all
}

// searchPorts are how many ports the node tries, as its node deploy file says.
func (n *Node) searchPorts() int {
	for _, c := range n.Configurations() {
		nodes := c.Root.Get("configuration", "NodeDeploy", "nodes")
		for _, name := range nodes.Keys() {
			written := nodes.Get(name, "communication", "numberSearchPorts")
			if written == nil {
				continue
			}
			if count, err := strconv.Atoi(n.Resolve(written.Text)); err == nil && c.IsDeployedBy(n) {
				return max(0, min(count, maxSearchPorts))
			}
		}
	}
	return defaultSearchPorts
}
