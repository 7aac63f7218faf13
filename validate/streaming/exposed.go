package streaming

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// AdminRealm is the realm that clients of the node's administration service have to pass,
// empty if no configuration binds one; ok is false for a node without a web server, or
// with configurations that do not read.
func (n *Node) AdminRealm() (realm string, ok bool) {
	all, ok := n.administrations()
	if !ok {
		return "", false
	}
	for _, administration := range all {
		if n.Resolve(administration.Get("webEnable").String()) == "false" {
			return "", false
		}
		bound := administration.Get("webServiceBindings", adminService, "authenticationRealmName")
		realm = cmp.Or(realm, n.Resolve(bound.String()))
	}
	return realm, true
}

// administrations are what the node's configurations say of its administration: those of
// its image, or the file that it is told to deploy, which takes their place. ok is false if
// one does not read.
func (n *Node) administrations() (all []*hocon.Value, ok bool) {
	ok = true
	for _, c := range n.Configurations() {
		deployed := c.IsDeployedBy(n)
		if !deployed && c.At.Object() != nil {
			continue
		}
		var own []*hocon.Value
		nodes := c.Root.Get("configuration", "NodeDeploy", "nodes")
		for _, name := range nodes.Keys() {
			if administration := nodes.Get(name, "communication", "administration"); administration != nil {
				own = append(own, administration)
			}
		}
		if deployed {
			return own, c.Fault == nil
		}
		all, ok = append(all, own...), ok && c.Fault == nil
	}
	return all, ok
}

// An Exposure is a way by which clients outside of the cluster reach a node's web server.
type Exposure struct {
	At manifest.Place
	// TLS says that the way is encrypted, at least up to the cluster.
	TLS bool
}

// WebExposures are the ways to the node's web server, in the order of the files.
func (n *Node) WebExposures() (all []Exposure) {
	for _, service := range n.set.ServicesIn(n.Namespace) {
		if len(n.webPortsOf(service.Value)) == 0 {
			continue
		}
		switch spec := service.Value.Spec; {
		case spec.Type == corev1.ServiceTypeNodePort || spec.Type == corev1.ServiceTypeLoadBalancer:
			all = append(all, Exposure{At: service.At("spec.type")})
		case len(spec.ExternalIPs) > 0:
			all = append(all, Exposure{At: service.At("spec.externalIPs")})
		}
	}
	for _, ingress := range manifest.Each[networkingv1.Ingress](n.set) {
		if ingress.Namespace == n.Namespace {
			all = append(all, n.byIngress(ingress)...)
		}
	}
	for _, o := range n.set.Objects() {
		if o.APIVersion == manifest.OpenShiftRoute && o.Kind == "Route" && o.Namespace == n.Namespace && n.byRoute(o) {
			encrypted := o.Fields.Scalar("spec", "tls", "termination") != "" && o.Fields.Scalar("spec", "tls", "insecureEdgeTerminationPolicy") != "Allow"
			all = append(all, Exposure{o.At("spec.to"), encrypted})
		}
	}
	return all
}

// webPortsOf are the ports of a Service that lead to the node's web server.
func (n *Node) webPortsOf(service *corev1.Service) []corev1.ServicePort {
	if service == nil || !n.ServesSome(service) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(service.Spec.Ports), func(p corev1.ServicePort) bool { return !n.isWeb(p) })
}

func (n *Node) isWeb(p corev1.ServicePort) bool {
	target := cmp.Or(p.TargetPort.StrVal, strconv.Itoa(int(cmp.Or(p.TargetPort.IntVal, p.Port))))
	for _, open := range n.Main.Ports {
		if open.Name == target {
			target = strconv.Itoa(int(open.ContainerPort))
		}
	}
	return target == n.webPort()
}

func (n *Node) byIngress(ingress manifest.Typed[networkingv1.Ingress]) (all []Exposure) {
	add := func(host, field string, to *networkingv1.IngressBackend) {
		if to != nil && to.Service != nil && n.isWebBackend(to.Service) {
			all = append(all, Exposure{ingress.At(field), encrypts(ingress.Value.Spec.TLS, host)})
		}
	}
	add("", "spec.defaultBackend", ingress.Value.Spec.DefaultBackend)
	for i, r := range ingress.Value.Spec.Rules {
		if r.HTTP == nil {
			continue
		}
		for j := range r.HTTP.Paths {
			add(r.Host, rule.Index(rule.Index("spec.rules", i)+".http.paths", j)+".backend", &r.HTTP.Paths[j].Backend)
		}
	}
	return all
}

// isWebBackend knows the Service that a node makes for itself, too.
func (n *Node) isWebBackend(to *networkingv1.IngressServiceBackend) bool {
	ports := n.webPortsOf(manifest.Value[corev1.Service](n.set.Find("", "Service", n.Namespace, to.Name)))
	if n.makes(to.Name) {
		ports = n.discoveryPorts()[:1]
	}
	return slices.ContainsFunc(ports, func(p corev1.ServicePort) bool {
		return to.Port.Name != "" && to.Port.Name == p.Name || to.Port.Name == "" && to.Port.Number == p.Port
	})
}

func (n *Node) byRoute(route *manifest.Object) bool {
	ports := n.webPortsOf(manifest.Value[corev1.Service](n.set.Find("", "Service", n.Namespace, route.Fields.Scalar("spec", "to", "name"))))
	target := route.Fields.Scalar("spec", "port", "targetPort")
	return slices.ContainsFunc(ports, func(p corev1.ServicePort) bool {
		return target == "" || target == p.Name || target == strconv.Itoa(int(p.Port)) || target == p.TargetPort.String()
	})
}

// encrypts reports whether the certificates of an Ingress are for a host; one that names
// no hosts is for all.
func encrypts(certificates []networkingv1.IngressTLS, host string) bool {
	_, domain, _ := strings.Cut(host, ".")
	return slices.ContainsFunc(certificates, func(c networkingv1.IngressTLS) bool {
		return len(c.Hosts) == 0 || slices.Contains(c.Hosts, host) || host != "" && slices.Contains(c.Hosts, "*."+domain)
	})
}
