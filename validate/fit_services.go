package validate

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/validate/rule"
)

func findSelectorMisses(s *subject, r *report) {
	for _, w := range s.allWorkloads {
		if w.selector != nil && !w.selectedBy(w.selector) {
			r.add(w.at("spec.selector"), "make the selector and the template's labels the same",
				"the selector %q does not match the labels of its own pods, %s", metav1.FormatLabelSelector(w.selector), labelText(w.meta.Labels))
		}
	}
}

// governing is the Service that a StatefulSet names, if it is there.
func (s *subject) governing(w *workload) *corev1.Service {
	if w.set == nil {
		return nil
	}
	if o := s.find("", "Service", w.namespace, w.set.Spec.ServiceName); o != nil {
		service, _ := o.value.(*corev1.Service)
		return service
	}
	return nil
}

func findNoGoverningService(s *subject, r *report) {
	for _, w := range s.allWorkloads {
		if w.set == nil || s.governing(w) != nil {
			continue
		}
		name := w.set.Spec.ServiceName
		if name == "" {
			r.add(w.at("spec.serviceName"), "add serviceName and a headless Service of that name", "%s names no governing Service", w.manifest())
			continue
		}
		r.add(w.at("spec.serviceName"), fmt.Sprintf("add a headless Service %q to namespace %q that selects %s", name, w.namespace, labelText(w.meta.Labels)),
			"Service %q does not exist in namespace %q, so the pods of %s have no DNS names", name, w.namespace, w.manifest())
	}
}

func findGoverningServiceMisses(s *subject, r *report) {
	for _, w := range s.allWorkloads {
		if service := s.governing(w); service != nil && !w.served(service) {
			r.add(s.find("", "Service", w.namespace, service.Name).at("spec.selector"), fmt.Sprintf("select %s", labelText(w.meta.Labels)),
				"the governing Service %q selects %s, which are not the labels of the pods of %s", service.Name, labelText(service.Spec.Selector), w.manifest())
		}
	}
}

func findGoverningServiceNotHeadless(s *subject, r *report) {
	for _, w := range s.allWorkloads {
		if service := s.governing(w); service != nil && service.Spec.ClusterIP != corev1.ClusterIPNone && !w.isMonitor() {
			r.add(s.find("", "Service", w.namespace, service.Name).at("spec.clusterIP"), "set clusterIP: None, and give clients a Service of their own",
				"the governing Service %q of %s is not headless", service.Name, w.manifest())
		}
	}
}

func findServiceSelectsNothing(s *subject, r *report) {
	for _, service := range each[corev1.Service](s) {
		if len(service.value.Spec.Selector) > 0 && len(s.servedBy(service)) == 0 {
			r.add(service.at("spec.selector"), "use the labels of the pods' template", "the selector %s matches no pods in namespace %q", labelText(service.value.Spec.Selector), service.namespace)
		}
	}
}

// opens tells whether one of the containers opens a port. A number fits if no
// container says what it opens: containerPort is documentation.
func opens(containers []container, port intstr.IntOrString) bool {
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

// A probe of a container, with its field path.
type probe struct {
	*corev1.Probe
	field string
}

func (c container) probes() []probe {
	all := []probe{{c.StartupProbe, "startupProbe"}, {c.ReadinessProbe, "readinessProbe"}, {c.LivenessProbe, "livenessProbe"}}
	all = slices.DeleteFunc(all, func(p probe) bool { return p.Probe == nil })
	for i := range all {
		all[i].field = c.field + "." + all[i].field
	}
	return all
}

// port is what the probe asks, with its field path; nil if it asks no port.
func (p probe) port() (*intstr.IntOrString, string) {
	switch {
	case p.HTTPGet != nil:
		return &p.HTTPGet.Port, p.field + ".httpGet.port"
	case p.TCPSocket != nil:
		return &p.TCPSocket.Port, p.field + ".tcpSocket.port"
	}
	return nil, ""
}

func findProbePorts(s *subject, r *report) {
	for _, w := range s.allWorkloads {
		for _, c := range w.containers() {
			for _, probe := range c.probes() {
				if port, field := probe.port(); port != nil && !opens([]container{c}, *port) {
					r.add(w.at(field), "use one of the container's ports", "container %q opens no port %q", c.Name, port.String())
				}
			}
		}
	}
}

func findServicePorts(s *subject, r *report) {
	for _, service := range each[corev1.Service](s) {
		for _, w := range s.servedBy(service) {
			for i, port := range service.value.Spec.Ports {
				target, field := port.TargetPort, rule.Index("spec.ports", i)+".targetPort"
				if target == (intstr.IntOrString{}) {
					target, field = intstr.FromInt32(port.Port), rule.Index("spec.ports", i)+".port"
				}
				if !opens(w.containers(), target) {
					r.add(service.at(field), "use one of the containers' ports", "the pods of %s open no port %q", w.manifest(), target.String())
				}
			}
		}
	}
}

// leads reports a backend that is no port of a Service in the same namespace.
func (s *subject) leads(r *report, at place, name string, fits func(corev1.ServicePort) bool, port string) {
	o := s.find("", "Service", at.object.namespace, name)
	if o == nil {
		r.add(at, "name one of the Services of the namespace", "Service %q does not exist in namespace %q", name, at.object.namespace)
		return
	}
	service, ok := o.value.(*corev1.Service)
	if ok && port != "" && !slices.ContainsFunc(service.Spec.Ports, fits) {
		r.add(at, "use the name or the number of one of its ports", "Service %q has no port %q", name, port)
	}
}

func findBackends(s *subject, r *report) {
	for _, ingress := range each[networkingv1.Ingress](s) {
		s.leadsIngress(r, ingress, ingress.value.Spec.DefaultBackend, "spec.defaultBackend")
		for i, host := range ingress.value.Spec.Rules {
			if host.HTTP == nil {
				continue
			}
			for j := range host.HTTP.Paths {
				field := rule.Index(rule.Index("spec.rules", i)+".http.paths", j) + ".backend"
				s.leadsIngress(r, ingress, &host.HTTP.Paths[j].Backend, field)
			}
		}
	}
	for _, route := range s.routes() {
		if kind := route.lookup("spec", "to", "kind"); kind == "" || kind == "Service" {
			port := route.lookup("spec", "port", "targetPort")
			s.leads(r, route.at("spec"), route.lookup("spec", "to", "name"), func(p corev1.ServicePort) bool {
				// A Route names a port of the Service or of its pods.
				return port == p.Name || port == fmt.Sprint(p.Port) || port == p.TargetPort.String()
			}, port)
		}
	}
}

func (s *subject) leadsIngress(r *report, ingress typed[networkingv1.Ingress], backend *networkingv1.IngressBackend, field string) {
	if backend == nil || backend.Service == nil {
		return
	}
	want := backend.Service.Port
	port := want.Name
	if port == "" {
		port = fmt.Sprint(want.Number)
	}
	s.leads(r, ingress.at(field+".service"), backend.Service.Name, func(p corev1.ServicePort) bool {
		return want.Name != "" && p.Name == want.Name || want.Name == "" && p.Port == want.Number
	}, port)
}

// selects tells whether a selector takes pods of the namespace.
func (s *subject) selects(namespace string, selector *metav1.LabelSelector) bool {
	return slices.ContainsFunc(s.workloads[namespace], func(w *workload) bool { return w.selectedBy(selector) })
}

func findBudgetSelectsNothing(s *subject, r *report) {
	for _, budget := range each[policyv1.PodDisruptionBudget](s) {
		if !s.selects(budget.namespace, budget.value.Spec.Selector) {
			r.add(budget.at("spec.selector"), "use the labels of the pods' template", "the budget matches no pods in namespace %q", budget.namespace)
		}
	}
}

func findPolicySelectsNothing(s *subject, r *report) {
	for _, policy := range each[networkingv1.NetworkPolicy](s) {
		// An empty selector means every pod there may ever be.
		selector := policy.value.Spec.PodSelector
		if len(selector.MatchLabels)+len(selector.MatchExpressions) > 0 && !s.selects(policy.namespace, &selector) {
			r.add(policy.at("spec.podSelector"), "use the labels of the pods' template", "the policy matches no pods in namespace %q", policy.namespace)
		}
	}
}

// routes are OpenShift's.
func (s *subject) routes() []*object {
	var all []*object
	for _, o := range s.objects {
		if o.apiVersion == openshiftRoute && o.kind == "Route" {
			all = append(all, o)
		}
	}
	return all
}
