package validate

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/efgen/efgen/validate/rule"
)

// A workload is an object that starts pods.
type workload struct {
	*object
	// field is the path of the pod's template: its metadata and spec are below.
	field    string
	selector *metav1.LabelSelector
	meta     *metav1.ObjectMeta
	pod      *corev1.PodSpec
	// replicas is how many pods there are; first is the lowest ordinal.
	replicas, first int
	set             *appsv1.StatefulSet
}

func newWorkload(o *object) *workload {
	w := &workload{object: o, field: "spec.template", replicas: 1}
	template := func(t *corev1.PodTemplateSpec) { w.meta, w.pod = &t.ObjectMeta, &t.Spec }
	scaled := func(replicas *int32) {
		if replicas != nil {
			w.replicas = int(*replicas)
		}
	}
	switch v := o.value.(type) {
	case *appsv1.StatefulSet:
		w.set, w.selector = v, v.Spec.Selector
		template(&v.Spec.Template)
		scaled(v.Spec.Replicas)
		if v.Spec.Ordinals != nil {
			w.first = int(v.Spec.Ordinals.Start)
		}
	case *appsv1.Deployment:
		w.selector = v.Spec.Selector
		template(&v.Spec.Template)
		scaled(v.Spec.Replicas)
	case *appsv1.ReplicaSet:
		w.selector = v.Spec.Selector
		template(&v.Spec.Template)
		scaled(v.Spec.Replicas)
	case *appsv1.DaemonSet:
		w.selector = v.Spec.Selector
		template(&v.Spec.Template)
	case *batchv1.Job:
		template(&v.Spec.Template)
	case *batchv1.CronJob:
		w.field = "spec.jobTemplate.spec.template"
		template(&v.Spec.JobTemplate.Spec.Template)
	case *corev1.Pod:
		w.field, w.meta, w.pod = "", &v.ObjectMeta, &v.Spec
	default:
		return nil
	}
	return w
}

// spec is the path of a field of the pod's spec.
func (w *workload) spec(field string) string {
	if w.field == "" {
		return "spec." + field
	}
	return w.field + ".spec." + field
}

// serviceAccount is the one that the pods run as.
func (w *workload) serviceAccount() string {
	if w.pod.ServiceAccountName == "" {
		return "default"
	}
	return w.pod.ServiceAccountName
}

// A container of a workload, with its field path.
type container struct {
	*corev1.Container
	field string
}

// containers are all of a pod's containers, those that run before it included.
func (w *workload) containers() []container {
	var all []container
	for i := range w.pod.InitContainers {
		all = append(all, container{&w.pod.InitContainers[i], rule.Index(w.spec("initContainers"), i)})
	}
	return append(all, w.mainContainers()...)
}

// mainContainers are those that run as long as the pod.
func (w *workload) mainContainers() []container {
	var all []container
	for i := range w.pod.Containers {
		all = append(all, container{&w.pod.Containers[i], rule.Index(w.spec("containers"), i)})
	}
	return all
}

// env finds a variable, and its place in the list.
func (c container) env(name string) (*corev1.EnvVar, string) {
	for i := range c.Env {
		if c.Env[i].Name == name {
			return &c.Env[i], rule.Index(c.field+".env", i)
		}
	}
	return nil, ""
}

// selectedBy tells whether a selector takes the workload's pods.
func (w *workload) selectedBy(selector *metav1.LabelSelector) bool {
	if selector == nil {
		return false
	}
	s, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && s.Matches(labels.Set(w.meta.Labels))
}

// served tells whether a Service sends traffic to the workload's pods.
func (w *workload) served(service *corev1.Service) bool {
	if len(service.Spec.Selector) == 0 {
		return false
	}
	for key, value := range service.Spec.Selector {
		if got, ok := w.meta.Labels[key]; !ok || got != value {
			return false
		}
	}
	return true
}

// servedBy are the workloads that a Service sends traffic to.
func (s *subject) servedBy(service typed[corev1.Service]) []*workload {
	var all []*workload
	for _, w := range s.workloads[service.namespace] {
		if w.served(service.value) {
			all = append(all, w)
		}
	}
	return all
}

// labelText writes labels as `a=b,c=d`.
func labelText(set map[string]string) string { return fmt.Sprintf("%q", labels.Set(set).String()) }
