package review

import (
	"sync"

	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/validate/manifest"

	"github.com/efgen/efgen/validate/rule"
)

var widerBudget = row{Rule: rule.Rule{
	ID: "ER207", Title: "a disruption budget goes, or allows more",
	Why:     "a drain of workers may stop several nodes at a time, and with them all copies of what is in their memory",
	Example: "disruptionBudget: false",
	Fix:     "disruptionBudget: {maxUnavailable: 1}",
}, Check: findWiderBudget}

// findWiderBudget leaves a lone pod aside: a budget protects nothing there that an
// update would not stop as well.
func findWiderBudget(c *comparison, f *rule.Finder) {
	budgets := sync.OnceValue(c.new.budgets)
	for _, d := range c.differences {
		old, new := value[policyv1.PodDisruptionBudget](d.old), value[policyv1.PodDisruptionBudget](d.new)
		if old == nil || d.new != nil && new == nil || new != nil && equality.Semantic.DeepEqual(old.Spec, new.Spec) {
			continue
		}
		protected := c.new.selected(d.object().namespace, old.Spec.Selector)
		replicas := sum(protected)
		before, after := min(allowed(old.Spec, replicas), replicas), disrupted(protected, budgets())
		if replicas > 1 && after > before {
			f.Report(d.at("spec.maxUnavailable"), "", "a drain of workers may take %d of %d pods of %s at a time instead of %d; what they hold is only in memory", after, replicas, d.object().name, before)
		}
	}
}

// A budget is how many pods may go at a time of those that it holds for.
type budget struct {
	manifest.Identity
	most int
}

// budgets are the strictest by workload.
func (s *side) budgets() map[manifest.Identity]budget {
	all := map[manifest.Identity]budget{}
	for _, o := range s.Objects() {
		if v := manifest.Value[policyv1.PodDisruptionBudget](o); v != nil {
			held := s.selected(o.Namespace, v.Spec.Selector)
			own := budget{o.Identity(), allowed(v.Spec, sum(held))}
			for _, w := range held {
				if other, found := all[w.Identity()]; !found || own.most < other.most {
					all[w.Identity()] = own
				}
			}
		}
	}
	return all
}

// disrupted is how many pods of some workloads may go at a time.
func disrupted(workloads []*manifest.Workload, budgets map[manifest.Identity]budget) (n int) {
	held := map[budget]int{}
	for _, w := range workloads {
		if b, found := budgets[w.Identity()]; found {
			held[b] += w.Replicas
		} else {
			n += w.Replicas
		}
	}
	for b, replicas := range held {
		n += min(b.most, replicas)
	}
	return n
}

func sum(workloads []*manifest.Workload) (replicas int) {
	for _, w := range workloads {
		replicas += w.Replicas
	}
	return replicas
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
