package streaming

import (
	"slices"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// A Node is a StatefulSet whose pods run Streaming, one node each.
type Node struct {
	*manifest.Workload
	// Main is the container that runs Streaming.
	Main manifest.Container
	// IsMonitor says that it is a LiveView cluster monitor.
	IsMonitor bool

	set *manifest.Set
	// domains are the DNS suffixes under which the pods may be known, that of the governing
	// Service first.
	domains []dnsSuffix
	// trusted is what the hosts match that the nodes trust.
	trusted func() *trust
	// discovery says what the Services are called that the nodes make for themselves.
	discovery func() discoveryName
	// first are the variables in the first pod, expanded.
	first func() map[string]string
	// defined are the substitutions that the manifests set, resolved their values by name.
	defined  func() []Substitution
	resolved func() map[string]string
}

// nodes are those of a Set: a type of its own, by which a Set remembers them.
type nodes []*Node

// NodesOf are the nodes of a Set, in the order of the files.
func NodesOf(set *manifest.Set) []*Node { return manifest.Index(set, findNodes) }

// findNodes finds the StatefulSets that name their nodes, and cluster monitors,
// whose image does that by itself.
func findNodes(set *manifest.Set) (all nodes) {
	for _, w := range set.Workloads() {
		if w.StatefulSet == nil || len(w.Pod.Containers) == 0 {
			continue
		}
		containers := w.MainContainers()
		i := slices.IndexFunc(containers, namesNode)
		if isMonitor := IsMonitor(w); i >= 0 || isMonitor {
			all = append(all, newNode(set, w, containers[max(i, 0)], isMonitor))
		}
	}
	return all
}

func namesNode(c manifest.Container) bool {
	name, _ := c.Variable(envNodeName)
	legacy, _ := c.Variable(envLegacyNodeName)
	return name != nil || legacy != nil
}

func newNode(set *manifest.Set, w *manifest.Workload, main manifest.Container, isMonitor bool) *Node {
	n := &Node{Workload: w, Main: main, IsMonitor: isMonitor, set: set}
	n.domains = n.findDomains()
	n.trusted = sync.OnceValue(n.findTrusted)
	n.discovery = sync.OnceValue(n.discoveryName)
	n.first = sync.OnceValue(func() map[string]string { return n.variables(n.podName(n.FirstOrdinal)) })
	n.defined = sync.OnceValue(n.findSubstitutions)
	n.resolved = sync.OnceValue(n.resolveSubstitutions)
	return n
}

// IsMonitor reports whether a StatefulSet is a LiveView cluster monitor: by its
// component label, its name, or its image.
func IsMonitor(w *manifest.Workload) bool {
	if w.StatefulSet == nil {
		return false
	}
	return w.Name == monitorName || w.Meta.Labels[componentLabel] == monitorName || w.StatefulSet.Labels[componentLabel] == monitorName ||
		slices.ContainsFunc(w.Pod.Containers, func(c corev1.Container) bool { return manifest.ParseImage(c.Image).Name() == monitorName })
}

// lastOrdinal is the highest one; lower than the first if there are no pods.
func (n *Node) lastOrdinal() int { return n.FirstOrdinal + n.Replicas - 1 }

// podName is that of an ordinal; it is the pod's host name, too.
func (n *Node) podName(ordinal int) string { return n.Name + "-" + strconv.Itoa(ordinal) }

// findDomains are the DNS suffixes of a node: its governing Service's, whether or not
// that exists, and those of every other Service that selects its pods, with which a
// reverse look-up may answer.
func (n *Node) findDomains() []dnsSuffix {
	domain := n.set.Facts().Domain
	all := []dnsSuffix{{n.StatefulSet.Spec.ServiceName, n.Namespace, domain}}
	for _, service := range n.set.ServicesOf(n.Workload) {
		if service.Name != n.StatefulSet.Spec.ServiceName {
			all = append(all, dnsSuffix{service.Name, n.Namespace, domain})
		}
	}
	return slices.DeleteFunc(all, func(d dnsSuffix) bool { return d.service == "" })
}

// A dnsSuffix is what follows the first label of a pod's DNS name.
type dnsSuffix struct{ service, namespace, domain string }

func (d dnsSuffix) String() string {
	return d.service + "." + d.namespace + ".svc." + d.domain
}

// maxValue bounds what variables expand to: references to references can double
// with every line, and no name or path is that long.
const maxValue = 4 << 10

// variable gives the value of a variable as the container sees it in its first pod.
func (n *Node) variable(name string) (value string, ok bool) {
	value, ok = n.first()[name]
	return value, ok
}

// variables are those of the container in a pod. One expands those that are set
// before it, and the last one of a name counts.
func (n *Node) variables(pod string) map[string]string {
	values := make(map[string]string, len(n.Main.Env))
	for _, env := range n.Main.Env {
		value := n.fromPod(env, pod)
		if value == "" {
			value = env.Value
		}
		value = manifest.ExpandVariables(value, values)
		values[env.Name] = value[:min(len(value), maxValue)]
	}
	return values
}

// fromPod is the value that a variable has from the pod's own metadata.
func (n *Node) fromPod(env corev1.EnvVar, pod string) string {
	if env.ValueFrom == nil || env.ValueFrom.FieldRef == nil {
		return ""
	}
	switch env.ValueFrom.FieldRef.FieldPath {
	case "metadata.name":
		return pod
	case "metadata.namespace":
		return n.Namespace
	}
	return ""
}

var noToken = row{Rule: rule.Rule{
	ID: "EF416", Severity: rule.Error, Title: "nodes get no token for the API",
	Why:     "a node finds the others through the Kubernetes API, for which it needs its ServiceAccount's token",
	Example: "automountServiceAccountToken: false",
	Fix:     "automountServiceAccountToken: true",
}, Check: findNoToken}

// findNoToken finds pods that cannot speak to the API.
func findNoToken(set *manifest.Set, f *rule.Finder) {
	for _, n := range NodesOf(set) {
		mounted, at := n.Pod.AutomountServiceAccountToken, n.At(n.PodField("automountServiceAccountToken"))
		if o := set.Find("", "ServiceAccount", n.Namespace, n.ServiceAccount()); mounted == nil && o != nil {
			if account := manifest.Value[corev1.ServiceAccount](o); account != nil {
				mounted, at = account.AutomountServiceAccountToken, o.At("automountServiceAccountToken")
			}
		}
		if mounted != nil && !*mounted && !n.projectsToken() {
			f.Report(at, "set it to true", "the nodes of %s get no token for the API, which they need to find each other", n.Manifest())
		}
	}
}

func (n *Node) projectsToken() bool {
	return slices.ContainsFunc(n.Pod.Volumes, func(v corev1.Volume) bool {
		return v.Projected != nil && slices.ContainsFunc(v.Projected.Sources, func(p corev1.VolumeProjection) bool { return p.ServiceAccountToken != nil })
	})
}
