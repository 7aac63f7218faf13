package review

import (
	"fmt"
	"math"

	autoscalingv2 "k8s.io/api/autoscaling/v2"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// A pair is a workload on both sides.
type pair struct {
	*difference
	old, new *manifest.Workload
}

// workloads are the changed ones that are there on both sides.
func (c *comparison) workloads() (all []pair) {
	for _, d := range c.differences {
		if d.action() != Modified && d.action() != Moved {
			continue
		}
		if old, new := c.old.workload(d.old), c.new.workload(d.new); old != nil && new != nil {
			all = append(all, pair{d, old, new})
		}
	}
	return all
}

// eachContainer calls with the containers that are there on both sides.
func (p pair) eachContainer(visit func(old, new manifest.Container)) {
	before := map[string]manifest.Container{}
	for _, old := range p.old.Containers() {
		before[old.Name] = old
	}
	for _, new := range p.new.Containers() {
		if old, found := before[new.Name]; found {
			visit(old, new)
		}
	}
}

// stopped is how many pods have an ordinal that is not among the new ones.
func (p pair) stopped() int {
	first, lost := firstOrdinal(p.new), 0
	for ordinal := range p.old.Most {
		ordinal += firstOrdinal(p.old)
		if ordinal < first || ordinal >= first+p.new.Most {
			lost++
		}
	}
	return lost
}

// firstOrdinal is 0 but for a StatefulSet that says another.
func firstOrdinal(w *manifest.Workload) int {
	if w.StatefulSet == nil || w.StatefulSet.Spec.Ordinals == nil {
		return 0
	}
	return int(w.StatefulSet.Spec.Ordinals.Start)
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
func unit(w *manifest.Workload) string {
	if w.StatefulSet != nil {
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

// workload is the one that an object of this side is, with what an autoscaler makes of it;
// nil if the object starts no pods.
func (s *side) workload(o *object) *manifest.Workload {
	if o == nil || o.source == nil {
		return nil
	}
	if w := s.WorkloadOf(o.source); w != nil {
		return w
	}
	return workloadOf(o)
}

func isAutoscaler(d *difference) bool {
	return value[autoscalingv2.HorizontalPodAutoscaler](d.object()) != nil
}

// findFewerByAutoscaler finds autoscalers that may stop nodes which ran before.
func findFewerByAutoscaler(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		old, new := value[autoscalingv2.HorizontalPodAutoscaler](d.old), value[autoscalingv2.HorizontalPodAutoscaler](d.new)
		if new == nil {
			continue
		}
		w := c.new.ScaledBy(manifest.Typed[autoscalingv2.HorizontalPodAutoscaler]{Object: d.new.source, Value: new})
		if w == nil {
			continue
		}
		was, is := c.old.replicas(w), least(new)
		if old != nil {
			was = least(old)
		}
		if is < was {
			f.Report(d.at("spec.minReplicas").weighing(was-is), "", "the autoscaler may stop all but %s of %s, where at least %d ran; the rest takes over their partitions and load", counted(is, unit(w)), w.Name, was)
		}
		if old != nil && new.Spec.MaxReplicas < old.Spec.MaxReplicas {
			lost := int(old.Spec.MaxReplicas - new.Spec.MaxReplicas)
			f.Report(d.at("spec.maxReplicas").weighing(lost), "", "stops up to %d of %s of %s; the rest takes over their partitions and load", lost, counted(int(old.Spec.MaxReplicas), unit(w)), w.Name)
		}
	}
}

// replicas is how many pods a workload of another side has at least on this one, 0 if it is not there.
func (s *side) replicas(of *manifest.Workload) int {
	w := s.WorkloadOf(s.Find(of.Group(), of.Kind, of.Namespace, of.Name))
	if w == nil {
		return 0
	}
	return w.Replicas
}

// least is how many pods an autoscaler keeps; Kubernetes fills in 1.
func least(scaler *autoscalingv2.HorizontalPodAutoscaler) int {
	if scaler.Spec.MinReplicas == nil {
		return 1
	}
	return int(*scaler.Spec.MinReplicas)
}
