package fit

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

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

// opens reports whether one of the containers opens a port. A number fits if no
// container says what it opens: containerPort is documentation.
func opens(containers []manifest.Container, port intstr.IntOrString) bool {
	silent := true
	for _, c := range containers {
		for _, open := range c.Ports {
			silent = false
			if port.Type == intstr.String && open.Name == port.StrVal || port.Type == intstr.Int && open.ContainerPort == port.IntVal {
				return true
			}
		}
	}
	return silent && port.Type == intstr.Int
}

var probePorts = row{Rule: rule.Rule{
	ID: "EF313", Severity: rule.Error, Title: "a probe asks a port that the container does not open",
	Why:     "the probe never succeeds, so the pod is never ready or is killed again and again",
	Example: "ports: [{name: web, containerPort: 8008}]\nreadinessProbe: {httpGet: {path: /healthcheck/v1/status, port: 8080}}",
	Fix:     "readinessProbe: {httpGet: {path: /healthcheck/v1/status, port: web}}",
}, Check: findProbePorts}

func findProbePorts(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		for _, c := range w.Containers() {
			for _, probe := range c.Probes() {
				if port, field := probe.Port(); port != nil && !opens([]manifest.Container{c}, *port) {
					f.Report(w.At(field), "use one of the container's ports", "container %q opens no port %q", c.Name, port.String())
				}
			}
		}
	}
}

var servicePorts = row{Rule: rule.Rule{
	ID: "EF314", Severity: rule.Error, Title: "a Service sends to a port that its pods do not open",
	Why:     "connections to that port of the Service are refused",
	Example: "kind: Service\nspec: {ports: [{port: 80, targetPort: http}]}   # the container's port is named web",
	Fix:     "spec: {ports: [{port: 80, targetPort: web}]}",
}, Check: findServicePorts}

func findServicePorts(set *manifest.Set, f *rule.Finder) {
	for _, service := range manifest.Each[corev1.Service](set) {
		for _, w := range set.ServedBy(service) {
			for i, port := range service.Value.Spec.Ports {
				target, field := port.TargetPort, rule.Index("spec.ports", i)+".targetPort"
				if target == (intstr.IntOrString{}) {
					target, field = intstr.FromInt32(port.Port), rule.Index("spec.ports", i)+".port"
				}
				if !opens(w.Containers(), target) {
					f.Report(service.At(field), "use one of the containers' ports", "the pods of %s open no port %q", w.Manifest(), target.String())
				}
			}
		}
	}
}

// leads reports a backend that is no port of a Service in the same namespace.
func leads(set *manifest.Set, f *rule.Finder, at manifest.Place, name string, fits func(corev1.ServicePort) bool, port string) {
	o := set.Find("", "Service", at.Object().Namespace, name)
	if o == nil {
		f.Report(at, "name one of the Services of the namespace", "Service %q does not exist in namespace %q", name, at.Object().Namespace)
		return
	}
	service := manifest.Value[corev1.Service](o)
	if service != nil && port != "" && !slices.ContainsFunc(service.Spec.Ports, fits) {
		f.Report(at, "use the name or the number of one of its ports", "Service %q has no port %q", name, port)
	}
}

var backends = row{Rule: rule.Rule{
	ID: "EF315", Severity: rule.Error, Title: "an Ingress or a Route leads nowhere",
	Why:     "every request gets 503: the Service does not exist or has no such port",
	Example: "backend: {service: {name: flow-client, port: {name: http}}}   # the Service's port is named web",
	Fix:     "backend: {service: {name: flow-client, port: {name: web}}}",
}, Check: findBackends}

func findBackends(set *manifest.Set, f *rule.Finder) {
	for _, ingress := range manifest.Each[networkingv1.Ingress](set) {
		leadsIngress(set, f, ingress, ingress.Value.Spec.DefaultBackend, "spec.defaultBackend")
		for i, host := range ingress.Value.Spec.Rules {
			if host.HTTP == nil {
				continue
			}
			for j := range host.HTTP.Paths {
				field := rule.Index(rule.Index("spec.rules", i)+".http.paths", j) + ".backend"
				leadsIngress(set, f, ingress, &host.HTTP.Paths[j].Backend, field)
			}
		}
	}
	for _, route := range routes(set) {
		if kind := route.Fields.Scalar("spec", "to", "kind"); kind == "" || kind == "Service" {
			port := route.Fields.Scalar("spec", "port", "targetPort")
			leads(set, f, route.At("spec"), route.Fields.Scalar("spec", "to", "name"), func(p corev1.ServicePort) bool {
				// A Route names a port of the Service or of its pods.
				return port == p.Name || port == fmt.Sprint(p.Port) || port == p.TargetPort.String()
			}, port)
		}
	}
}

func leadsIngress(set *manifest.Set, f *rule.Finder, ingress manifest.Typed[networkingv1.Ingress], backend *networkingv1.IngressBackend, field string) {
	if backend == nil || backend.Service == nil {
		return
	}
	want := backend.Service.Port
	port := want.Name
	if port == "" {
		port = fmt.Sprint(want.Number)
	}
	leads(set, f, ingress.At(field+".service"), backend.Service.Name, func(p corev1.ServicePort) bool {
		return want.Name != "" && p.Name == want.Name || want.Name == "" && p.Port == want.Number
	}, port)
}

// selects reports whether a selector matches pods of the namespace.
func selects(set *manifest.Set, namespace string, selector *metav1.LabelSelector) bool {
	return slices.ContainsFunc(set.WorkloadsIn(namespace), func(w *manifest.Workload) bool { return w.SelectedBy(selector) })
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

// routes are OpenShift's.
func routes(set *manifest.Set) []*manifest.Object {
	var all []*manifest.Object
	for _, o := range set.Objects() {
		if o.APIVersion == manifest.OpenShiftRoute && o.Kind == "Route" {
			all = append(all, o)
		}
	}
	return all
}
