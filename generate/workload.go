package generate

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/generate/config"
)

// workload is what applications and the cluster monitor have in common.
type workload struct {
	*config.Workload
	env *config.Environment
	// name is that of the StatefulSet, its governing Service and its container.
	name      string
	component string
	// clientService is the Service that Ingress and Route lead to.
	clientService string
	// ports lists the container's ports; the first one is for browsers.
	ports []config.Port
}

// workloads lists the applications by name, then the cluster monitor.
func workloads(env *config.Environment) []*workload {
	var all []*workload
	for _, app := range applications(env) {
		all = append(all, applicationWorkload(env, app))
	}
	if env.ClusterMonitor != nil {
		all = append(all, monitorWorkload(env, env.ClusterMonitor))
	}
	return all
}

// path is where one of the workload's files goes.
func (w *workload) path(file string) string { return w.name + "/" + file }

// image is the full reference of the container image.
func (w *workload) image() string {
	ref := w.Image.Repository
	if first, _, nested := strings.Cut(ref, "/"); !nested || !namesRegistry(first) {
		if w.env.Registry.Host != "" {
			ref = w.env.Registry.Host + "/" + ref
		}
	}
	if w.Image.Tag != "" {
		ref += ":" + w.Image.Tag
	}
	if w.Image.Digest != "" {
		ref += "@" + w.Image.Digest
	}
	return ref
}

// namesRegistry reports whether the first part of an image's name is a registry, as
// container runtimes decide it.
func namesRegistry(first string) bool {
	return strings.ContainsAny(first, ".:") || first == "localhost"
}

// addServiceAccount adds the ServiceAccount with the workload's name; any other one
// belongs to somebody else.
func (r *renderer) addServiceAccount(w *workload) {
	if w.ServiceAccount != w.name {
		return
	}
	addObject(r, w.path(fileName("ServiceAccount")), &corev1.ServiceAccount{
		TypeMeta: typeMeta("v1", "ServiceAccount"), ObjectMeta: w.workloadMeta(w.name),
	})
}

// podSpec is the part of a pod that applications and the monitor have in common.
func (w *workload) podSpec(container corev1.Container) corev1.PodSpec {
	container.Name = w.name
	container.Image = w.image()
	container.ImagePullPolicy = corev1.PullPolicy(w.Image.PullPolicy)
	container.Resources = w.Resources
	// Without a terminal the node's log would not reach `kubectl logs`.
	container.TTY = true
	container.SecurityContext = &corev1.SecurityContext{
		AllowPrivilegeEscalation: new(false),
		Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
	}
	for _, port := range w.ports {
		container.Ports = append(container.Ports, corev1.ContainerPort{Name: port.Name, ContainerPort: port.Port, Protocol: corev1.ProtocolTCP})
	}
	spec := corev1.PodSpec{
		ServiceAccountName: w.ServiceAccount,
		// Kubernetes discovery asks the API server with this token.
		AutomountServiceAccountToken: new(true),
		SecurityContext:              w.podSecurityContext(),
		NodeSelector:                 w.NodeSelector,
		Tolerations:                  w.Tolerations,
		Affinity:                     w.Affinity,
		PriorityClassName:            w.PriorityClassName,
	}
	if secret := w.env.Registry.PullSecret; secret != "" {
		spec.ImagePullSecrets = []corev1.LocalObjectReference{{Name: secret}}
	}
	w.mountLicense(&spec, &container)
	container.Env = append(container.Env, w.Env...)
	spec.Containers = []corev1.Container{container}
	return spec
}

// defaultUser is the user id of `tibco` in the vendor's images. It is given as
// a number because the kubelet cannot tell that a named user is not root.
const defaultUser = 1000

// podSecurityContext completes the user's security context so that the restricted Pod
// Security level accepts it.
func (w *workload) podSecurityContext() *corev1.PodSecurityContext {
	context := corev1.PodSecurityContext{}
	if w.SecurityContext != nil {
		context = *w.SecurityContext
	}
	if context.RunAsNonRoot == nil {
		context.RunAsNonRoot = new(true)
	}
	if context.SeccompProfile == nil {
		context.SeccompProfile = &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}
	}
	// OpenShift gives every namespace a range of user ids and refuses others.
	if context.RunAsUser == nil && w.env.Cluster.Platform != config.OpenShift {
		context.RunAsUser = new(int64(defaultUser))
	}
	return &context
}

func secretVolume(name, secret string, keys ...string) corev1.Volume {
	source := &corev1.SecretVolumeSource{SecretName: secret}
	for _, key := range keys {
		source.Items = append(source.Items, corev1.KeyToPath{Key: key, Path: key})
	}
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{Secret: source}}
}

func mountAt(volume, path string) corev1.VolumeMount {
	return corev1.VolumeMount{Name: volume, MountPath: path}
}

// podMeta is the metadata of the pods; the environment's labels stay out of
// it, so that changing one restarts no node.
func (w *workload) podMeta() metav1.ObjectMeta {
	return metav1.ObjectMeta{Labels: map[string]string{selectorLabel: w.name, "app.kubernetes.io/name": w.name}}
}

// servicePorts leads every port to the container's port of the same name.
func (w *workload) servicePorts() []corev1.ServicePort {
	var ports []corev1.ServicePort
	for _, port := range w.ports {
		ports = append(ports, corev1.ServicePort{
			Name: port.Name, Port: port.Port, TargetPort: intstr.FromString(port.Name), Protocol: corev1.ProtocolTCP,
		})
	}
	return ports
}
