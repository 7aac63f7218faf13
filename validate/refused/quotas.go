package refused

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// counted are the resources without a domain that a quota can limit, and counts in whole
// numbers; measured are those in amounts.
var (
	counted = []corev1.ResourceName{
		corev1.ResourcePods, corev1.ResourceQuotas, corev1.ResourceServices, corev1.ResourceReplicationControllers, corev1.ResourceSecrets,
		corev1.ResourcePersistentVolumeClaims, corev1.ResourceConfigMaps, corev1.ResourceServicesNodePorts, corev1.ResourceServicesLoadBalancers,
	}
	measured = []corev1.ResourceName{
		corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage, corev1.ResourceRequestsCPU, corev1.ResourceRequestsMemory,
		corev1.ResourceRequestsStorage, corev1.ResourceRequestsEphemeralStorage, corev1.ResourceLimitsCPU, corev1.ResourceLimitsMemory, corev1.ResourceLimitsEphemeralStorage,
	}
)

func checkQuota(f *rule.Finder, quota *corev1.ResourceQuota, at manifest.Place) {
	for name, amount := range quota.Spec.Hard {
		where := at.Below("spec.hard").Entry(string(name))
		if !strings.Contains(string(name), "/") && !slices.Contains(counted, name) && !slices.Contains(measured, name) && !strings.HasPrefix(strings.TrimPrefix(string(name), "requests."), corev1.ResourceHugePagesPrefix) {
			f.Report(where, "use a name such as pods, requests.memory or count/deployments.apps", "a quota limits no resource %q", name)
		} else {
			checkResourceName(f, name, where)
		}
		checkAmount(f, name, amount, where)
	}
	scopes := quota.Spec.Scopes
	for _, pair := range [][2]corev1.ResourceQuotaScope{
		{corev1.ResourceQuotaScopeBestEffort, corev1.ResourceQuotaScopeNotBestEffort},
		{corev1.ResourceQuotaScopeTerminating, corev1.ResourceQuotaScopeNotTerminating},
	} {
		if slices.Contains(scopes, pair[0]) && slices.Contains(scopes, pair[1]) {
			f.Report(at.Below("spec.scopes"), "leave one of the two out", "scopes %s and %s exclude each other", pair[0], pair[1])
		}
	}
}

func checkResourceName(f *rule.Finder, name corev1.ResourceName, at manifest.Place) {
	if strings.Count(string(name), "/") > 0 {
		key.checkKey(f, string(name), at)
	}
}

func checkAmount(f *rule.Finder, name corev1.ResourceName, amount resource.Quantity, at manifest.Place) {
	switch amount = stored(amount); {
	case amount.Sign() < 0:
		f.Report(at, "use an amount that is not negative", "the amount of %q is negative: %s", name, amount.String())
	case slices.Contains(counted, name) && amount.MilliValue()%1000 != 0:
		f.Report(at, "use a whole number", "%q is counted in whole numbers, not in %s", name, amount.String())
	}
}

func checkScope(f *rule.Finder, scope *corev1.ScopedResourceSelectorRequirement, at manifest.Place) {
	listed := scope.Operator == corev1.ScopeSelectorOpIn || scope.Operator == corev1.ScopeSelectorOpNotIn
	switch {
	case listed && len(scope.Values) == 0:
		f.Report(at.Below("values"), "name at least one value", "operator %s needs values", scope.Operator)
	case !listed && len(scope.Values) > 0:
		f.Report(at.Below("values"), "leave the values out, or use operator: In", "operator %s has values", scope.Operator)
	}
	if scope.ScopeName != corev1.ResourceQuotaScopePriorityClass && scope.Operator != corev1.ScopeSelectorOpExists && scope.ScopeName != "VolumeAttributesClass" {
		f.Report(at.Below("operator"), "use Exists", "operator is %q, and must be Exists for scope %s", scope.Operator, scope.ScopeName)
	}
}

// checkLimits compares the amounts of each resource: min, defaultRequest, default and max
// must not fall.
func checkLimits(f *rule.Finder, item *corev1.LimitRangeItem, at manifest.Place) {
	lists := []struct {
		field string
		list  corev1.ResourceList
	}{{"min", item.Min}, {"defaultRequest", item.DefaultRequest}, {"default", item.Default}, {"max", item.Max}}
	for i, upper := range lists {
		for name, amount := range upper.list {
			where := at.Below(upper.field).Entry(string(name))
			checkLimitName(f, item.Type, name, where)
			for _, lower := range lists[:i] {
				if other, set := lower.list[name]; set && other.Cmp(amount) > 0 {
					f.Report(where, "raise it, or lower the other", "%s of %q is %s, and below the %s of %s", upper.field, name, amount.String(), other.String(), lower.field)
				}
			}
		}
	}
	if typ := string(item.Type); typ != "" && item.Type != corev1.LimitTypePod && item.Type != corev1.LimitTypeContainer && item.Type != corev1.LimitTypePersistentVolumeClaim {
		if !strings.Contains(typ, "/") || len(key.faults(typ)) > 0 {
			f.Report(at.Below("type"), "use Container, Pod or PersistentVolumeClaim", "type is %q, and none of Container, Pod, PersistentVolumeClaim", typ)
		}
	}
	if item.Type == corev1.LimitTypePod && len(item.Default)+len(item.DefaultRequest) > 0 {
		f.Report(at.Below("default"), "use type: Container", "a limit for Pods has no default: only containers have")
	}
	if item.Type == corev1.LimitTypePersistentVolumeClaim && len(item.Min)+len(item.Max) == 0 {
		f.Report(at, "add min.storage or max.storage", "a limit for PersistentVolumeClaims needs min or max")
	}
	for name, ratio := range item.MaxLimitRequestRatio {
		if ratio.Cmp(resource.MustParse("1")) < 0 {
			f.Report(at.Below("maxLimitRequestRatio").Entry(string(name)), "use 1 or more", "the limit is at least as much as the request, and cannot be %s of it", ratio.String())
		}
	}
}

func checkLimitName(f *rule.Finder, typ corev1.LimitType, name corev1.ResourceName, at manifest.Place) {
	if typ == corev1.LimitTypeContainer || typ == corev1.LimitTypePod {
		if !plainResource(name) {
			f.Report(at, "name the resource with its domain, as in nvidia.com/gpu", "a container has no resource %q", name)
		}
	}
	checkResourceName(f, name, at)
}

func checkPriorityClass(f *rule.Finder, class *schedulingv1.PriorityClass, at manifest.Place) {
	if strings.HasPrefix(class.Name, "system-") && class.Name != "system-cluster-critical" && class.Name != "system-node-critical" {
		f.Report(at.Below("metadata.name"), "use another name", "names that begin with system- are Kubernetes' own")
	}
}
