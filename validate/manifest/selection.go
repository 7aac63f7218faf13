package manifest

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// ServedBy are the workloads to some of whose pods a Service sends traffic.
func (s *Set) ServedBy(service Typed[corev1.Service]) []*Workload {
	return Index(s, serve).workloads[service.Object]
}

// ServicesOf are the Services that send traffic to all pods of a workload, in the order of
// the files.
func (s *Set) ServicesOf(w *Workload) []Typed[corev1.Service] {
	return Index(s, serve).services[w]
}

// MaySelect are all workloads of a namespace that have pods which a selector selects, and
// perhaps others, in the order of the files. They are few where the selector names labels
// that few have, so that many selectors need not look at all workloads each.
func (s *Set) MaySelect(namespace string, selector *metav1.LabelSelector) []*Workload {
	if asked, err := metav1.LabelSelectorAsSelector(selector); err == nil {
		return s.maySelect(namespace, asked)
	}
	return nil
}

// fewWorkloads are so many that an index of them does not pay.
const fewWorkloads = 8

func (s *Set) maySelect(namespace string, selector labels.Selector) []*Workload {
	all := s.WorkloadsIn(namespace)
	if len(all) <= fewWorkloads {
		return all
	}
	index := Index(s, indexLabels)
	requirements, _ := selector.Requirements()
	var fewest []int
	narrowed := false
	for _, r := range requirements {
		if found, ok := index.with(namespace, r); ok && (!narrowed || len(found) < len(fewest)) {
			fewest, narrowed = found, true
		}
	}
	if !narrowed {
		return all
	}
	found := make([]*Workload, len(fewest))
	for i, number := range fewest {
		found[i] = all[number]
	}
	return found
}

// A podLabel is one that pods of a namespace can have.
type podLabel struct{ namespace, key, value string }

// Values that no label can have.
const (
	// anyValue stands for those that no manifest shows.
	anyValue = "?"
	// someValue goes with each key.
	someValue = "*"
)

// labelled finds workloads by the labels that their pods can have: by their numbers in
// WorkloadsIn, ascending.
type labelled map[podLabel][]int

func indexLabels(s *Set) labelled {
	index := labelled{}
	for namespace, workloads := range s.index().workloadsIn {
		for number, w := range workloads {
			for key, value := range w.Meta.Labels {
				index.add(podLabel{namespace, key, value}, number)
			}
			for _, key := range w.unknownLabels() {
				index.add(podLabel{namespace, key, anyValue}, number)
			}
			switch w.Kind {
			case "StatefulSet":
				index.add(podLabel{namespace, appsv1.StatefulSetPodNameLabel, w.Name + "-"}, number)
				index.add(podLabel{namespace, appsv1.PodIndexLabel, anyValue}, number)
			case "Job":
				index.add(podLabel{namespace, batchv1.JobNameLabel, w.Name}, number)
				index.add(podLabel{namespace, legacyJobNameLabel, w.Name}, number)
			}
		}
	}
	return index
}

func (l labelled) add(label podLabel, number int) {
	for _, value := range []string{label.value, someValue} {
		label.value = value
		if found := l[label]; len(found) == 0 || found[len(found)-1] != number {
			l[label] = append(found, number)
		}
	}
}

// with finds the workloads that a requirement leaves; not ok if it asks for no label.
func (l labelled) with(namespace string, r labels.Requirement) (found []int, ok bool) {
	switch r.Operator() {
	case selection.NotIn, selection.NotEquals, selection.DoesNotExist:
		return nil, false
	case selection.In, selection.Equals, selection.DoubleEquals:
	default:
		return l[podLabel{namespace, r.Key(), someValue}], true
	}
	found = slices.Clone(l[podLabel{namespace, r.Key(), anyValue}])
	for value := range r.Values() {
		found = append(found, l[podLabel{namespace, r.Key(), value}]...)
		if r.Key() == appsv1.StatefulSetPodNameLabel {
			found = append(found, l[podLabel{namespace, r.Key(), value[:strings.LastIndexByte(value, '-')+1]}]...)
		}
	}
	slices.Sort(found)
	return slices.Compact(found), true
}

// served says which Services send traffic to which workloads.
type served struct {
	workloads map[*Object][]*Workload
	services  map[*Workload][]Typed[corev1.Service]
}

func serve(s *Set) served {
	all := served{map[*Object][]*Workload{}, map[*Workload][]Typed[corev1.Service]{}}
	type pods struct{ namespace, selector string }
	known := map[pods][]*Workload{}
	for _, service := range Each[corev1.Service](s) {
		if len(service.Value.Spec.Selector) == 0 {
			continue
		}
		selector := labels.SelectorFromSet(service.Value.Spec.Selector)
		key := pods{service.Namespace, selector.String()}
		candidates := s.maySelect(service.Namespace, selector)
		some, isKnown := known[key]
		if !isKnown {
			for _, w := range candidates {
				if w.somePodMatches(selector) {
					some = append(some, w)
				}
			}
			known[key] = some
		}
		all.workloads[service.Object] = some
		for _, w := range candidates {
			if w.Serves(service.Value) {
				all.services[w] = append(all.services[w], service)
			}
		}
	}
	return all
}
