package fit

import (
	"fmt"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

// opens reports whether one of the containers declares a port. Where none declares
// any, every number fits: containerPort is documentation.
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

// reportUndeclared reports a port that no container declares. Kubernetes looks a name up
// there, so a wrong one never works; a number is used as it is, and may well be open.
func reportUndeclared(f *rule.Finder, at manifest.Place, port intstr.IntOrString, who, hint string) {
	if port.Type == intstr.Int {
		f.As(rule.Note).Report(at, hint+", or see that the program listens there", "port %s is not among the declared ports of %s", port.String(), who)
		return
	}
	f.Report(at, hint, "port %q is not among the declared ports of %s", port.String(), who)
}

var probePorts = row{Rule: rule.Rule{
	ID: "EF313", Severity: rule.Error, Title: "a probe asks a port that the container does not declare",
	Why:     "a name that no port has is an error: the probe never succeeds, so the pod is never ready or is killed again and again; a number may be open without being declared, so that is a note",
	Example: "ports: [{name: web, containerPort: 8008}]\nreadinessProbe: {httpGet: {path: /healthcheck/v1/status, port: http}}",
	Fix:     "readinessProbe: {httpGet: {path: /healthcheck/v1/status, port: web}}",
}, Check: findProbePorts}

func findProbePorts(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		for _, c := range w.Containers() {
			for _, probe := range c.Probes() {
				if port, field := probe.Port(); port != nil && !opens([]manifest.Container{c}, *port) {
					reportUndeclared(f, w.At(field), *port, fmt.Sprintf("container %q", c.Name), "use one of the container's ports")
				}
			}
		}
	}
}

var servicePorts = row{Rule: rule.Rule{
	ID: "EF314", Severity: rule.Error, Title: "a Service sends to a port that its pods do not declare",
	Why:     "a name that no port has is an error: connections to that port of the Service are refused; a number may be open without being declared, so that is a note",
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
					reportUndeclared(f, service.At(field), target, "the pods of "+w.Manifest(), "use one of the containers' ports")
				}
			}
		}
	}
}

// A backend is where an Ingress or a Route sends requests.
type backend struct {
	service string
	// fits reports whether a port of the Service is meant; port is that as written, empty if any will do.
	fits func(corev1.ServicePort) bool
	port string
}

// findBackend reports a backend that is no port of a Service in the same namespace.
func findBackend(set *manifest.Set, f *rule.Finder, at manifest.Place, to backend) {
	namespace := at.Object().Namespace
	o := set.Find("", "Service", namespace, to.service)
	if o == nil {
		findDiscoveryBackend(set, f, at, to)
		return
	}
	service := manifest.Value[corev1.Service](o)
	if service != nil && to.port != "" && !slices.ContainsFunc(service.Spec.Ports, to.fits) {
		f.Report(at, "use the name or the number of one of its ports", "Service %q has no port %q", to.service, to.port)
	}
}

// findDiscoveryBackend checks a Service that is not among the manifests: a node may make it.
func findDiscoveryBackend(set *manifest.Set, f *rule.Finder, at manifest.Place, to backend) {
	namespace := at.Object().Namespace
	ports := streaming.DiscoveryPorts(set, namespace, to.service)
	switch {
	case ports == nil:
		f.Report(at, "name one of the Services of the namespace", "Service %q does not exist in namespace %q", to.service, namespace)
	case to.port == "" || slices.ContainsFunc(ports, to.fits):
	case !isNumber(to.port):
		f.As(rule.Note).Report(at, "use the number of the port", "Service %q is made by a node, and how it names its ports is not documented", to.service)
	default:
		f.Report(at, "use 80 for the web server, 2000 for administration", "Service %q, which a node makes for itself, has no port %q", to.service, to.port)
	}
}

func isNumber(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

var backends = row{Rule: rule.Rule{
	ID: "EF315", Severity: rule.Error, Title: "an Ingress or a Route leads nowhere",
	Why:     "every request gets 503: the Service does not exist or has no such port",
	Example: "backend: {service: {name: flow-client, port: {name: http}}}   # the Service's port is named web",
	Fix:     "backend: {service: {name: flow-client, port: {name: web}}}",
}, Check: findBackends}

func findBackends(set *manifest.Set, f *rule.Finder) {
	for _, ingress := range manifest.Each[networkingv1.Ingress](set) {
		findIngressBackend(set, f, ingress, ingress.Value.Spec.DefaultBackend, "spec.defaultBackend")
		for i, host := range ingress.Value.Spec.Rules {
			if host.HTTP == nil {
				continue
			}
			for j := range host.HTTP.Paths {
				field := rule.Index(rule.Index("spec.rules", i)+".http.paths", j) + ".backend"
				findIngressBackend(set, f, ingress, &host.HTTP.Paths[j].Backend, field)
			}
		}
	}
	for _, route := range routes(set) {
		if kind := route.Fields.Scalar("spec", "to", "kind"); kind == "" || kind == "Service" {
			port := route.Fields.Scalar("spec", "port", "targetPort")
			findBackend(set, f, route.At("spec"), backend{route.Fields.Scalar("spec", "to", "name"), func(p corev1.ServicePort) bool {
				// A Route names a port of the Service or of its pods.
				return port == p.Name || port == fmt.Sprint(p.Port) || port == p.TargetPort.String()
			}, port})
		}
	}
}

func findIngressBackend(set *manifest.Set, f *rule.Finder, ingress manifest.Typed[networkingv1.Ingress], to *networkingv1.IngressBackend, field string) {
	if to == nil || to.Service == nil {
		return
	}
	want := to.Service.Port
	port := want.Name
	if port == "" {
		port = fmt.Sprint(want.Number)
	}
	findBackend(set, f, ingress.At(field+".service"), backend{to.Service.Name, func(p corev1.ServicePort) bool {
		return want.Name != "" && p.Name == want.Name || want.Name == "" && p.Port == want.Number
	}, port})
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
