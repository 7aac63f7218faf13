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

// WebExposures are the ways to the node's web server: by Services, Ingresses and Routes, each
// in the order of the files. The list is kept for all who ask: nobody may change it.
func (n *Node) WebExposures() []Exposure { return manifest.Index(n.set, findExposures)[n] }

type exposures map[*Node][]Exposure

func findExposures(set *manifest.Set) exposures {
	all := exposures{}
	for _, service := range manifest.Each[corev1.Service](set) {
		field := ""
		switch spec := service.Value.Spec; {
		case spec.Type == corev1.ServiceTypeNodePort || spec.Type == corev1.ServiceTypeLoadBalancer:
			field = "spec.type"
		case len(spec.ExternalIPs) > 0:
			field = "spec.externalIPs"
		default:
			continue
		}
		for _, way := range webPortsOf(set, service.Object) {
			all[way.Node] = append(all[way.Node], Exposure{At: service.At(field)})
		}
	}
	for _, ingress := range manifest.Each[networkingv1.Ingress](set) {
		all.addIngress(set, ingress)
	}
	for _, o := range set.Objects() {
		if o.APIVersion == manifest.OpenShiftRoute && o.Kind == "Route" {
			all.addRoute(set, o)
		}
	}
	return all
}

// webPorts are the ports of a Service that lead to a node's web server, at least one.
type webPorts struct {
	*Node
	ports []corev1.ServicePort
}

// webPortsOf are those of all nodes behind a Service, which may be nil.
func webPortsOf(set *manifest.Set, o *manifest.Object) (all []webPorts) {
	service := manifest.Value[corev1.Service](o)
	if service == nil {
		return nil
	}
	nodes := manifest.Index(set, nodesByWorkload)
	for _, w := range set.ServedBy(manifest.Typed[corev1.Service]{Object: o, Value: service}) {
		n := nodes[w]
		if n == nil {
			continue
		}
		if ports := slices.DeleteFunc(slices.Clone(service.Spec.Ports), func(p corev1.ServicePort) bool { return !n.isWeb(p) }); len(ports) > 0 {
			all = append(all, webPorts{n, ports})
		}
	}
	return all
}

func nodesByWorkload(set *manifest.Set) map[*manifest.Workload]*Node {
	all := map[*manifest.Workload]*Node{}
	for _, n := range NodesOf(set) {
		all[n.Workload] = n
	}
	return all
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

func (e exposures) addIngress(set *manifest.Set, ingress manifest.Typed[networkingv1.Ingress]) {
	add := func(host, field string, to *networkingv1.IngressBackend) {
		if to == nil || to.Service == nil {
			return
		}
		for _, n := range webBackends(set, ingress.Namespace, to.Service) {
			e[n] = append(e[n], Exposure{ingress.At(field), encrypts(ingress.Value.Spec.TLS, host)})
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
}

// webBackends are the nodes to whose web servers a backend leads. It may be the Service that a
// node makes for itself, too.
func webBackends(set *manifest.Set, namespace string, to *networkingv1.IngressServiceBackend) (all []*Node) {
	ways := webPortsOf(set, set.Find("", "Service", namespace, to.Name))
	if maker := discoveryMaker(set, namespace, to.Name); maker != nil {
		ways = []webPorts{{maker, maker.discoveryPorts()[:1]}}
	}
	for _, way := range ways {
		if slices.ContainsFunc(way.ports, func(p corev1.ServicePort) bool {
			return to.Port.Name != "" && to.Port.Name == p.Name || to.Port.Name == "" && to.Port.Number == p.Port
		}) {
			all = append(all, way.Node)
		}
	}
	return all
}

func (e exposures) addRoute(set *manifest.Set, route *manifest.Object) {
	target := route.Fields.Scalar("spec", "port", "targetPort")
	encrypted := route.Fields.Scalar("spec", "tls", "termination") != "" && route.Fields.Scalar("spec", "tls", "insecureEdgeTerminationPolicy") != "Allow"
	for _, way := range webPortsOf(set, set.Find("", "Service", route.Namespace, route.Fields.Scalar("spec", "to", "name"))) {
		if slices.ContainsFunc(way.ports, func(p corev1.ServicePort) bool {
			return target == "" || target == p.Name || target == strconv.Itoa(int(p.Port)) || target == p.TargetPort.String()
		}) {
			e[way.Node] = append(e[way.Node], Exposure{route.At("spec.to"), encrypted})
		}
	}
}

// encrypts reports whether the certificates of an Ingress are for a host; one that names
// no hosts is for all.
func encrypts(certificates []networkingv1.IngressTLS, host string) bool {
	_, domain, _ := strings.Cut(host, ".")
	return slices.ContainsFunc(certificates, func(c networkingv1.IngressTLS) bool {
		return len(c.Hosts) == 0 || slices.Contains(c.Hosts, host) || host != "" && slices.Contains(c.Hosts, "*."+domain)
	})
}
