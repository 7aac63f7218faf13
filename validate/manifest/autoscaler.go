package manifest

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
)

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
