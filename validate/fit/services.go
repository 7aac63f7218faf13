package fit

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

var selectorMisses = row{Rule: rule.Rule{
	ID: "EF301", Severity: rule.Error, Title: "a selector misses the labels of its own pods",
	Why:     "the API server refuses a workload whose selector does not match its template",
	Example: "selector: {matchLabels: {app: flow}}\ntemplate: {metadata: {labels: {app: flows}}}",
	Fix:     "template: {metadata: {labels: {app: flow}}}",
}, Check: findSelectorMisses}

func findSelectorMisses(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		if w.Selector != nil && !w.SelectedBy(w.Selector) {
			f.Report(w.At("spec.selector"), "make the selector and the template's labels the same",
				"the selector %q does not match the labels of its own pods, %s", metav1.FormatLabelSelector(w.Selector), manifest.LabelText(w.Meta.Labels))
		}
	}
}

// governing is the Service that a StatefulSet names, nil if it is not there.
func governing(set *manifest.Set, w *manifest.Workload) *corev1.Service {
	if w.StatefulSet == nil {
		return nil
	}
	return manifest.Value[corev1.Service](set.Find("", "Service", w.Namespace, w.StatefulSet.Spec.ServiceName))
}

var noGoverningService = row{Rule: rule.Rule{
	ID: "EF302", Severity: rule.Error, Title: "the governing Service does not exist",
	Why:     "without the Service named by serviceName pods have no DNS names, so no node can be trusted by its name",
	Example: "kind: StatefulSet\nspec: {serviceName: flow}   # and no Service flow",
	Fix:     "kind: Service\nmetadata: {name: flow}\nspec: {clusterIP: None, selector: {app: flow}}",
}, Check: findNoGoverningService}

func findNoGoverningService(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		if w.StatefulSet == nil || governing(set, w) != nil {
			continue
		}
		name := w.StatefulSet.Spec.ServiceName
		if name == "" {
			f.Report(w.At("spec.serviceName"), "add serviceName and a headless Service of that name", "%s names no governing Service", w.Manifest())
			continue
		}
		f.Report(w.At("spec.serviceName"), fmt.Sprintf("add a headless Service %q to namespace %q that selects %s", name, w.Namespace, manifest.LabelText(w.Meta.Labels)),
			"Service %q does not exist in namespace %q, so the pods of %s have no DNS names", name, w.Namespace, w.Manifest())
	}
}

var governingServiceMisses = row{Rule: rule.Rule{
	ID: "EF303", Severity: rule.Error, Title: "the governing Service does not select the pods",
	Why:     "a pod gets its DNS name only from a governing Service that selects it",
	Example: "kind: Service\nmetadata: {name: flow}\nspec: {clusterIP: None, selector: {app: other}}",
	Fix:     "spec: {clusterIP: None, selector: {app: flow}}",
}, Check: findGoverningServiceMisses}

func findGoverningServiceMisses(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		if service := governing(set, w); service != nil && !w.Serves(service) {
			f.Report(set.Find("", "Service", w.Namespace, service.Name).At("spec.selector"), fmt.Sprintf("select %s", manifest.LabelText(w.Meta.Labels)),
				"the governing Service %q selects %s, which are not the labels of the pods of %s", service.Name, manifest.LabelText(service.Spec.Selector), w.Manifest())
		}
	}
}

var governingServiceNotHeadless = row{Rule: rule.Rule{
	ID: "EF304", Severity: rule.Error, Title: "the governing Service is not headless",
	Why:     "only a headless Service gives each pod a DNS name with its own address; the cluster monitor is a single pod and needs none",
	Example: "kind: Service\nmetadata: {name: flow}\nspec: {type: NodePort, selector: {app: flow}}",
	Fix:     "spec: {clusterIP: None, selector: {app: flow}}   # and a second Service for clients",
}, Check: findGoverningServiceNotHeadless}

func findGoverningServiceNotHeadless(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		if service := governing(set, w); service != nil && service.Spec.ClusterIP != corev1.ClusterIPNone && !streaming.IsMonitor(w) {
			f.Report(set.Find("", "Service", w.Namespace, service.Name).At("spec.clusterIP"), "set clusterIP: None, and give clients a Service of their own",
				"the governing Service %q of %s is not headless", service.Name, w.Manifest())
		}
	}
}

var serviceSelectsNothing = row{Rule: rule.Rule{
	ID: "EF305", Severity: rule.Error, Title: "a Service selects no pods",
	Why:     "the Service has no endpoints: every connection to it fails",
	Example: "kind: Service\nspec: {selector: {app: flwo}}",
	Fix:     "spec: {selector: {app: flow}}   # the labels of the pods",
}, Check: findServiceSelectsNothing}

func findServiceSelectsNothing(set *manifest.Set, f *rule.Finder) {
	for _, service := range manifest.Each[corev1.Service](set) {
		if len(service.Value.Spec.Selector) > 0 && len(set.ServedBy(service)) == 0 {
			f.Report(service.At("spec.selector"), "use the labels of the pods' template", "the selector %s matches no pods in namespace %q", manifest.LabelText(service.Value.Spec.Selector), service.Namespace)
		}
	}
}

// selects reports whether a selector matches pods of the namespace.
func selects(set *manifest.Set, namespace string, selector *metav1.LabelSelector) bool {
	return slices.ContainsFunc(set.MaySelect(namespace, selector), func(w *manifest.Workload) bool { return w.SomeSelectedBy(selector) })
}

var budgetSelectsNothing = row{Rule: rule.Rule{
	ID: "EF316", Severity: rule.Error, Title: "a disruption budget selects no pods",
	Why:     "a drain stops all nodes at once, and the state that they keep for each other is lost",
	Example: "kind: PodDisruptionBudget\nspec: {selector: {matchLabels: {app: flwo}}}",
	Fix:     "spec: {selector: {matchLabels: {app: flow}}}",
}, Check: findBudgetSelectsNothing}

func findBudgetSelectsNothing(set *manifest.Set, f *rule.Finder) {
	for _, budget := range manifest.Each[policyv1.PodDisruptionBudget](set) {
		if !selects(set, budget.Namespace, budget.Value.Spec.Selector) {
			f.Report(budget.At("spec.selector"), "use the labels of the pods' template", "the budget matches no pods in namespace %q", budget.Namespace)
		}
	}
}

var policySelectsNothing = row{Rule: rule.Rule{
	ID: "EF317", Severity: rule.Error, Title: "a network policy selects no pods",
	Why:     "the policy protects nothing: the pods that it is meant for are open to everyone",
	Example: "kind: NetworkPolicy\nspec: {podSelector: {matchLabels: {app: flwo}}}",
	Fix:     "spec: {podSelector: {matchLabels: {app: flow}}}",
}, Check: findPolicySelectsNothing}

func findPolicySelectsNothing(set *manifest.Set, f *rule.Finder) {
	for _, policy := range manifest.Each[networkingv1.NetworkPolicy](set) {
		// An empty selector means every pod there may ever be.
		selector := policy.Value.Spec.PodSelector
		if len(selector.MatchLabels)+len(selector.MatchExpressions) > 0 && !selects(set, policy.Namespace, &selector) {
			f.Report(policy.At("spec.podSelector"), "use the labels of the pods' template", "the policy matches no pods in namespace %q", policy.Namespace)
		}
	}
}
