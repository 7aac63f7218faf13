package validate

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"github.com/efgen/efgen/validate/rule"
)

// podSecurity is the evaluator that clusters use.
var podSecurity = sync.OnceValues(func() (policy.Evaluator, error) {
	return policy.NewEvaluator(policy.DefaultChecks(), nil)
})

func findInsecurePods(s *subject, r *report) {
	evaluator, err := podSecurity()
	level, levelErr := api.ParseLevel(s.facts.Policy.PodSecurity)
	if err != nil || levelErr != nil {
		return
	}
	version, err := api.ParseVersion("v" + s.facts.KubernetesVersion)
	if err != nil {
		version = api.LatestVersion()
	}
	for _, w := range s.allWorkloads {
		for _, result := range evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: version}, w.meta, w.pod) {
			if !result.Allowed {
				r.add(w.at(strings.TrimSuffix(w.spec(""), ".")), "change the security context, or lower policy.podSecurity",
					"Pod Security level %q forbids the pods of %s: %s: %s", level, w.manifest(), result.ForbiddenReason, result.ForbiddenDetail)
			}
		}
	}
}

func findInsecureRegistry(s *subject, r *report) {
	if s.facts.RegistryInsecure {
		r.add(place{field: "registry.insecure"}, "give the registry a certificate, or except the rule with a reason", "the registry is reached without TLS")
	}
}

func findNoMemoryLimit(s *subject, r *report) {
	for _, w := range s.allWorkloads {
		if w.pod.Resources != nil && !w.pod.Resources.Limits.Memory().IsZero() {
			continue
		}
		for _, c := range w.mainContainers() {
			if c.Resources.Limits.Memory().IsZero() {
				r.add(w.at(c.field+".resources.limits.memory"), "set resources.limits.memory", "container %q has no memory limit", c.Name)
			}
		}
	}
}

func findBlockingBudgets(s *subject, r *report) {
	for _, budget := range each[policyv1.PodDisruptionBudget](s) {
		replicas := 0
		for _, w := range s.workloads[budget.namespace] {
			if w.selectedBy(budget.value.Spec.Selector) {
				replicas += w.replicas
			}
		}
		if replicas == 0 {
			continue
		}
		spec := budget.value.Spec
		if n, ok := scaled(spec.MaxUnavailable, replicas); ok && n <= 0 {
			r.add(budget.at("spec.maxUnavailable"), "allow 1", "the budget never lets one of its %d pods go: maxUnavailable is %s", replicas, spec.MaxUnavailable.String())
		}
		if n, ok := scaled(spec.MinAvailable, replicas); ok && n >= replicas {
			r.add(budget.at("spec.minAvailable"), "allow maxUnavailable: 1 instead", "the budget never lets one of its %d pods go: minAvailable is %s", replicas, spec.MinAvailable.String())
		}
	}
}

// scaled rounds percentages up, as the disruption controller does.
func scaled(value *intstr.IntOrString, replicas int) (int, bool) {
	if value == nil {
		return 0, false
	}
	n, err := intstr.GetScaledValueFromIntOrPercent(value, replicas, true)
	return n, err == nil
}

func findClusterAdmin(s *subject, r *report) {
	for _, b := range s.grants.bindings {
		if b.role.Name == "cluster-admin" && b.role.Kind == "ClusterRole" {
			r.add(b.at("roleRef.name"), "bind a role that allows what the nodes need: services and pods", "%s gives cluster-admin", b.manifest())
		}
	}
}

// eachRule calls with every rule of every role.
func (s *subject) eachRule(visit func(o *object, field string, held rbacv1.PolicyRule)) {
	for _, o := range s.objects {
		var rules []rbacv1.PolicyRule
		switch v := o.value.(type) {
		case *rbacv1.ClusterRole:
			rules = v.Rules
		case *rbacv1.Role:
			rules = v.Rules
		}
		for i, held := range rules {
			visit(o, rule.Index("rules", i), held)
		}
	}
}

func findWildcards(s *subject, r *report) {
	s.eachRule(func(o *object, field string, held rbacv1.PolicyRule) {
		for _, list := range []struct {
			name  string
			items []string
		}{{"apiGroups", held.APIGroups}, {"resources", held.Resources}, {"verbs", held.Verbs}, {"nonResourceURLs", held.NonResourceURLs}} {
			for i, item := range list.items {
				if item == "*" || strings.HasPrefix(item, "*/") || strings.HasSuffix(item, "/*") {
					r.add(o.at(rule.Index(field+"."+list.name, i)), "list what is needed", "%s allows %q of %s", o.manifest(), item, list.name)
				}
			}
		}
	})
}

func findEscalation(s *subject, r *report) {
	s.eachRule(func(o *object, field string, held rbacv1.PolicyRule) {
		for i, verb := range held.Verbs {
			if slices.Contains([]string{"escalate", "bind", "impersonate"}, verb) {
				r.add(o.at(rule.Index(field+".verbs", i)), "leave the verb out", "%s allows %q, with which its holder can take any right", o.manifest(), verb)
			}
		}
	})
}

func findOpenShiftRBAC(s *subject, r *report) {
	if s.facts.GitOps {
		r = r.as(rule.Error)
	}
	for _, o := range s.objects {
		if o.apiVersion == openshiftRBAC {
			r.add(o.at("apiVersion"), "use rbac.api: kubernetes, which OpenShift takes as well", "neither Argo CD nor Flux can sync %s of %s", o.manifest(), openshiftRBAC)
		}
	}
}

// findSecretData takes a Secret without data as a place for a controller to fill.
func findSecretData(s *subject, r *report) {
	for _, secret := range each[corev1.Secret](s) {
		if n := len(secret.value.Data) + len(secret.value.StringData); n > 0 {
			field := "data"
			if len(secret.value.Data) == 0 {
				field = "stringData"
			}
			r.add(secret.at(field), "create the Secret in the cluster, and refer to it by name", "%s", fmt.Sprintf("the Secret holds %d values in plain text", n))
		}
	}
}
