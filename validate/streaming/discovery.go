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
type discovered map[discoveryKey][]*Node

type discoveryKey struct {
	namespace string
	discoveryName
}

// DiscoveryPorts are the ports of the Service of a name that a node makes for itself once
// it runs; nil if none does.
func DiscoveryPorts(set *manifest.Set, namespace, service string) []corev1.ServicePort {
	if maker := discoveryMaker(set, namespace, service); maker != nil {
		return maker.discoveryPorts()
	}
	return nil
}

// discoveryMaker is the first of those whose nodes make a Service of a name for themselves.
func discoveryMaker(set *manifest.Set, namespace, service string) *Node {
	made := manifest.Index(set, findDiscovered)
	if found := made[discoveryKey{namespace, discoveryName{stem: stem{service, ""}}}]; len(found) > 0 {
		return found[0]
	}
	if len(service) > maxLabel {
		return nil
	}
	isDigit := func(i int) bool { return service[i] >= '0' && service[i] <= '9' }
	for start := range service {
		for end := start; end < len(service) && isDigit(end); end++ {
			name := discoveryName{stem{service[:start], service[end+1:]}, true}
			for _, n := range made[discoveryKey{namespace, name}] {
				if n.makes(service) {
					return n
				}
			}
		}
	}
	return nil
}

// findDiscovered names the Services as nodes do.
func findDiscovered(set *manifest.Set) discovered {
	made := discovered{}
	for _, n := range NodesOf(set) {
		if d := n.discovery(); d != (discoveryName{}) {
			key := discoveryKey{n.Namespace, d}
			made[key] = append(made[key], n)
		}
	}
	return made
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

// ordinal is that of the node which makes a Service of a name.
func (d discoveryName) ordinal(service string) (ordinal int, found bool) {
	rest, begins := strings.CutPrefix(service, d.prefix)
	digits, ends := strings.CutSuffix(rest, d.suffix)
	ordinal, err := strconv.Atoi(digits)
	return ordinal, d.counts && begins && ends && err == nil && ordinal >= 0 && strconv.Itoa(ordinal) == digits
}

// makes reports whether one of the nodes makes the Service.
func (n *Node) makes(service string) bool {
	d := n.discovery()
	if !d.counts {
		return service != "" && service == d.prefix
	}
	ordinal, found := d.ordinal(service)
	return found && ordinal >= n.FirstOrdinal && ordinal <= n.lastOrdinal()
}

// MayMake reports whether one of the nodes, or one that it is scaled out to, makes the Service.
func (n *Node) MayMake(service string) bool {
	_, found := n.discovery().ordinal(service)
	return found || n.makes(service)
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
