package manifest

import (
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/efgen/efgen/validate/rule"
)

// A Workload is an object that starts pods.
type Workload struct {
	*Object
	// Template is the path of the pod's template, empty for a Pod: metadata and spec are below.
	Template string
	Meta     *metav1.ObjectMeta
	Pod      *corev1.PodSpec
	// Selector is that of the controller, nil where it has none.
	Selector *metav1.LabelSelector
	// Replicas is how many pods there are to be, as far as the object says; FirstOrdinal is
	// the lowest number of one.
	Replicas, FirstOrdinal int
	// Autoscaled says that an autoscaler of the same Set decides on their number: Replicas is
	// then the least, Most the highest. Most equals Replicas for any other workload.
	Autoscaled bool
	Most       int
	// StatefulSet is nil for other kinds.
	StatefulSet *appsv1.StatefulSet
	// Restarts says that a changed template replaces the pods that run.
	Restarts bool
}

// NewWorkload is nil if the object starts no pods.
func NewWorkload(o *Object) *Workload {
	if o == nil {
		return nil
	}
	w := &Workload{Object: o, Template: "spec.template", Replicas: 1}
	typed, _ := o.typed()
	switch v := typed.(type) {
	case *appsv1.StatefulSet:
		w.StatefulSet, w.Restarts = v, v.Spec.UpdateStrategy.Type != appsv1.OnDeleteStatefulSetStrategyType
		w.take(&v.Spec.Template, v.Spec.Selector, v.Spec.Replicas)
		if v.Spec.Ordinals != nil {
			w.FirstOrdinal = int(v.Spec.Ordinals.Start)
		}
	case *appsv1.Deployment:
		w.Restarts = true
		w.take(&v.Spec.Template, v.Spec.Selector, v.Spec.Replicas)
	case *appsv1.ReplicaSet:
		w.take(&v.Spec.Template, v.Spec.Selector, v.Spec.Replicas)
	case *appsv1.DaemonSet:
		w.Restarts = v.Spec.UpdateStrategy.Type != appsv1.OnDeleteDaemonSetStrategyType
		w.take(&v.Spec.Template, v.Spec.Selector, nil)
	case *batchv1.Job:
		w.take(&v.Spec.Template, nil, nil)
	case *batchv1.CronJob:
		w.Template = "spec.jobTemplate.spec.template"
		w.take(&v.Spec.JobTemplate.Spec.Template, nil, nil)
	case *corev1.Pod:
		w.Template, w.Meta, w.Pod = "", &v.ObjectMeta, &v.Spec
	default:
		return nil
	}
	w.Most = w.Replicas
	return w
}

func (w *Workload) take(template *corev1.PodTemplateSpec, selector *metav1.LabelSelector, replicas *int32) {
	w.Meta, w.Pod, w.Selector = &template.ObjectMeta, &template.Spec, selector
	if replicas != nil {
		w.Replicas = int(*replicas)
	}
}

// PodField is the path of a field of the pod's spec.
func (w *Workload) PodField(field string) string {
	return joined(joined(w.Template, "spec"), field)
}

// AtPod is the place of the pod's spec.
func (w *Workload) AtPod() Place { return w.At(w.PodField("")) }

// ServiceAccount is the name of the one that the pods run as.
func (w *Workload) ServiceAccount() string {
	if w.Pod.ServiceAccountName == "" {
		return "default"
	}
	return w.Pod.ServiceAccountName
}

// SelectedBy reports whether a selector selects all of the workload's pods, by the labels
// of their template; nil selects none.
func (w *Workload) SelectedBy(selector *metav1.LabelSelector) bool {
	if selector == nil {
		return false
	}
	s, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && s.Matches(labels.Set(w.Meta.Labels))
}

// Serves reports whether a Service sends traffic to all of the workload's pods.
func (w *Workload) Serves(service *corev1.Service) bool {
	if len(service.Spec.Selector) == 0 {
		return false
	}
	for key, value := range service.Spec.Selector {
		if got, ok := w.Meta.Labels[key]; !ok || got != value {
			return false
		}
	}
	return true
}

// Volume finds a volume of the pod, nil if there is none.
func (w *Workload) Volume(name string) *corev1.Volume {
	for i := range w.Pod.Volumes {
		if w.Pod.Volumes[i].Name == name {
			return &w.Pod.Volumes[i]
		}
	}
	return nil
}

// Mountable reports whether there is a volume or a claim template of a name.
func (w *Workload) Mountable(name string) bool {
	if w.Volume(name) != nil {
		return true
	}
	if w.StatefulSet == nil {
		return false
	}
	for i := range w.StatefulSet.Spec.VolumeClaimTemplates {
		if w.StatefulSet.Spec.VolumeClaimTemplates[i].Name == name {
			return true
		}
	}
	return false
}

// A Container of a workload, with its field path.
type Container struct {
	*corev1.Container
	Field string
}

// Containers are all of a pod's containers, those that run before it first.
func (w *Workload) Containers() []Container {
	return append(w.containers("initContainers", w.Pod.InitContainers), w.MainContainers()...)
}

// MainContainers are those that run as long as the pod.
func (w *Workload) MainContainers() []Container {
	return w.containers("containers", w.Pod.Containers)
}

func (w *Workload) containers(field string, list []corev1.Container) []Container {
	all := make([]Container, len(list))
	for i := range list {
		all[i] = Container{&list[i], rule.Index(w.PodField(field), i)}
	}
	return all
}

// Variable finds a variable of the environment, and its path; nil if there is none.
func (c Container) Variable(name string) (variable *corev1.EnvVar, field string) {
	for i := range c.Env {
		if c.Env[i].Name == name {
			return &c.Env[i], rule.Index(c.Field+".env", i)
		}
	}
	return nil, ""
}

// LabelText writes labels as a quoted `a=b,c=d`.
func LabelText(set map[string]string) string { return strconv.Quote(labels.Set(set).String()) }

// ScaledBy is the workload of the set that an autoscaler scales, nil if it is not there.
func (s *Set) ScaledBy(scaler Typed[autoscalingv2.HorizontalPodAutoscaler]) *Workload {
	return s.index().scaledBy(scaler)
}

func (x *index) scaledBy(scaler Typed[autoscalingv2.HorizontalPodAutoscaler]) *Workload {
	target := scaler.Value.Spec.ScaleTargetRef
	return x.workloadOf[x.byIdentity[Identity{GroupOf(target.APIVersion), target.Kind, scaler.Namespace, target.Name}]]
}

// scale gives the workloads that an autoscaler scales the numbers between which it stays.
func (x *index) scale() {
	for _, o := range x.objects {
		scaler := Value[autoscalingv2.HorizontalPodAutoscaler](o)
		if scaler == nil {
			continue
		}
		w := x.scaledBy(Typed[autoscalingv2.HorizontalPodAutoscaler]{o, scaler})
		if w == nil {
			continue
		}
		// Kubernetes fills in 1.
		w.Replicas, w.Autoscaled = 1, true
		if least := scaler.Spec.MinReplicas; least != nil {
			w.Replicas = int(*least)
		}
		w.Most = max(w.Replicas, int(scaler.Spec.MaxReplicas))
	}
}
