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
	discoveryName
}

// DiscoveryPorts are the ports of the Service of a name that a node makes for itself once
// it runs; nil if none does.
func DiscoveryPorts(set *manifest.Set, namespace, service string) []corev1.ServicePort {
	made := manifest.Index(set, findDiscovered)
	if found := made[serviceStem{namespace, discoveryName{stem{service, ""}, false}}]; len(found) > 0 {
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
			for _, n := range made[serviceStem{namespace, discoveryName{stem{service[:start], service[end+1:]}, true}}] {
				if ordinal >= n.FirstOrdinal && ordinal <= n.lastOrdinal() {
					return n.discoveryPorts()
				}
			}
		}
	}
	return nil
}

// A discoveryName is what the Services that nodes make for themselves are called: as the node,
// with dashes for dots. The ordinal stands inside, unless all nodes have one name.
type discoveryName struct {
	stem
	counts bool
}

func (n *Node) discoveryName() (d discoveryName) {
	name, _ := n.nodeName(n.Name + "-" + ordinalMark)
	d.prefix, d.suffix, d.counts = strings.Cut(strings.ReplaceAll(name, ".", "-"), ordinalMark)
	return d
}

// of is the name of an ordinal's Service; it is empty if the image names its node by itself.
func (d discoveryName) of(ordinal int) string {
	if !d.counts {
		return d.prefix
	}
	return d.prefix + strconv.Itoa(ordinal) + d.suffix
}

// MayMake reports whether one of the nodes, or one that it is scaled out to, makes the Service.
func (n *Node) MayMake(service string) bool {
	d := n.discovery()
	rest, begins := strings.CutPrefix(service, d.prefix)
	digits, ends := strings.CutSuffix(rest, d.suffix)
	if !d.counts || !begins || !ends {
		return service != "" && service == d.of(0)
	}
	ordinal, err := strconv.Atoi(digits)
	return err == nil && ordinal >= 0 && strconv.Itoa(ordinal) == digits
}

// findDiscovered finds the nodes that make Services, which are all but those that their image names.
func findDiscovered(set *manifest.Set) discovered {
	made := discovered{}
	for _, n := range NodesOf(set) {
		if d := n.discovery(); d.of(0) != "" {
			key := serviceStem{n.Namespace, d}
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
