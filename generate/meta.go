package generate

import (
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/efgen/efgen/generate/config"
)

// object is what all Kubernetes objects have in common.
type object interface {
	metav1.Object
	GetObjectKind() schema.ObjectKind
}

func kindOf(o object) string { return o.GetObjectKind().GroupVersionKind().Kind }

// The values of the label app.kubernetes.io/component.
const (
	componentStreaming = "streaming"
	componentMonitor   = "clustermonitor"
)

// monitorName names the cluster monitor's objects, its container and its folder.
const monitorName = "clustermonitor"

// selectorLabel is the vendor's label for selecting pods. A StatefulSet's
// selector can never change, so it stays what clusters already have.
const selectorLabel = "app"

func typeMeta(apiVersion, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: apiVersion, Kind: kind}
}

// clusterMeta is the metadata of an object that lives outside of namespaces.
//
// The label app.kubernetes.io/instance is left alone, since Argo CD tracks by
// it, and so is a version, since it would restart pods for nothing.
func clusterMeta(env *config.Environment, name string) metav1.ObjectMeta {
	labels := maps.Clone(env.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels["app.kubernetes.io/part-of"] = env.Name
	labels["app.kubernetes.io/managed-by"] = "efgen"
	return metav1.ObjectMeta{Name: name, Labels: labels, Annotations: maps.Clone(env.Annotations)}
}

// namespacedMeta is the metadata of an object in the environment's namespace.
func namespacedMeta(env *config.Environment, name string) metav1.ObjectMeta {
	meta := clusterMeta(env, name)
	meta.Namespace = env.Namespace
	return meta
}

// workloadMeta is the metadata of an object that belongs to one workload.
func (w *workload) workloadMeta(name string) metav1.ObjectMeta {
	meta := namespacedMeta(w.env, name)
	meta.Labels["app.kubernetes.io/name"] = w.name
	meta.Labels["app.kubernetes.io/component"] = w.component
	return meta
}

// selector matches the pods of one workload.
func (w *workload) selector() map[string]string {
	return map[string]string{selectorLabel: w.name}
}

// annotate adds annotations to those that the environment gives every object.
func annotate(meta *metav1.ObjectMeta, annotations map[string]string) {
	if meta.Annotations == nil && len(annotations) > 0 {
		meta.Annotations = map[string]string{}
	}
	maps.Copy(meta.Annotations, annotations)
}
