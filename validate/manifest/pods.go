package manifest

import (
	"maps"
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// legacyJobNameLabel is what JobNameLabel was before, which every Job's pods still have.
const legacyJobNameLabel = "job-name"

// SomeSelectedBy reports whether a selector selects at least one of the workload's pods, by
// the labels that its controller adds, too; nil selects none.
func (w *Workload) SomeSelectedBy(selector *metav1.LabelSelector) bool {
	if selector == nil {
		return false
	}
	s, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && w.somePodMatches(s)
}

func (w *Workload) somePodMatches(selector labels.Selector) bool {
	requirements, selectable := selector.Requirements()
	if !selectable {
		return false
	}
	var known labels.Requirements
	for _, r := range requirements {
		switch {
		case !slices.Contains(w.unknownLabels(), r.Key()):
			known = append(known, r)
		case r.Operator() == selection.DoesNotExist:
			return false
		}
	}
	return slices.ContainsFunc(w.podLabels(known), func(pod labels.Set) bool {
		return !slices.ContainsFunc(known, func(r labels.Requirement) bool { return !r.Matches(pod) })
	})
}

// unknownLabels are the keys that the workload's controller adds to pods with values that
// no manifest shows (https://kubernetes.io/docs/reference/labels-annotations-taints/).
func (w *Workload) unknownLabels() []string {
	switch w.Kind {
	case "StatefulSet":
		return []string{"controller-revision-hash"}
	case "DaemonSet":
		return []string{"controller-revision-hash", "pod-template-generation"}
	case "Deployment":
		return []string{"pod-template-hash"}
	case "Job":
		return []string{"batch.kubernetes.io/controller-uid", "controller-uid", batchv1.JobCompletionIndexAnnotation}
	case "CronJob":
		return []string{"batch.kubernetes.io/controller-uid", "controller-uid", batchv1.JobCompletionIndexAnnotation, batchv1.JobNameLabel, legacyJobNameLabel}
	}
	return nil
}

// podLabels are the labels of the workload's pods that differ, as far as the requirements
// can tell them apart.
func (w *Workload) podLabels(requirements labels.Requirements) []labels.Set {
	switch w.Kind {
	case "StatefulSet":
		var pods []labels.Set
		for _, ordinal := range w.ordinals(requirements) {
			name := strconv.Itoa(ordinal)
			pods = append(pods, w.with(map[string]string{appsv1.StatefulSetPodNameLabel: w.Name + "-" + name, appsv1.PodIndexLabel: name}))
		}
		return pods
	case "Job":
		return []labels.Set{w.with(map[string]string{batchv1.JobNameLabel: w.Name, legacyJobNameLabel: w.Name})}
	}
	return []labels.Set{w.Meta.Labels}
}

// ordinals are those whose names stand in the requirements, and as many more as the
// requirements can exclude: the others match if one of those does.
func (w *Workload) ordinals(requirements labels.Requirements) (all []int) {
	if w.Replicas < 1 {
		// Scaled to nothing, it still says which pods it would have.
		return []int{w.FirstOrdinal}
	}
	last, others := w.FirstOrdinal+w.Replicas-1, 0
	for _, r := range requirements {
		for value := range r.Values() {
			others++
			if ordinal, ok := ordinalIn(value); ok && ordinal >= w.FirstOrdinal && ordinal <= last {
				all = append(all, ordinal)
			}
		}
	}
	for ordinal := w.FirstOrdinal; ordinal <= min(last, w.FirstOrdinal+others); ordinal++ {
		all = append(all, ordinal)
	}
	return all
}

// ordinalIn is the number at the end of a pod's name, or that is all of a text.
func ordinalIn(text string) (int, bool) {
	start := len(text)
	for start > 0 && text[start-1] >= '0' && text[start-1] <= '9' {
		start--
	}
	ordinal, err := strconv.Atoi(text[start:])
	return ordinal, err == nil
}

func (w *Workload) with(added map[string]string) labels.Set {
	all := maps.Clone(w.Meta.Labels)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, added)
	return all
}
