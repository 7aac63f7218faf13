package validate

import (
	"fmt"
	"path"
	"regexp"
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
			all = append(all, &node{w, w.mainContainers()[max(i, 0)], w.isMonitor()})
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

// domains are the DNS suffixes under which the node's pods may be known: its
// governing Service's, whether or not that exists, and those of every other
// Service that selects them, which a reverse look-up may answer with.
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
var variable = regexp.MustCompile(`\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)`)

// maxValue bounds what variables expand to: references to references can double
// with every line, and no name or path is that long.
const maxValue = 4 << 10

// expand gives the value of a variable as the container sees it in a pod. A variable
// expands those that are set before it, and the last one of a name counts.
func (n *node) expand(name, pod string) (value string, ok bool) {
	values := map[string]string{}
	for _, env := range n.Env {
		value := n.source(env, pod)
		if value == "" {
			value = variable.ReplaceAllStringFunc(env.Value, func(ref string) string {
				if known, set := values[ref[len("$("):len(ref)-len(")")]]; set {
					return known
				}
				return ref
			})
		}
		values[env.Name] = value[:min(len(value), maxValue)]
	}
	value, ok = values[name]
	return value, ok
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
var nodeNameForm = regexp.MustCompile(`^[a-z][a-z0-9]*(\.[a-z0-9]+)*$`)

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
		case !nodeNameForm.MatchString(name):
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

// A mounted path of a container: the volume behind it and the path inside it.
type mounted struct {
	volume *corev1.Volume
	inside string
	exact  bool
}

// mount finds what lies at a path of the container; ok is false if nothing is
// mounted there.
func (n *node) mount(name string) (found mounted, ok bool) {
	longest := -1
	for _, m := range n.VolumeMounts {
		inside, below := strings.CutPrefix(path.Clean(name)+"/", strings.TrimSuffix(path.Clean(m.MountPath), "/")+"/")
		if !below || len(m.MountPath) <= longest {
			continue
		}
		longest = len(m.MountPath)
		volume := n.volume(m.Name)
		inside = strings.TrimSuffix(inside, "/")
		found, ok = mounted{volume, strings.Trim(m.SubPath+"/"+inside, "/"), inside == ""}, n.hasVolume(m.Name)
	}
	return found, ok
}

// key is the key of a ConfigMap that is mounted at a path; it is empty if the path
// is that of the volume as a whole.
func (m mounted) key() string {
	if m.volume == nil || m.volume.ConfigMap == nil {
		return ""
	}
	for _, item := range m.volume.ConfigMap.Items {
		if item.Path == m.inside {
			return item.Key
		}
	}
	if len(m.volume.ConfigMap.Items) > 0 {
		return ""
	}
	return m.inside
}

// mountedText is the text of a file of the container that comes from a ConfigMap,
// and the place of the text.
func (s *subject) mountedText(n *node, variable string) (string, place, bool) {
	name, ok := n.expand(variable, n.hostname(n.first))
	if !ok {
		return "", place{}, false
	}
	m, ok := n.mount(name)
	if !ok || m.volume == nil || m.volume.ConfigMap == nil {
		return "", place{}, false
	}
	o, config := s.configMap(n.namespace, m.volume.ConfigMap.Name)
	if config == nil {
		return "", place{}, false
	}
	text, ok := config.Data[m.key()]
	return text, o.key("data", m.key()), ok
}

func findNoPath(s *subject, r *report) {
	for _, n := range s.nodes {
		for _, variable := range []string{envNodeDeploy, envSubstFile, envKeystore, envDeployDirs} {
			value, ok := n.expand(variable, n.hostname(n.first))
			if !ok || value == "" {
				continue
			}
			_, field := n.env(variable)
			names := []string{value}
			if variable == envDeployDirs {
				names = strings.FieldsFunc(value, func(c rune) bool { return c == ',' || c == ':' })
			}
			for _, name := range names {
				if fault := s.pathFault(n, name, variable == envDeployDirs); fault != "" {
					r.add(n.at(field+".value"), "mount a ConfigMap or a Secret that holds it, or correct the path", "%s names %q, %s", variable, name, fault)
				}
			}
		}
	}
}

// pathFault says why nothing is at a path; what a Secret holds cannot be known.
func (s *subject) pathFault(n *node, name string, folder bool) string {
	m, ok := n.mount(name)
	if !ok {
		return "where nothing is mounted"
	}
	if m.volume == nil || m.volume.ConfigMap == nil || folder && m.exact {
		return ""
	}
	_, config := s.configMap(n.namespace, m.volume.ConfigMap.Name)
	if config == nil || hasKey(config, m.key()) {
		return ""
	}
	return fmt.Sprintf("which ConfigMap %q does not hold", m.volume.ConfigMap.Name)
}

// findNoLicense knows the ways in which a node of 11.2 or later gets a licence: a
// folder of licence files, or the address of an activation service.
func findNoLicense(s *subject, r *report) {
	if !needsLicense(s.facts.ProductVersion) {
		return
	}
	for _, n := range s.nodes {
		mounts := slices.ContainsFunc(n.VolumeMounts, func(m corev1.VolumeMount) bool {
			return strings.Contains(m.MountPath, "license") || strings.Contains(m.MountPath, "licence")
		})
		if !mounts && !s.activates(n) {
			r.add(n.at(n.container.field+".volumeMounts"), "set license.secret, or name the activation service in a file of security.include",
				"product version %s does not start without a licence, and nothing is mounted for %s", s.facts.ProductVersion, n.manifest())
		}
	}
}

func needsLicense(version string) bool {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	x, errX := strconv.Atoi(major)
	y, errY := strconv.Atoi(minor)
	return errX == nil && (x > 11 || x == 11 && errY == nil && y >= 2)
}
