// Package immutable knows the fields that cannot change after an object was made.
package immutable

import (
	"cmp"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

// kept is a field that the API server keeps as the object was made with it, before and
// after, with the server's own default where a manifest leaves it out.
type kept struct {
	field    string
	old, new any
}

// Changed lists the fields, as paths like "spec.selector", that differ between two states of an
// object and that the API server lets nobody change. Both are pointers to one Kubernetes
// type, such as *appsv1.Deployment; there are none where the types differ, or where such a
// type may change as a whole.
// Source: Kubernetes, pkg/apis/*/validation, the functions that validate an update.
func Changed(old, new any) (fields []string) {
	for _, k := range keptOf(old, new) {
		if !equality.Semantic.DeepEqual(k.old, k.new) {
			fields = append(fields, k.field)
		}
	}
	return fields
}

func keptOf(old, new any) []kept {
	return slices.Concat(
		keptBy(old, new, keptOfStatefulSet),
		keptBy(old, new, func(old, new *appsv1.Deployment) []kept {
			return []kept{{"spec.selector", old.Spec.Selector, new.Spec.Selector}}
		}),
		keptBy(old, new, func(old, new *appsv1.DaemonSet) []kept {
			return []kept{{"spec.selector", old.Spec.Selector, new.Spec.Selector}}
		}),
		keptBy(old, new, func(old, new *appsv1.ReplicaSet) []kept {
			return []kept{{"spec.selector", old.Spec.Selector, new.Spec.Selector}}
		}),
		keptBy(old, new, keptOfJob), keptBy(old, new, keptOfPod), keptBy(old, new, keptOfClaim),
		keptBy(old, new, keptOfConfigMap), keptBy(old, new, keptOfSecret), keptBy(old, new, keptOfService),
		keptBy(old, new, keptOfPriority), keptBy(old, new, keptOfStorage),
	)
}

// keptBy are the fields of one type, none if the object is of another.
func keptBy[T any](old, new any, of func(old, new *T) []kept) []kept {
	before, _ := old.(*T)
	after, _ := new.(*T)
	if before == nil || after == nil {
		return nil
	}
	return of(before, after)
}

func keptOfStatefulSet(old, new *appsv1.StatefulSet) []kept {
	return []kept{
		{"spec.selector", old.Spec.Selector, new.Spec.Selector},
		{"spec.serviceName", old.Spec.ServiceName, new.Spec.ServiceName},
		{"spec.podManagementPolicy", cmp.Or(old.Spec.PodManagementPolicy, appsv1.OrderedReadyPodManagement), cmp.Or(new.Spec.PodManagementPolicy, appsv1.OrderedReadyPodManagement)},
		{"spec.volumeClaimTemplates", withModes(old.Spec.VolumeClaimTemplates), withModes(new.Spec.VolumeClaimTemplates)},
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
