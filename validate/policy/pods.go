package policy

import (
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// podSecurity is the evaluator that clusters use.
var podSecurity = sync.OnceValues(func() (policy.Evaluator, error) {
	return policy.NewEvaluator(policy.DefaultChecks(), nil)
})

var insecurePods = row{Rule: rule.Rule{
	ID: "EF501", Severity: rule.Error, Title: "a pod is below the Pod Security level",
	Why:     "a namespace that enforces the level refuses the pod",
	Example: "policy: {podSecurity: restricted}\nsecurityContext: {runAsNonRoot: false}",
	Fix:     "securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}",
}, Check: findInsecurePods}

func findInsecurePods(set *manifest.Set, f *rule.Finder) {
	evaluator, err := podSecurity()
	level, levelErr := api.ParseLevel(set.Facts().Policy.PodSecurity)
	if err != nil || levelErr != nil {
		return
	}
	version, err := api.ParseVersion("v" + set.Facts().KubernetesVersion)
	if err != nil {
		version = api.LatestVersion()
	}
	for _, w := range set.Workloads() {
		for _, result := range evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: version}, w.Meta, w.Pod) {
			if !result.Allowed {
				f.Report(w.AtPod(), "change the security context, or lower policy.podSecurity",
					"Pod Security level %q forbids the pods of %s: %s: %s", level, w.Manifest(), result.ForbiddenReason, result.ForbiddenDetail)
			}
		}
	}
}

var hostNamespaces = row{Rule: rule.Rule{
	ID: "EF528", Severity: rule.Warning, Title: "a pod in the namespaces of its worker",
	Why:     "at the level privileged nothing keeps a pod out of its worker: with hostNetwork it reaches what listens on the worker alone, with hostPID or hostIPC the programs of all pods there",
	Example: "policy: {podSecurity: privileged}\nhostNetwork: true",
	Fix:     "hostNetwork: false, and policy: {podSecurity: restricted}",
}, Check: findHostNamespaces}

func findHostNamespaces(set *manifest.Set, f *rule.Finder) {
	if set.Facts().Policy.PodSecurity != string(api.LevelPrivileged) {
		return // the other levels forbid it: EF501
	}
	for _, w := range set.Workloads() {
		for _, namespace := range []struct {
			field string
			used  bool
		}{{"hostNetwork", w.Pod.HostNetwork}, {"hostPID", w.Pod.HostPID}, {"hostIPC", w.Pod.HostIPC}} {
			if namespace.used {
				f.Report(w.At(w.PodField(namespace.field)), "leave it out, or except the rule with a reason", "the pods of %s share a namespace of their worker: %s", w.Manifest(), namespace.field)
			}
		}
	}
}

var systemNamespace = row{Rule: rule.Rule{
	ID: "EF529", Severity: rule.Warning, Title: "an environment in a namespace of the cluster",
	Why:     "kube-system holds the accounts of the cluster's own controllers: whoever may create pods there can take over the cluster, and quotas and policies often spare it",
	Example: "namespace: kube-system",
	Fix:     "namespace: production",
}, Check: findSystemNamespace}

func findSystemNamespace(set *manifest.Set, f *rule.Finder) {
	if home := set.Home(); set.Facts().Environment != "" && strings.HasPrefix(home, "kube-") {
		f.Report(manifest.InEnvironment("namespace"), "take a namespace of your own", "the environment is in namespace %q, which is the cluster's", home)
	}
}

var insecureRegistry = row{Rule: rule.Rule{
	ID: "EF506", Severity: rule.Warning, Title: "a registry without TLS",
	Why:     "anybody on the network path can replace the image and read the pull secret",
	Example: "registry: {host: registry.example.com:5000, insecure: true}",
	Fix:     "give the registry a certificate, or except the rule for Environment/<name> with a reason",
}, Check: findInsecureRegistry}

func findInsecureRegistry(set *manifest.Set, f *rule.Finder) {
	if set.Facts().RegistryInsecure {
		f.Report(manifest.InEnvironment("registry.insecure"), "give the registry a certificate, or except the rule with a reason", "the registry is reached without TLS")
	}
}

var noMemoryLimit = row{Rule: rule.Rule{
	ID: "EF510", Severity: rule.Warning, Title: "no memory limit",
	Why:     "a node that leaks uses up the memory of all pods on its worker",
	Example: "resources: {requests: {memory: 2Gi}}",
	Fix:     "resources: {requests: {memory: 2Gi}, limits: {memory: 2Gi}}",
}, Check: findNoMemoryLimit}

func findNoMemoryLimit(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		if w.Pod.Resources != nil && !w.Pod.Resources.Limits.Memory().IsZero() {
			continue
		}
		for _, c := range w.MainContainers() {
			if c.Resources.Limits.Memory().IsZero() {
				f.Report(w.At(c.Field+".resources.limits.memory"), "set resources.limits.memory", "container %q has no memory limit", c.Name)
			}
		}
	}
}

var blockingBudgets = row{Rule: rule.Rule{
	ID: "EF511", Severity: rule.Error, Title: "a budget that blocks every drain",
	Why:     "a worker that runs one of the pods can never be drained, so it is never updated",
	Example: "kind: PodDisruptionBudget\nspec: {maxUnavailable: 0}",
	Fix:     "spec: {maxUnavailable: 1}",
}, Check: findBlockingBudgets}

func findBlockingBudgets(set *manifest.Set, f *rule.Finder) {
	for _, budget := range manifest.Each[policyv1.PodDisruptionBudget](set) {
		replicas := 0
		for _, w := range set.MaySelect(budget.Namespace, budget.Value.Spec.Selector) {
			if w.SelectedBy(budget.Value.Spec.Selector) {
				replicas += w.Replicas
			}
		}
		if replicas == 0 {
			continue
		}
		spec := budget.Value.Spec
		if n, ok := scaled(spec.MaxUnavailable, replicas); ok && n <= 0 {
			f.Report(budget.At("spec.maxUnavailable"), "allow 1", "the budget never lets one of its %d pods go: maxUnavailable is %s", replicas, spec.MaxUnavailable.String())
		}
		if n, ok := scaled(spec.MinAvailable, replicas); ok && n >= replicas {
			f.Report(budget.At("spec.minAvailable"), "allow maxUnavailable: 1 instead", "the budget never lets one of its %d pods go: minAvailable is %s", replicas, spec.MinAvailable.String())
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

// PodSecurityLevel is the strictest Pod Security level, by the latest version of the
// standards, at which a cluster accepts a pod: "restricted", "baseline" or "privileged".
func PodSecurityLevel(meta *metav1.ObjectMeta, spec *corev1.PodSpec) string {
	evaluator, err := podSecurity()
	if err != nil {
		return string(api.LevelPrivileged)
	}
	for _, level := range []api.Level{api.LevelRestricted, api.LevelBaseline} {
		results := evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: api.LatestVersion()}, meta, spec)
		if policy.AggregateCheckResults(results).Allowed {
			return string(level)
		}
	}
	return string(api.LevelPrivileged)
}
