package validate

import (
	"fmt"
	"path"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/efgen/efgen/validate/rule"
)

// A subject is what the checks look at: the files of one environment, or loose
// ones, read and indexed.
type subject struct {
	facts Facts
	files map[string]*File
	// order holds the paths of files as they were given.
	order []string
	// objects are those that are synced together, in order; asides are those
	// that a person applies once, which only the schema concerns.
	objects, asides []*object
	byID            map[identity]*object
	byFile          map[string][]*object
	// allWorkloads are those of all namespaces, in order.
	allWorkloads   []*workload
	workloads      map[string][]*workload
	services       map[string][]typed[corev1.Service]
	nodes          []*node
	grants         *grants
	configurations []*configuration
	// listing is kustomization.yaml, listed are its resources.
	listing *object
	listed  []string
}

// An identity is what a cluster tells objects apart by.
type identity struct{ group, kind, namespace, name string }

func (o *object) identity() identity {
	id := identity{o.group(), o.kind, o.namespace, o.name}
	if clusterScoped[o.kind] {
		id.namespace = ""
	}
	return id
}

// A typed object goes with its Kubernetes type.
type typed[T any] struct {
	*object
	value *T
}

// each finds the objects of one Kubernetes type.
func each[T any](s *subject) []typed[T] {
	var all []typed[T]
	for _, o := range s.objects {
		if value, ok := o.value.(*T); ok {
			all = append(all, typed[T]{o, value})
		}
	}
	return all
}

// find looks an object up; the group is the one that checks look into.
func (s *subject) find(group, kind, namespace, name string) *object {
	return s.byID[identity{group, kind, namespace, name}]
}

// gitopsFolder holds what is applied by hand, once, into other namespaces.
const gitopsFolder = "_gitops"

func newSubject(files []File, facts Facts) *subject {
	s := &subject{
		facts: facts, files: map[string]*File{}, byID: map[identity]*object{}, byFile: map[string][]*object{},
		workloads: map[string][]*workload{}, services: map[string][]typed[corev1.Service]{},
	}
	for i := range files {
		file := &files[i]
		if s.files[file.Path] == nil {
			s.order = append(s.order, file.Path)
		}
		s.files[file.Path] = file
		if !isManifest(file.Path) {
			continue
		}
		found := objects(file)
		s.byFile[file.Path] = found
		if facts.Environment != "" && path.Dir(file.Path) == gitopsFolder {
			s.asides = append(s.asides, found...)
		} else {
			s.objects = append(s.objects, found...)
		}
	}
	s.listing, s.listed = s.readListed()
	s.index()
	return s
}

func (s *subject) index() {
	home := s.home()
	for _, o := range s.objects {
		if o.namespaced() && o.namespace == "" {
			o.namespace = home
		}
		if id := o.identity(); o.name != "" && s.byID[id] == nil {
			s.byID[id] = o
		}
		if w := newWorkload(o); w != nil {
			s.allWorkloads = append(s.allWorkloads, w)
			s.workloads[o.namespace] = append(s.workloads[o.namespace], w)
		}
	}
	for _, service := range each[corev1.Service](s) {
		s.services[service.namespace] = append(s.services[service.namespace], service)
	}
	s.grants = newGrants(s)
	s.nodes = s.findNodes()
	s.configurations = s.findConfigurations()
}

// unread tells whether an object could not be read.
func (s *subject) unread() bool {
	return slices.ContainsFunc(s.objects, func(o *object) bool { return o.unread != nil })
}

// home is the namespace of an environment: the one that most of its objects
// name. Loose objects without one end up where kubectl puts them.
func (s *subject) home() string {
	home, votes := "default", map[string]int{}
	if s.facts.Environment == "" {
		return home
	}
	for _, o := range s.objects {
		if o.written == "" || !o.namespaced() {
			continue
		}
		votes[o.written]++
		if n := votes[o.written]; n > votes[home] || n == votes[home] && o.written < home {
			home = o.written
		}
	}
	return home
}

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
