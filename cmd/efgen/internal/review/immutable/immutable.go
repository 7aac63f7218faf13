// Package immutable lists the fields that cannot change once an object exists.
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

// A fixedField is a field that nobody can change, with its old and its new value. Where a
// manifest leaves it out, the value is the API server's default.
type fixedField struct {
	path     string
	old, new any
}

// Changed lists the fields, as paths like "spec.selector", that differ between two states of an
// object and that the API server lets nobody change. Both are pointers to one Kubernetes
// type, such as *appsv1.Deployment; there are none where the types differ, or where such a
// type may change as a whole.
// Source: Kubernetes, pkg/apis/*/validation, the functions that validate an update.
func Changed(old, new any) (fields []string) {
	for _, f := range fixedFields(old, new) {
		if !equality.Semantic.DeepEqual(f.old, f.new) {
			fields = append(fields, f.path)
		}
	}
	return fields
}

func fixedFields(old, new any) []fixedField {
	return slices.Concat(
		ofType(old, new, ofStatefulSet),
		ofType(old, new, func(old, new *appsv1.Deployment) []fixedField {
			return []fixedField{{"spec.selector", old.Spec.Selector, new.Spec.Selector}}
		}),
		ofType(old, new, func(old, new *appsv1.DaemonSet) []fixedField {
			return []fixedField{{"spec.selector", old.Spec.Selector, new.Spec.Selector}}
		}),
		ofType(old, new, func(old, new *appsv1.ReplicaSet) []fixedField {
			return []fixedField{{"spec.selector", old.Spec.Selector, new.Spec.Selector}}
		}),
		ofType(old, new, ofJob), ofType(old, new, ofPod), ofType(old, new, ofClaim),
		ofType(old, new, ofConfigMap), ofType(old, new, ofSecret), ofType(old, new, ofService),
		ofType(old, new, ofPriority), ofType(old, new, ofStorage),
	)
}

// ofType are the fields of one type; there are none if the objects are of another.
func ofType[T any](old, new any, of func(old, new *T) []fixedField) []fixedField {
	before, _ := old.(*T)
	after, _ := new.(*T)
	if before == nil || after == nil {
		return nil
	}
	return of(before, after)
}

func ofStatefulSet(old, new *appsv1.StatefulSet) []fixedField {
	return []fixedField{
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

func ofJob(old, new *batchv1.Job) []fixedField {
	return []fixedField{
		{"spec.selector", old.Spec.Selector, new.Spec.Selector},
		{"spec.template", old.Spec.Template, new.Spec.Template},
		{"spec.completions", or(old.Spec.Completions, 1), or(new.Spec.Completions, 1)},
		{"spec.completionMode", or(old.Spec.CompletionMode, batchv1.NonIndexedCompletion), or(new.Spec.CompletionMode, batchv1.NonIndexedCompletion)},
	}
}

// ofPod leaves out what may change: images, more tolerations, a sooner end.
func ofPod(old, new *corev1.Pod) []fixedField {
	before, after := old.Spec.DeepCopy(), new.Spec.DeepCopy()
	for _, spec := range []*corev1.PodSpec{before, after} {
		for _, containers := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
			for i := range containers {
				containers[i].Image = ""
			}
		}
		spec.Tolerations, spec.ActiveDeadlineSeconds = nil, nil
	}
	return []fixedField{{"spec", before, after}}
}

// ofClaim lets a claim grow. It is not known what a cluster's own class or a volume
// that was found has been filled in with.
func ofClaim(old, new *corev1.PersistentVolumeClaim) []fixedField {
	before, after := old.Spec, new.Spec
	if before.StorageClassName == nil {
		before.StorageClassName = after.StorageClassName
	}
	if before.VolumeName == "" {
		before.VolumeName = after.VolumeName
	}
	smaller := after.Resources.Requests.Storage().Cmp(*before.Resources.Requests.Storage()) < 0
	return []fixedField{
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

func ofConfigMap(old, new *corev1.ConfigMap) []fixedField {
	if !or(old.Immutable, false) {
		return nil
	}
	return []fixedField{{"immutable", old.Immutable, new.Immutable}, {"data", old.Data, new.Data}, {"binaryData", old.BinaryData, new.BinaryData}}
}

func ofSecret(old, new *corev1.Secret) []fixedField {
	all := []fixedField{{"type", cmp.Or(old.Type, corev1.SecretTypeOpaque), cmp.Or(new.Type, corev1.SecretTypeOpaque)}}
	if or(old.Immutable, false) {
		all = append(all, fixedField{"immutable", old.Immutable, new.Immutable}, fixedField{"data", old.Data, new.Data}, fixedField{"stringData", old.StringData, new.StringData})
	}
	return all
}

func ofService(old, new *corev1.Service) []fixedField {
	if old.Spec.Type != corev1.ServiceTypeLoadBalancer || new.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return nil
	}
	return []fixedField{{"spec.loadBalancerClass", old.Spec.LoadBalancerClass, new.Spec.LoadBalancerClass}}
}

func ofPriority(old, new *schedulingv1.PriorityClass) []fixedField {
	return []fixedField{
		{"value", old.Value, new.Value},
		{"preemptionPolicy", or(old.PreemptionPolicy, corev1.PreemptLowerPriority), or(new.PreemptionPolicy, corev1.PreemptLowerPriority)},
	}
}

func ofStorage(old, new *storagev1.StorageClass) []fixedField {
	return []fixedField{
		{"provisioner", old.Provisioner, new.Provisioner},
		{"parameters", old.Parameters, new.Parameters},
		{"reclaimPolicy", or(old.ReclaimPolicy, corev1.PersistentVolumeReclaimDelete), or(new.ReclaimPolicy, corev1.PersistentVolumeReclaimDelete)},
		{"volumeBindingMode", or(old.VolumeBindingMode, storagev1.VolumeBindingImmediate), or(new.VolumeBindingMode, storagev1.VolumeBindingImmediate)},
	}
}
