package refused

import (
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// checkTemplate looks at pods that are started again for ever.
func checkTemplate(f *rule.Finder, selector *metav1.LabelSelector, template *corev1.PodTemplateSpec, at manifest.Place) {
	if selector != nil && len(selector.MatchLabels)+len(selector.MatchExpressions) == 0 {
		f.Report(at.Below("spec.selector"), "name the labels of its own pods", "the selector is empty")
	}
	pod := at.Below("spec.template.spec")
	if policy := template.Spec.RestartPolicy; policy != "" && policy != corev1.RestartPolicyAlways {
		f.Report(pod.Below("restartPolicy"), "leave it out, or use a Job", "restartPolicy is %q, and must be Always in a workload that never ends", policy)
	}
	if template.Spec.ActiveDeadlineSeconds != nil {
		f.Report(pod.Below("activeDeadlineSeconds"), "leave it out, or use a Job", "activeDeadlineSeconds is for pods that end")
	}
	if len(template.Spec.EphemeralContainers) > 0 {
		f.Report(pod.Below("ephemeralContainers"), "leave them out: kubectl debug adds them to a running pod", "a template has no ephemeral containers")
	}
}

func checkStatefulSet(f *rule.Finder, set *appsv1.StatefulSet, at manifest.Place) {
	checkTemplate(f, set.Spec.Selector, &set.Spec.Template, at)
	rolling := set.Spec.UpdateStrategy.RollingUpdate
	strategy := at.Below("spec.updateStrategy")
	if rolling == nil {
		return
	}
	if set.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType {
		f.Report(strategy.Below("rollingUpdate"), "leave it out, or use type: RollingUpdate", "rollingUpdate is set, and the type is OnDelete")
	}
	if most := rolling.MaxUnavailable; most != nil {
		checkShare(f, most, strategy.Below("rollingUpdate.maxUnavailable"))
		if isZero(most) {
			f.Report(strategy.Below("rollingUpdate.maxUnavailable"), "use 1 or more", "maxUnavailable is 0: no pod could be replaced")
		}
	}
}

func checkReplicaSet(f *rule.Finder, set *appsv1.ReplicaSet, at manifest.Place) {
	checkTemplate(f, set.Spec.Selector, &set.Spec.Template, at)
}

// defaultDeadline is a Deployment's progressDeadlineSeconds if it sets none.
const defaultDeadline = 600

func checkDeployment(f *rule.Finder, d *appsv1.Deployment, at manifest.Place) {
	checkTemplate(f, d.Spec.Selector, &d.Spec.Template, at)
	deadline := int32(defaultDeadline)
	if d.Spec.ProgressDeadlineSeconds != nil {
		deadline = *d.Spec.ProgressDeadlineSeconds
	}
	if deadline <= d.Spec.MinReadySeconds {
		f.Report(at.Below("spec.progressDeadlineSeconds"), "raise it", "progressDeadlineSeconds is %d, and must be more than the %d of minReadySeconds", deadline, d.Spec.MinReadySeconds)
	}
	strategy, rolling := at.Below("spec.strategy.rollingUpdate"), d.Spec.Strategy.RollingUpdate
	switch {
	case rolling == nil:
	case d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType:
		f.Report(strategy, "leave it out, or use type: RollingUpdate", "rollingUpdate is set, and the type is Recreate")
	default:
		checkShare(f, rolling.MaxUnavailable, strategy.Below("maxUnavailable"))
		checkShare(f, rolling.MaxSurge, strategy.Below("maxSurge"))
		if isZero(rolling.MaxUnavailable) && isZero(rolling.MaxSurge) {
			f.Report(strategy.Below("maxUnavailable"), "use 1 or more for one of them", "maxUnavailable and maxSurge are both 0: no pod could be replaced")
		}
	}
}

func checkDaemonSet(f *rule.Finder, d *appsv1.DaemonSet, at manifest.Place) {
	checkTemplate(f, d.Spec.Selector, &d.Spec.Template, at)
	rolling, where := d.Spec.UpdateStrategy.RollingUpdate, at.Below("spec.updateStrategy.rollingUpdate")
	if rolling == nil || d.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType {
		return
	}
	checkShare(f, rolling.MaxUnavailable, where.Below("maxUnavailable"))
	checkShare(f, rolling.MaxSurge, where.Below("maxSurge"))
	surges := rolling.MaxSurge != nil && !isZero(rolling.MaxSurge)
	// The default of maxUnavailable is 1, or 0 beside a surge.
	switch unavailable := rolling.MaxUnavailable; {
	case surges && unavailable != nil && !isZero(unavailable):
		f.Report(where.Below("maxSurge"), "make one of the two 0", "maxSurge and maxUnavailable are both set")
	case !surges && unavailable != nil && isZero(unavailable):
		f.Report(where.Below("maxUnavailable"), "use 1 or more for one of them", "maxUnavailable and maxSurge are both 0: no pod could be replaced")
	}
}

func checkBudget(f *rule.Finder, budget *policyv1.PodDisruptionBudget, at manifest.Place) {
	least, most := budget.Spec.MinAvailable, budget.Spec.MaxUnavailable
	checkShare(f, least, at.Below("spec.minAvailable"))
	checkShare(f, most, at.Below("spec.maxUnavailable"))
	if least != nil && most != nil {
		f.Report(at.Below("spec.minAvailable"), "leave one of the two out", "the budget has both minAvailable and maxUnavailable")
	}
}

// checkShare looks at a number of pods, or a percentage of them.
func checkShare(f *rule.Finder, share *intstr.IntOrString, at manifest.Place) {
	if share == nil {
		return
	}
	name := lastStep(at.InObject())
	switch {
	case share.Type == intstr.Int && share.IntVal < 0:
		f.Report(at, "use 0 or more", "%s is %d, and must be at least 0", name, share.IntVal)
	case share.Type == intstr.String && len(validation.IsValidPercent(share.StrVal)) > 0:
		f.Report(at, "use a number without quotes, or a percentage, as in 50%", "%s is %q, and neither a number nor a percentage", name, share.StrVal)
	case share.Type == intstr.String && percent(share.StrVal) > 100:
		f.Report(at, "use at most 100%", "%s is %s, and must be at most 100%%", name, share.StrVal)
	}
}

func percent(text string) int {
	n, _ := strconv.Atoi(strings.TrimSuffix(text, "%"))
	return n
}

func isZero(share *intstr.IntOrString) bool {
	return share != nil && share.IntVal == 0 && (share.Type == intstr.Int || percent(share.StrVal) == 0)
}

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
