package review

import (
	"fmt"
	"math"

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
	// field is the path of the pod's template.
	field string
	meta  *metav1.ObjectMeta
	pod   *corev1.PodSpec
	// replicas is how many pods there are to be, as far as the object says.
	replicas int
	// set is nil for other kinds.
	set *appsv1.StatefulSet
	// restarts tells whether a changed template replaces the pods that run.
	restarts bool
}

// workloadOf is nil if the object starts no pods.
func workloadOf(o *object) *workload {
	w := &workload{object: o, field: "spec.template", replicas: 1, restarts: true}
	template := func(t *corev1.PodTemplateSpec) { w.meta, w.pod = &t.ObjectMeta, &t.Spec }
	if v := value[appsv1.StatefulSet](o); v != nil {
		w.set, w.replicas, w.restarts = v, count(v.Spec.Replicas), v.Spec.UpdateStrategy.Type != appsv1.OnDeleteStatefulSetStrategyType
		template(&v.Spec.Template)
	} else if v := value[appsv1.Deployment](o); v != nil {
		w.replicas = count(v.Spec.Replicas)
		template(&v.Spec.Template)
	} else if v := value[appsv1.DaemonSet](o); v != nil {
		w.restarts = v.Spec.UpdateStrategy.Type != appsv1.OnDeleteDaemonSetStrategyType
		template(&v.Spec.Template)
	} else if v := value[appsv1.ReplicaSet](o); v != nil {
		w.replicas, w.restarts = count(v.Spec.Replicas), false
		template(&v.Spec.Template)
	} else if v := value[batchv1.Job](o); v != nil {
		w.restarts = false
		template(&v.Spec.Template)
	} else if v := value[batchv1.CronJob](o); v != nil {
		w.field, w.restarts = "spec.jobTemplate.spec.template", false
		template(&v.Spec.JobTemplate.Spec.Template)
	} else if v := value[corev1.Pod](o); v != nil {
		w.field, w.restarts, w.meta, w.pod = "", false, &v.ObjectMeta, &v.Spec
	} else {
		return nil
	}
	return w
}

// count is the number of replicas, which is 1 if it is not written.
func count(replicas *int32) int {
	if replicas == nil {
		return 1
	}
	return int(*replicas)
}

// spec is the path of a field of the pod's spec.
func (w *workload) spec(field string) string {
	if w.field == "" {
		return "spec." + field
	}
	return w.field + ".spec." + field
}

// account is the ServiceAccount that the pods run as.
func (w *workload) account() string {
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

// containers are all of a pod's containers by name.
func (w *workload) containers() []container {
	var all []container
	for i := range w.pod.InitContainers {
		all = append(all, container{&w.pod.InitContainers[i], rule.Index(w.spec("initContainers"), i)})
	}
	for i := range w.pod.Containers {
		all = append(all, container{&w.pod.Containers[i], rule.Index(w.spec("containers"), i)})
	}
	return all
}

// A pair is a workload on both sides.
type pair struct {
	*difference
	old, new *workload
}

// workloads are the changed ones that are there on both sides.
func (c *comparison) workloads() (all []pair) {
	for _, d := range c.differences {
		if d.action() != Modified {
			continue
		}
		if old, new := workloadOf(d.old), workloadOf(d.new); old != nil && new != nil {
			all = append(all, pair{d, old, new})
		}
	}
	return all
}

// eachContainer calls with the containers that are there on both sides.
func (p pair) eachContainer(visit func(old, new container)) {
	before := map[string]container{}
	for _, old := range p.old.containers() {
		before[old.Name] = old
	}
	for _, new := range p.new.containers() {
		if old, found := before[new.Name]; found {
			visit(old, new)
		}
	}
}

// selected are the workloads of a side whose pods a selector takes.
func (s *side) selected(namespace string, selector *metav1.LabelSelector) (all []*workload) {
	matches, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return nil
	}
	for _, o := range s.all() {
		if w := workloadOf(o); w != nil && o.namespace == namespace && matches.Matches(labels.Set(w.meta.Labels)) {
			all = append(all, w)
		}
	}
	return all
}

// nodes counts in words.
func nodes(n int) string { return counted(n, "node") }

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// unit is what the pods of a workload are: a StatefulSet's are nodes.
func (w *workload) unit() string {
	if w.set != nil {
		return "node"
	}
	return "pod"
}

// minutes rounds seconds up.
func minutes(seconds float64) string {
	if n := math.Ceil(seconds / 60); n > 1 {
		return fmt.Sprintf("%.0f minutes", n)
	}
	return "1 minute"
}
