package generate

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
)

// autoscaler changes the number of nodes, which the StatefulSet then leaves out: every
// apply would set it back.
func (a *application) autoscaler() *autoscalingv2.HorizontalPodAutoscaler {
	scaling := a.app.Autoscaling
	scaler := &autoscalingv2.HorizontalPodAutoscaler{
		TypeMeta:   typeMeta("autoscaling/v2", "HorizontalPodAutoscaler"),
		ObjectMeta: a.workloadMeta(a.name),
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "StatefulSet", Name: a.name},
			MinReplicas:    scaling.MinReplicas,
			MaxReplicas:    scaling.MaxReplicas,
			Behavior:       scaling.Behavior,
		},
	}
	for _, wanted := range []struct {
		resource corev1.ResourceName
		percent  int32
	}{{corev1.ResourceCPU, scaling.CPU}, {corev1.ResourceMemory, scaling.Memory}} {
		if wanted.percent != 0 {
			scaler.Spec.Metrics = append(scaler.Spec.Metrics, autoscalingv2.MetricSpec{
				Type: autoscalingv2.ResourceMetricSourceType,
				Resource: &autoscalingv2.ResourceMetricSource{Name: wanted.resource, Target: autoscalingv2.MetricTarget{
					Type: autoscalingv2.UtilizationMetricType, AverageUtilization: &wanted.percent,
				}},
			})
		}
	}
	return scaler
}
