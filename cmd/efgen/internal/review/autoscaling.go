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

// findFewerByAutoscaler finds autoscalers that may stop nodes which they kept before.
func findFewerByAutoscaler(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		old, new := value[autoscalingv2.HorizontalPodAutoscaler](d.old), value[autoscalingv2.HorizontalPodAutoscaler](d.new)
		if old == nil || new == nil {
			continue
		}
		what := "pod"
		if w := c.new.ScaledBy(manifest.Typed[autoscalingv2.HorizontalPodAutoscaler]{Object: d.new.source, Value: new}); w != nil {
			what = unit(w)
		}
		if was, is := least(old), least(new); is < was {
			f.Report(d.at("spec.minReplicas").weighing(int(was-is)), "", "the autoscaler may stop all but %s of %s, where it kept %d; the rest takes over their partitions and load", counted(int(is), what), new.Name, was)
		}
		if was, is := old.Spec.MaxReplicas, new.Spec.MaxReplicas; is < was {
			f.Report(d.at("spec.maxReplicas").weighing(int(was-is)), "", "stops up to %d of %s of %s; the rest takes over their partitions and load", was-is, counted(int(was), what), new.Name)
		}
	}
}

// least is how many pods an autoscaler keeps; Kubernetes fills in 1.
func least(scaler *autoscalingv2.HorizontalPodAutoscaler) int32 {
	if scaler.Spec.MinReplicas == nil {
		return 1
	}
	return *scaler.Spec.MinReplicas
}
