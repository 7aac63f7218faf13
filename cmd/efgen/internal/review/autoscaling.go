package review

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

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
