package refused

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

func checkContainer(f *rule.Finder, c *corev1.Container, at manifest.Place) {
	checkResources(f, c.Resources.Requests, c.Resources.Limits, at.Below("resources"))
	privileged := c.SecurityContext != nil && c.SecurityContext.Privileged != nil && *c.SecurityContext.Privileged
	for i, mount := range c.VolumeMounts {
		checkMount(f, mount, privileged, at.Below("volumeMounts").Item(i))
		if slices.ContainsFunc(c.VolumeMounts[:i], func(other corev1.VolumeMount) bool { return other.MountPath == mount.MountPath }) && mount.MountPath != "" {
			f.Report(at.Below("volumeMounts").Item(i).Below("mountPath"), "use another path, or mount one of the two", "container %q mounts two volumes at %q", c.Name, mount.MountPath)
		}
	}
}

func checkMount(f *rule.Finder, mount corev1.VolumeMount, privileged bool, at manifest.Place) {
	checkSubPath(f, mount.SubPath, at.Below("subPath"))
	checkSubPath(f, mount.SubPathExpr, at.Below("subPathExpr"))
	if mount.SubPath != "" && mount.SubPathExpr != "" {
		f.Report(at.Below("subPathExpr"), "leave one of the two out", "the mount has both subPath and subPathExpr")
	}
	if way := mount.MountPropagation; way != nil && *way == corev1.MountPropagationBidirectional && !privileged {
		f.Report(at.Below("mountPropagation"), "use HostToContainer or None", "Bidirectional propagation is for privileged containers")
	}
	if only := mount.RecursiveReadOnly; only != nil && *only != corev1.RecursiveReadOnlyDisabled && !mount.ReadOnly {
		f.Report(at.Below("recursiveReadOnly"), "add readOnly: true, or leave it out", "recursiveReadOnly needs readOnly: true")
	}
}

func checkSubPath(f *rule.Finder, name string, at manifest.Place) {
	switch {
	case slices.Contains(strings.Split(name, "/"), ".."):
		f.Report(at, "name a path inside the volume", "path %q leaves its volume with \"..\"", name)
	case path.IsAbs(name):
		f.Report(at, "leave the slash at its start out", "path %q is not relative to its volume", name)
	}
}

func checkPort(f *rule.Finder, port *corev1.ContainerPort, at manifest.Place) {
	if port.HostIP != "" {
		address.check(f, port.HostIP, at.Below("hostIP"))
	}
}

// checkEnv lets a variable without a value pass: it is empty.
func checkEnv(f *rule.Finder, env *corev1.EnvVar, at manifest.Place) {
	if env.ValueFrom == nil {
		return
	}
	switch n := sources(*env.ValueFrom); {
	case n != 1:
		f.Report(at.Below("valueFrom"), "name one source, such as secretKeyRef", "variable %q is taken from %d sources, and must be from one", env.Name, n)
	case env.Value != "":
		f.Report(at.Below("valueFrom"), "leave one of the two out", "variable %q has both value and valueFrom", env.Name)
	}
	if ref := env.ValueFrom.FieldRef; ref != nil && ref.FieldPath != "" {
		checkFieldPath(f, ref, fieldsOfEnv, at.Below("valueFrom.fieldRef"))
	}
}

func checkEnvFrom(f *rule.Finder, from *corev1.EnvFromSource, at manifest.Place) {
	if n := sources(*from); n != 1 {
		f.Report(at, "name either a ConfigMap or a Secret", "variables are taken from %d sources, and must be from one", n)
	}
}

// What a variable, and a file of a downwardAPI volume, can say of the pod. Both can name
// one label or annotation as well.
var (
	fieldsOfEnv   = []string{"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"}
	fieldsOfFiles = []string{"metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"}
	subscripted   = regexp.MustCompile(`^metadata\.(labels|annotations)\['(.*)'\]$`)
)

func checkFieldPath(f *rule.Finder, ref *corev1.ObjectFieldSelector, few []string, at manifest.Place) {
	if ref.APIVersion != "" && ref.APIVersion != "v1" {
		f.Report(at.Below("apiVersion"), "leave it out", "apiVersion is %q, and must be v1", ref.APIVersion)
	}
	where := at.Below("fieldPath")
	if part := subscripted.FindStringSubmatch(ref.FieldPath); part != nil {
		key.checkKey(f, strings.ToLower(part[2]), where)
		return
	}
	if !slices.Contains(few, ref.FieldPath) {
		hint := "use one of " + strings.Join(few, ", ") + ", or metadata.labels['<key>'] or metadata.annotations['<key>']"
		if near := rule.Nearest(ref.FieldPath, few); near != "" {
			hint = "use " + near
		}
		f.Report(where, hint, "fieldPath is %q, which a container cannot be told", ref.FieldPath)
	}
}

// divisors are what an amount of a resource may be divided by; memory stands for all that
// is counted in bytes.
var divisors = map[string][]string{
	"cpu":    {"1m", "1"},
	"memory": {"1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"},
}

func checkResourceRef(f *rule.Finder, ref *corev1.ResourceFieldSelector, at manifest.Place) {
	side, name, _ := strings.Cut(ref.Resource, ".")
	known := name == "cpu" || name == "memory" || name == "ephemeral-storage" || strings.HasPrefix(name, corev1.ResourceHugePagesPrefix)
	if ref.Resource == "" {
		return
	}
	if side != "limits" && side != "requests" || !known {
		f.Report(at.Below("resource"), "use limits.cpu, limits.memory, limits.ephemeral-storage, or requests of them", "resource is %q, which a container cannot be told", ref.Resource)
		return
	}
	few := divisors["memory"]
	if name == "cpu" {
		few = divisors["cpu"]
	}
	if divisor := ref.Divisor.String(); !ref.Divisor.IsZero() && !slices.Contains(few, divisor) {
		f.Report(at.Below("divisor"), "use one of "+strings.Join(few, ", "), "divisor is %q, and none of %s", divisor, strings.Join(few, ", "))
	}
}

func checkHandler(f *rule.Finder, handler *corev1.ProbeHandler, at manifest.Place) {
	if n := sources(*handler); n != 1 {
		f.Report(at, "name one of exec, httpGet, tcpSocket, grpc", "the probe has %d actions, and must have one", n)
	}
	checkActions(f, handler.HTTPGet, handler.TCPSocket, at)
}

func checkLifecycleHandler(f *rule.Finder, handler *corev1.LifecycleHandler, at manifest.Place) {
	if n := sources(*handler); n != 1 {
		f.Report(at, "name one of exec, httpGet, tcpSocket, sleep", "the handler has %d actions, and must have one", n)
	}
	checkActions(f, handler.HTTPGet, handler.TCPSocket, at)
}

func checkActions(f *rule.Finder, get *corev1.HTTPGetAction, socket *corev1.TCPSocketAction, at manifest.Place) {
	if get != nil {
		checkTarget(f, &get.Port, at.Below("httpGet.port"))
	}
	if socket != nil {
		checkTarget(f, &socket.Port, at.Below("tcpSocket.port"))
	}
}

// checkTarget looks at a port by name or number; nil is any.
func checkTarget(f *rule.Finder, port *intstr.IntOrString, at manifest.Place) {
	switch {
	case port == nil:
	case port.Type == intstr.String:
		portName.check(f, port.StrVal, at)
	case port.IntVal < 1 || port.IntVal > 65535:
		f.Report(at, "use 1 to 65535, or the name of a port", "%s is %d, and must be from 1 to 65535", lastStep(at.InObject()), port.IntVal)
	}
}

func checkProbe(f *rule.Finder, probe *corev1.Probe, at manifest.Place) {
	name := lastStep(at.InObject())
	if name != "readinessProbe" && probe.SuccessThreshold > 1 {
		f.Report(at.Below("successThreshold"), "leave it out", "successThreshold is %d, and must be 1 in a %s", probe.SuccessThreshold, name)
	}
	if name == "readinessProbe" && probe.TerminationGracePeriodSeconds != nil {
		f.Report(at.Below("terminationGracePeriodSeconds"), "leave it out", "a readiness probe ends no container, and has no terminationGracePeriodSeconds")
	}
}

// checkProbes compares handlers with the time that the pod gives them.
func checkProbes(f *rule.Finder, c *corev1.Container, pod *corev1.PodSpec, at manifest.Place) {
	if c.Lifecycle == nil || c.Lifecycle.PreStop == nil || c.Lifecycle.PreStop.Sleep == nil {
		return
	}
	period := int64(corev1.DefaultTerminationGracePeriodSeconds)
	if pod.TerminationGracePeriodSeconds != nil {
		period = *pod.TerminationGracePeriodSeconds
	}
	if seconds := c.Lifecycle.PreStop.Sleep.Seconds; seconds < 0 || seconds > period {
		f.Report(at.Below("lifecycle.preStop.sleep.seconds"), "use 1 to "+strconv.FormatInt(period, 10)+", or raise terminationGracePeriodSeconds", "seconds is %d, and must be within the %d that the pod gets to end", seconds, period)
	}
}
