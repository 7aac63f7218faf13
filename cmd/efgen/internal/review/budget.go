package review

import (
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// findWiderBudget leaves a lone pod aside: a budget protects nothing there that an
// update would not stop as well.
func findWiderBudget(c *comparison, f *finder) {
	for _, d := range c.differences {
		old, new := value[policyv1.PodDisruptionBudget](d.old), value[policyv1.PodDisruptionBudget](d.new)
		if old == nil || d.new != nil && new == nil {
			continue
		}
		replicas := 0
		for _, w := range c.new.selected(d.object().namespace, old.Spec.Selector) {
			replicas += w.replicas
		}
		before, after := min(allowed(old.Spec, replicas), replicas), replicas
		if new != nil && selectorCovers(new.Spec.Selector, old.Spec.Selector) {
			after = min(allowed(new.Spec, replicas), replicas)
		}
		if replicas > 1 && after > before {
			f.add(d, "spec.maxUnavailable", "a drain of workers may take %d of %d pods of %s at a time instead of %d; what they hold is only in memory", after, replicas, d.object().name, before)
		}
	}
}

// allowed is how many pods a budget lets go at a time. Percentages are rounded up, as
// the disruption controller does.
func allowed(spec policyv1.PodDisruptionBudgetSpec, replicas int) int {
	scaled := func(value *intstr.IntOrString) int {
		n, err := intstr.GetScaledValueFromIntOrPercent(value, replicas, true)
		if err != nil {
			return 0
		}
		return n
	}
	switch {
	case spec.MaxUnavailable != nil:
		return scaled(spec.MaxUnavailable)
	case spec.MinAvailable != nil:
		return max(replicas-scaled(spec.MinAvailable), 0)
	}
	return replicas
}
