package refused

import (
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

func checkAutoscaler(f *rule.Finder, scaler *autoscalingv2.HorizontalPodAutoscaler, at manifest.Place) {
	target := scaler.Spec.ScaleTargetRef
	group, version, grouped := strings.Cut(target.APIVersion, "/")
	if grouped && (group == "" || strings.Contains(version, "/")) || !grouped && target.Kind != "ReplicationController" {
		f.Report(at.Below("spec.scaleTargetRef.apiVersion"), "write group and version, as in apps/v1", "apiVersion is %q, and names no API group and version", target.APIVersion)
	}
	if least := scaler.Spec.MinReplicas; least != nil && *least > scaler.Spec.MaxReplicas {
		f.Report(at.Below("spec.maxReplicas"), "raise it, or lower minReplicas", "maxReplicas is %d, and below the %d of minReplicas", scaler.Spec.MaxReplicas, *least)
	}
}

// checkMetric looks for the source that the type names, and no other.
func checkMetric(f *rule.Finder, metric *autoscalingv2.MetricSpec, at manifest.Place) {
	for field, source := range map[string]struct{ set, wanted bool }{
		"containerResource": {metric.ContainerResource != nil, metric.Type == autoscalingv2.ContainerResourceMetricSourceType},
		"external":          {metric.External != nil, metric.Type == autoscalingv2.ExternalMetricSourceType},
		"object":            {metric.Object != nil, metric.Type == autoscalingv2.ObjectMetricSourceType},
		"pods":              {metric.Pods != nil, metric.Type == autoscalingv2.PodsMetricSourceType},
		"resource":          {metric.Resource != nil, metric.Type == autoscalingv2.ResourceMetricSourceType},
	} {
		switch {
		case source.wanted && !source.set:
			f.Report(at.Below(field), "add it, or use another type", "a metric of type %s needs %s", metric.Type, field)
		case source.set && !source.wanted:
			f.Report(at.Below(field), "leave it out, or use another type", "a metric of type %s has %s", metric.Type, field)
		}
	}
	switch {
	case metric.Object != nil:
		if version := metric.Object.DescribedObject.APIVersion; strings.Count(version, "/") > 1 {
			f.Report(at.Below("object.describedObject.apiVersion"), "write group and version, as in apps/v1", "apiVersion is %q, and names no API group and version", version)
		}
		checkTargets(f, &metric.Object.Target, false, at.Below("object.target"))
	case metric.External != nil:
		checkTargets(f, &metric.External.Target, false, at.Below("external.target"))
	case metric.Pods != nil:
		if metric.Pods.Target.AverageValue == nil {
			f.Report(at.Below("pods.target.averageValue"), "add it", "a metric of type Pods needs averageValue")
		}
	case metric.Resource != nil:
		checkTargets(f, &metric.Resource.Target, true, at.Below("resource.target"))
	case metric.ContainerResource != nil:
		checkTargets(f, &metric.ContainerResource.Target, true, at.Below("containerResource.target"))
	}
}

// checkTargets looks for one of the two amounts that a metric can have.
func checkTargets(f *rule.Finder, target *autoscalingv2.MetricTarget, resource bool, at manifest.Place) {
	other, name := target.Value != nil, "value"
	if resource {
		other, name = target.AverageUtilization != nil, "averageUtilization"
	}
	if other == (target.AverageValue != nil) {
		f.Report(at, "set one of the two", "the target needs one of %s and averageValue", name)
	}
}

func checkMetricTarget(f *rule.Finder, target *autoscalingv2.MetricTarget, at manifest.Place) {
	if target.Value != nil && target.Value.Sign() <= 0 {
		f.Report(at.Below("value"), "use an amount above 0", "value is %s, and must be above 0", target.Value)
	}
	if target.AverageValue != nil && target.AverageValue.Sign() <= 0 {
		f.Report(at.Below("averageValue"), "use an amount above 0", "averageValue is %s, and must be above 0", target.AverageValue)
	}
}

func checkScalingRules(f *rule.Finder, rules *autoscalingv2.HPAScalingRules, at manifest.Place) {
	if rules.Policies != nil && len(rules.Policies) == 0 {
		f.Report(at.Below("policies"), "add a policy, or leave the list out", "the list of policies is empty")
	}
}
