package review

import (
	"cmp"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/efgen/efgen/validate/rule"
)

// kept is a field that the API server keeps as the object was made with it, before and
// after, with the server's own default where a manifest leaves it out.
type kept struct {
	field    string
	old, new any
}

// changed are the fields that do not stay as they are.
func changed(all []kept) (fields []string) {
	for _, k := range all {
		if !equality.Semantic.DeepEqual(k.old, k.new) {
			fields = append(fields, k.field)
		}
	}
	return fields
}

var refused = row{Rule: rule.Rule{
	ID: "ER103", Title: "an object changes what cannot change",
	Why:     "some fields cannot change after an object was created: the selector of a Deployment or DaemonSet, the template and the completions of a Job, all of a Pod but its images, all of a claim but its size, which may grow, the value of a PriorityClass, most of a StorageClass, and all of an immutable ConfigMap or Secret",
	Example: "kind: Deployment\nspec: {selector: {matchLabels: {app: relay-2}}}   # app: relay before",
	Fix:     "give the object another name, so that it is made anew and the old one goes",
}, Check: findRefused}

func findRefused(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		for _, field := range changed(keptOf(d)) {
			refuse(f, d, field)
		}
		if old, new := both[appsv1.Deployment](d); old != nil {
			refuseRecreate(f, d, old.Spec.Strategy, new.Spec.Strategy)
		}
	}
}

// both are the two sides of a modified object of one type; nil, if it is another, or if it
// is made anew in another namespace.
func both[T any](d *difference) (old, new *T) {
	if d.isMoved {
		return nil, nil
	}
	if old, new = value[T](d.old), value[T](d.new); old == nil || new == nil {
		return nil, nil
	}
	return old, new
}

// keptBy are the fields of one type, none if the object is of another.
func keptBy[T any](d *difference, of func(old, new *T) []kept) []kept {
	if old, new := both[T](d); old != nil {
		return of(old, new)
	}
	return nil
}

func keptOf(d *difference) []kept {
	return slices.Concat(
		keptBy(d, func(old, new *appsv1.Deployment) []kept {
			return []kept{{"spec.selector", old.Spec.Selector, new.Spec.Selector}}
		}),
		keptBy(d, func(old, new *appsv1.DaemonSet) []kept {
			return []kept{{"spec.selector", old.Spec.Selector, new.Spec.Selector}}
		}),
		keptBy(d, func(old, new *appsv1.ReplicaSet) []kept {
			return []kept{{"spec.selector", old.Spec.Selector, new.Spec.Selector}}
		}),
		keptBy(d, keptOfJob), keptBy(d, keptOfPod), keptBy(d, keptOfClaim),
		keptBy(d, keptOfConfigMap), keptBy(d, keptOfSecret), keptBy(d, keptOfService),
		keptBy(d, keptOfPriority), keptBy(d, keptOfStorage),
	)
}

func keptOfStatefulSet(old, new appsv1.StatefulSetSpec) []kept {
	return []kept{
		{"spec.selector", old.Selector, new.Selector},
		{"spec.serviceName", old.ServiceName, new.ServiceName},
		{"spec.podManagementPolicy", cmp.Or(old.PodManagementPolicy, appsv1.OrderedReadyPodManagement), cmp.Or(new.PodManagementPolicy, appsv1.OrderedReadyPodManagement)},
		{"spec.volumeClaimTemplates", withModes(old.VolumeClaimTemplates), withModes(new.VolumeClaimTemplates)},
	}
}

// withModes fills in what the API server does.
func withModes(claims []corev1.PersistentVolumeClaim) []corev1.PersistentVolumeClaim {
	claims = slices.Clone(claims)
	for i := range claims {
		claims[i].APIVersion, claims[i].Kind = "", ""
		claims[i].Spec.VolumeMode = new(or(claims[i].Spec.VolumeMode, corev1.PersistentVolumeFilesystem))
	}
	return claims
}

// or is what a pointer points to, or else a default.
func or[T any](pointer *T, otherwise T) T {
	if pointer == nil {
		return otherwise
	}
	return *pointer
}

func keptOfJob(old, new *batchv1.Job) []kept {
	return []kept{
		{"spec.selector", old.Spec.Selector, new.Spec.Selector},
		{"spec.template", old.Spec.Template, new.Spec.Template},
		{"spec.completions", or(old.Spec.Completions, 1), or(new.Spec.Completions, 1)},
		{"spec.completionMode", or(old.Spec.CompletionMode, batchv1.NonIndexedCompletion), or(new.Spec.CompletionMode, batchv1.NonIndexedCompletion)},
	}
}

// keptOfPod leaves out what may change: images, more tolerations, a sooner end.
func keptOfPod(old, new *corev1.Pod) []kept {
	before, after := old.Spec.DeepCopy(), new.Spec.DeepCopy()
	for _, spec := range []*corev1.PodSpec{before, after} {
		for _, containers := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
			for i := range containers {
				containers[i].Image = ""
			}
		}
		spec.Tolerations, spec.ActiveDeadlineSeconds = nil, nil
	}
	return []kept{{"spec", before, after}}
}

// keptOfClaim lets a claim grow. It is not known what a cluster's own class or a volume
// that was found has been filled in with.
func keptOfClaim(old, new *corev1.PersistentVolumeClaim) []kept {
	before, after := old.Spec, new.Spec
	if before.StorageClassName == nil {
		before.StorageClassName = after.StorageClassName
	}
	if before.VolumeName == "" {
		before.VolumeName = after.VolumeName
	}
	smaller := after.Resources.Requests.Storage().Cmp(*before.Resources.Requests.Storage()) < 0
	return []kept{
		{"spec.resources.requests.storage", false, smaller},
		{"spec.storageClassName", before.StorageClassName, after.StorageClassName},
		{"spec.accessModes", before.AccessModes, after.AccessModes},
		{"spec.volumeMode", or(before.VolumeMode, corev1.PersistentVolumeFilesystem), or(after.VolumeMode, corev1.PersistentVolumeFilesystem)},
		{"spec.volumeName", before.VolumeName, after.VolumeName},
		{"spec.selector", before.Selector, after.Selector},
		{"spec.dataSource", before.DataSource, after.DataSource},
		{"spec.dataSourceRef", before.DataSourceRef, after.DataSourceRef},
	}
}

func keptOfConfigMap(old, new *corev1.ConfigMap) []kept {
	if !or(old.Immutable, false) {
		return nil
	}
	return []kept{{"immutable", old.Immutable, new.Immutable}, {"data", old.Data, new.Data}, {"binaryData", old.BinaryData, new.BinaryData}}
}

func keptOfSecret(old, new *corev1.Secret) []kept {
	all := []kept{{"type", cmp.Or(old.Type, corev1.SecretTypeOpaque), cmp.Or(new.Type, corev1.SecretTypeOpaque)}}
	if or(old.Immutable, false) {
		all = append(all, kept{"immutable", old.Immutable, new.Immutable}, kept{"data", old.Data, new.Data}, kept{"stringData", old.StringData, new.StringData})
	}
	return all
}

func keptOfService(old, new *corev1.Service) []kept {
	if old.Spec.Type != corev1.ServiceTypeLoadBalancer || new.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return nil
	}
	return []kept{{"spec.loadBalancerClass", old.Spec.LoadBalancerClass, new.Spec.LoadBalancerClass}}
}

func keptOfPriority(old, new *schedulingv1.PriorityClass) []kept {
	return []kept{
		{"value", old.Value, new.Value},
		{"preemptionPolicy", or(old.PreemptionPolicy, corev1.PreemptLowerPriority), or(new.PreemptionPolicy, corev1.PreemptLowerPriority)},
	}
}

func keptOfStorage(old, new *storagev1.StorageClass) []kept {
	return []kept{
		{"provisioner", old.Provisioner, new.Provisioner},
		{"parameters", old.Parameters, new.Parameters},
		{"reclaimPolicy", or(old.ReclaimPolicy, corev1.PersistentVolumeReclaimDelete), or(new.ReclaimPolicy, corev1.PersistentVolumeReclaimDelete)},
		{"volumeBindingMode", or(old.VolumeBindingMode, storagev1.VolumeBindingImmediate), or(new.VolumeBindingMode, storagev1.VolumeBindingImmediate)},
	}
}
