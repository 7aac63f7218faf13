package validate

import (
	"path"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// What the image's start script reads.
const (
	envNodeName        = "STREAMING_NODENAME"
	envLegacyNodeName  = "NODENAME"
	envNodeDeploy      = "STREAMING_NODEDEPLOY"
	envSubstitutions   = "STREAMING_SUBSTITUTIONS"
	envSubstFile       = "STREAMING_SUBSTITUTIONFILE"
	envDeployDirs      = "STREAMING_DEPLOYDIRECTORIES"
	envKeystore        = "STREAMING_KEYSTORE"
	envAdminPort       = "STREAMING_ADMINPORT"
	envPodNamespace    = "POD_NAMESPACE"
	monitorName        = "clustermonitor"
	componentLabel     = "app.kubernetes.io/component"
	defaultWebPort     = "8008"
	healthcheckService = "healthcheck"
)

// A node is a StatefulSet whose pods run Streaming.
type node struct {
	*workload
	container
	monitor bool
	// domains are the DNS suffixes under which the pods may be known.
	domains []dnsSuffix
	// values are the variables in the pod that was asked for last, expanded.
	expanded string
	values   map[string]string
}

// findNodes finds the StatefulSets that name their nodes, and cluster monitors,
// whose image does that by itself.
func (s *subject) findNodes() []*node {
	var all []*node
	for _, w := range s.allWorkloads {
		if w.set == nil || len(w.pod.Containers) == 0 {
			continue
		}
		i := slices.IndexFunc(w.mainContainers(), func(c container) bool {
			name, _ := c.env(envNodeName)
			legacy, _ := c.env(envLegacyNodeName)
			return name != nil || legacy != nil
		})
		if i >= 0 || w.isMonitor() {
			n := &node{workload: w, container: w.mainContainers()[max(i, 0)], monitor: w.isMonitor()}
			n.domains = s.domains(n)
			all = append(all, n)
		}
	}
	return all
}

// isMonitor tells whether a StatefulSet is a LiveView cluster monitor: by its
// component label, its name, or its image.
func (w *workload) isMonitor() bool {
	if w.set == nil {
		return false
	}
	return w.name == monitorName || w.meta.Labels[componentLabel] == monitorName || w.set.Labels[componentLabel] == monitorName ||
		slices.ContainsFunc(w.pod.Containers, func(c corev1.Container) bool { return path.Base(parseImage(c.Image).repository) == monitorName })
}

// last is the highest ordinal; lower than first if there are no pods.
func (w *workload) last() int { return w.first + w.replicas - 1 }

// hostname is the name of the pod of an ordinal.
func (w *workload) hostname(ordinal int) string { return w.name + "-" + strconv.Itoa(ordinal) }

// domains are the DNS suffixes of a node: its governing Service's, whether or not
// that exists, and those of every other Service that selects its pods, which a
// reverse look-up may answer with.
func (s *subject) domains(n *node) []dnsSuffix {
	all := []dnsSuffix{{n.set.Spec.ServiceName, n.namespace, s.facts.Domain}}
	for _, service := range s.services[n.namespace] {
		if service.name != n.set.Spec.ServiceName && n.served(service.value) {
			all = append(all, dnsSuffix{service.name, n.namespace, s.facts.Domain})
		}
	}
	return slices.DeleteFunc(all, func(d dnsSuffix) bool { return d.service == "" })
}

// A dnsSuffix is what follows the first label of a pod's DNS name.
type dnsSuffix struct{ service, namespace, domain string }

func (d dnsSuffix) String() string {
	return d.service + "." + d.namespace + ".svc." + d.domain
}

// variable matches what Kubernetes expands in a value: $(NAME).
var variable = expression(`\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)`)

// maxValue bounds what variables expand to: references to references can double
// with every line, and no name or path is that long.
const maxValue = 4 << 10

// expand gives the value of a variable as the container sees it in a pod.
func (n *node) expand(name, pod string) (value string, ok bool) {
	if n.values == nil || n.expanded != pod { // most checks ask for the same pod
		n.values, n.expanded = n.variables(pod), pod
	}
	value, ok = n.values[name]
	return value, ok
}

// variables are those of the container in a pod. One expands those that are set
// before it, and the last one of a name counts.
func (n *node) variables(pod string) map[string]string {
	values := make(map[string]string, len(n.Env))
	for _, env := range n.Env {
		value := n.source(env, pod)
		if value == "" {
			value = env.Value
		}
		if strings.Contains(value, "$(") {
			value = variable().ReplaceAllStringFunc(value, func(ref string) string {
				if known, set := values[ref[len("$("):len(ref)-len(")")]]; set {
					return known
				}
				return ref
			})
		}
		values[env.Name] = value[:min(len(value), maxValue)]
	}
	return values
}

// source is what a variable takes from the pod's own metadata.
func (n *node) source(env corev1.EnvVar, pod string) string {
	if env.ValueFrom == nil || env.ValueFrom.FieldRef == nil {
		return ""
	}
	switch env.ValueFrom.FieldRef.FieldPath {
	case "metadata.name":
		return pod
	case "metadata.namespace":
		return n.namespace
	}
	return ""
}

// findNoToken finds pods that cannot speak to the API.
func findNoToken(s *subject, r *report) {
	for _, n := range s.nodes {
		mounted, at := n.pod.AutomountServiceAccountToken, n.at(n.spec("automountServiceAccountToken"))
		if o := s.find("", "ServiceAccount", n.namespace, n.serviceAccount()); mounted == nil && o != nil {
			if account, ok := o.value.(*corev1.ServiceAccount); ok {
				mounted, at = account.AutomountServiceAccountToken, o.at("automountServiceAccountToken")
			}
		}
		if mounted != nil && !*mounted && !n.projectsToken() {
			r.add(at, "set it to true", "the nodes of %s get no token for the API, which they need to find each other", n.manifest())
		}
	}
}

func (n *node) projectsToken() bool {
	return slices.ContainsFunc(n.pod.Volumes, func(v corev1.Volume) bool {
		return v.Projected != nil && slices.ContainsFunc(v.Projected.Sources, func(p corev1.VolumeProjection) bool { return p.ServiceAccountToken != nil })
	})
}
