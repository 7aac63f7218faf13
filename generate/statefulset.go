package generate

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/generate/config"
)

// The volumes have the vendor's names: a server-side apply over objects made
// from the vendor's sample would keep one of another name beside them.
const (
	configurationVolume = "configuration"
	resourcesVolume     = "resources"
	substitutionsVolume = "substitutions"
	keystoreVolume      = "keystore"
)

// runtimeHome is the folder in which the vendor's start-node looks for
// everything but the product itself.
const runtimeHome = "/var/opt/tibco/streambase"

// healthPath answers 200 once the node has started.
const healthPath = "/healthcheck/v1/status"

// stopNode is run by a shell in the pod before it is stopped, behind a line that says how many
// seconds it has.
//
//go:embed stopnode.sh
var stopNode string

func (a *application) statefulSet(configurationDigest string) *appsv1.StatefulSet {
	meta := a.podMeta()
	maps.Copy(meta.Labels, a.app.PodLabels)
	meta.Annotations = maps.Clone(a.app.PodAnnotations)
	// A pod reads a changed ConfigMap only after a restart, and this annotation causes one.
	setKey(&meta.Annotations, "efgen.io/configuration-sha256", configurationDigest)

	return &appsv1.StatefulSet{
		TypeMeta:   typeMeta("apps/v1", "StatefulSet"),
		ObjectMeta: a.workloadMeta(a.name),
		Spec: appsv1.StatefulSetSpec{
			Replicas:             a.app.Replicas,
			Selector:             &metav1.LabelSelector{MatchLabels: a.selector()},
			Template:             corev1.PodTemplateSpec{ObjectMeta: meta, Spec: a.pod()},
			VolumeClaimTemplates: a.volumeClaimTemplates(),
			ServiceName:          a.name,
			PodManagementPolicy:  appsv1.ParallelPodManagement,
			UpdateStrategy:       updateStrategy(a.app.UpdateStrategy),
			MinReadySeconds:      *a.app.MinReadySeconds,
		},
	}
}

func updateStrategy(from config.UpdateStrategy) appsv1.StatefulSetUpdateStrategy {
	strategy := appsv1.StatefulSetUpdateStrategy{Type: appsv1.StatefulSetUpdateStrategyType(from.Type)}
	if from.Partition != nil && *from.Partition > 0 {
		strategy.RollingUpdate = &appsv1.RollingUpdateStatefulSetStrategy{Partition: from.Partition}
	}
	return strategy
}

// volumeClaimTemplates marks the claims so that no controller deletes them.
// They cannot change once the StatefulSet is there, so nothing else that may
// change goes into them. The API server writes what kind they are, and Argo CD
// would see a difference for ever (argoproj/argo-cd#11143).
func (a *application) volumeClaimTemplates() []corev1.PersistentVolumeClaim {
	var claims []corev1.PersistentVolumeClaim
	for _, claim := range a.app.VolumeClaimTemplates {
		claim.TypeMeta = typeMeta("v1", "PersistentVolumeClaim")
		claim.Annotations = maps.Clone(claim.Annotations)
		annotate(&claim.ObjectMeta, keep)
		claims = append(claims, claim)
	}
	return claims
}

func (a *application) pod() corev1.PodSpec {
	container := corev1.Container{
		EnvFrom:        a.app.EnvFrom,
		Env:            nodeNameEnv(a.name),
		ReadinessProbe: a.probe(&a.app.Probes.Readiness),
		LivenessProbe:  a.probe(&a.app.Probes.Liveness),
		StartupProbe:   a.probe(a.app.Probes.Startup),
	}
	if *a.app.GracefulStop {
		container.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{
			Exec: &corev1.ExecAction{Command: []string{"/bin/sh", "-c", fmt.Sprintf("grace=%d\n%s", *a.app.TerminationGracePeriodSeconds, stopNode)}},
		}}
	}
	volumes := a.mountFiles(&container)

	spec := a.podSpec(container)
	spec.Volumes = slices.Concat(volumes, spec.Volumes, a.app.Volumes)
	mounts := &spec.Containers[0].VolumeMounts
	*mounts = append(*mounts, a.app.VolumeMounts...)
	// The node's container stays the first one, which kubectl logs and exec take.
	spec.Containers = append(spec.Containers, a.app.Sidecars...)
	spec.InitContainers = a.app.InitContainers
	spec.TerminationGracePeriodSeconds = a.app.TerminationGracePeriodSeconds
	if a.app.TopologySpreadConstraints != nil {
		spec.TopologySpreadConstraints = *a.app.TopologySpreadConstraints
	}
	return spec
}

// nodeNameEnv makes the node's name out of the pod's. $(…) is replaced by the
// kubelet, and only from variables that come before.
func nodeNameEnv(application string) []corev1.EnvVar {
	return []corev1.EnvVar{
		fieldEnv("POD_NAME", "metadata.name"),
		fieldEnv("POD_NAMESPACE", "metadata.namespace"),
		{Name: "APPNAME", Value: application},
		{Name: "STREAMING_NODENAME", Value: "$(POD_NAME).$(POD_NAMESPACE).$(APPNAME)"},
	}
}

func fieldEnv(name, path string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: path}}}
}

// mountFiles gives the container the node's files and tells start-node where
// they are; it returns the volumes that hold them.
func (a *application) mountFiles(container *corev1.Container) []corev1.Volume {
	var volumes []corev1.Volume
	mount := func(volume corev1.Volume) string {
		folder := runtimeHome + "/" + volume.Name
		volumes = append(volumes, volume)
		container.VolumeMounts = append(container.VolumeMounts, mountAt(volume.Name, folder))
		return folder + "/"
	}
	setEnv := func(name, value string) {
		container.Env = append(container.Env, corev1.EnvVar{Name: name, Value: value})
	}
	node := a.app.Node

	if len(a.configuration) > 0 {
		folder := mount(a.configMapVolume(configurationVolume))
		if a.configuration[nodeConf] != nil {
			setEnv("STREAMING_NODEDEPLOY", folder+nodeConf)
		}
		if a.configuration[substitutionFile] != nil {
			setEnv("STREAMING_SUBSTITUTIONFILE", folder+substitutionFile)
		}
	}
	if len(a.resources) > 0 {
		mount(a.configMapVolume(resourcesVolume))
		setEnv("STREAMING_DEPLOYDIRECTORIES", runtimeHome+"/"+resourcesVolume)
	}
	if node.AdminPort != 0 {
		setEnv("STREAMING_ADMINPORT", strconv.Itoa(int(node.AdminPort)))
	}
	if secret := node.SubstitutionSecret; secret != nil {
		setEnv("STREAMING_SUBSTITUTIONFILE", mount(secretVolume(substitutionsVolume, secret.Name, secret.Key))+secret.Key)
	}
	if keystore := node.Keystore; keystore != nil {
		setEnv("STREAMING_KEYSTORE", mount(secretVolume(keystoreVolume, keystore.Secret, keystore.Key))+keystore.Key)
		container.Env = append(container.Env, secretEnv("STREAMING_KEYSTOREPASSWORD", keystore.Secret, keystore.PasswordKey))
	}
	return volumes
}

func (a *application) configMapVolume(part string) corev1.Volume {
	return corev1.Volume{Name: part, VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
		LocalObjectReference: corev1.LocalObjectReference{Name: a.name + "-" + part},
	}}}
}

func secretEnv(name, secret, key string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
		LocalObjectReference: corev1.LocalObjectReference{Name: secret}, Key: key,
	}}}
}

// probe asks the node's health check; fields that nobody set stay with Kubernetes.
func (a *application) probe(timing *config.Probe) *corev1.Probe {
	if timing == nil {
		return nil
	}
	return &corev1.Probe{
		ProbeHandler:                  a.probeAction(),
		InitialDelaySeconds:           orZero(timing.InitialDelaySeconds),
		TimeoutSeconds:                orZero(timing.TimeoutSeconds),
		PeriodSeconds:                 orZero(timing.PeriodSeconds),
		SuccessThreshold:              orZero(timing.SuccessThreshold),
		FailureThreshold:              orZero(timing.FailureThreshold),
		TerminationGracePeriodSeconds: timing.TerminationGracePeriodSeconds,
	}
}

// probeAction is what all probes do: they ask the node's health check, unless the
// application names something else.
func (a *application) probeAction() corev1.ProbeHandler {
	if action := a.app.Probes.Action; action != nil {
		return corev1.ProbeHandler{HTTPGet: action.HTTPGet, TCPSocket: action.TCPSocket}
	}
	return corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: healthPath, Port: intstr.FromInt32(*a.app.Node.WebPort)}}
}

func orZero(n *int32) int32 {
	if n == nil {
		return 0
	}
	return *n
}
