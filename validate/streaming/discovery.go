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

// discovered are nodes by the names of the Services that they make for themselves.
type discovered map[serviceStem][]*Node

// A serviceStem is what a Service's name has before and after the ordinal, if it has one.
type serviceStem struct {
	namespace string
	stem
	counts bool
}

// DiscoveryPorts are the ports of the Service of a name that a node makes for itself once
// it runs; nil if none does.
func DiscoveryPorts(set *manifest.Set, namespace, service string) []corev1.ServicePort {
	made := manifest.Index(set, findDiscovered)
	if found := made[serviceStem{namespace, stem{service, ""}, false}]; len(found) > 0 {
		return found[0].discoveryPorts()
	}
	if len(service) > maxLabel {
		return nil
	}
	isDigit := func(i int) bool { return service[i] >= '0' && service[i] <= '9' }
	for start := range service {
		for end := start; end < len(service) && isDigit(end); end++ {
			ordinal, err := strconv.Atoi(service[start : end+1])
			if err != nil || strconv.Itoa(ordinal) != service[start:end+1] {
				continue
			}
			for _, n := range made[serviceStem{namespace, stem{service[:start], service[end+1:]}, true}] {
				if ordinal >= n.FirstOrdinal && ordinal <= n.lastOrdinal() {
					return n.discoveryPorts()
				}
			}
		}
	}
	return nil
}

// findDiscovered names the Services as nodes do: as themselves, with dashes for dots.
func findDiscovered(set *manifest.Set) discovered {
	made := discovered{}
	for _, n := range NodesOf(set) {
		if name, _ := n.nodeName(n.Name + "-" + ordinalMark); name != "" {
			key := serviceStem{namespace: n.Namespace}
			key.prefix, key.suffix, key.counts = strings.Cut(strings.ReplaceAll(name, ".", "-"), ordinalMark)
			made[key] = append(made[key], n)
		}
	}
	return made
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
