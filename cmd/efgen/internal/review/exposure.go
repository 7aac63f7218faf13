package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/manifest"
)

// exposure orders the types of Services by who reaches them.
func exposure(s *corev1.Service) int {
	if s == nil {
		return 0
	}
	return max(slices.Index([]corev1.ServiceType{corev1.ServiceTypeClusterIP, corev1.ServiceTypeNodePort, corev1.ServiceTypeLoadBalancer}, s.Spec.Type), 0)
}

var exposedService = row{Rule: rule.Rule{
	ID: "ER204", Title: "a Service is open to more",
	Why:     "clients outside of the cluster can reach a port on every worker, or a load balancer's address",
	Example: "service: {type: NodePort, nodePort: 31008}   # where it was ClusterIP",
	Fix:     "service: {type: ClusterIP}",
}, Check: findExposedService}

func findExposedService(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		old, new := value[corev1.Service](d.old), value[corev1.Service](d.new)
		if new == nil {
			continue
		}
		if new.Spec.Type == corev1.ServiceTypeExternalName && (old == nil || old.Spec.Type != new.Spec.Type || old.Spec.ExternalName != new.Spec.ExternalName) {
			f.Report(d.at("spec.externalName"), "", "whoever asks for %s is sent to %s, outside of what the manifests show", new.Name, new.Spec.ExternalName)
		}
		switch where := []string{"", "on every worker", "at a load balancer's address"}[exposure(new)]; {
		case exposure(new) > exposure(old):
			f.Report(d.at("spec.type"), "", "clients outside of the cluster reach %s %s", new.Name, where)
		case where != "":
			addPorts(f, d, old, new, where)
			addPods(f, d, old, new, where)
		}
		addSources(f, d, old, new)
	}
}

// addPorts finds the ports that an open Service did not open before.
func addPorts(f *rule.Finder, d *difference, old, new *corev1.Service, where string) {
	before := map[target]bool{}
	for _, port := range old.Spec.Ports {
		before[targetOf(port)] = true
	}
	for i, port := range new.Spec.Ports {
		if !before[targetOf(port)] {
			f.Report(d.at(rule.Index("spec.ports", i)), "", "clients outside of the cluster reach port %d of %s %s", port.Port, new.Name, where)
		}
	}
}

// A target is what a port of a Service leads to.
type target struct {
	port     intstr.IntOrString
	protocol corev1.Protocol
}

// targetOf fills in what the API server does.
func targetOf(port corev1.ServicePort) target {
	t := target{port.TargetPort, cmp.Or(port.Protocol, corev1.ProtocolTCP)}
	if t.port == intstr.FromInt32(0) || t.port == intstr.FromString("") {
		t.port = intstr.FromInt32(port.Port)
	}
	return t
}

// addPods finds an open Service that leads to pods which it did not lead to before.
func addPods(f *rule.Finder, d *difference, old, new *corev1.Service, where string) {
	// Without a selector the Service leads where somebody else says.
	if len(new.Spec.Selector) == 0 {
		return
	}
	before := &metav1.LabelSelector{MatchLabels: old.Spec.Selector}
	if len(old.Spec.Selector) == 0 || !selectorCovers(before, &metav1.LabelSelector{MatchLabels: new.Spec.Selector}) {
		f.Report(d.at("spec.selector"), "", "clients outside of the cluster reach other pods than before by %s %s", new.Name, where)
	}
}

// addSources finds addresses and sources that a Service did not accept before.
func addSources(f *rule.Finder, d *difference, old, new *corev1.Service) {
	if old == nil {
		old = &corev1.Service{}
	}
	for i, ip := range new.Spec.ExternalIPs {
		if !slices.Contains(old.Spec.ExternalIPs, ip) {
			f.Report(d.at(rule.Index("spec.externalIPs", i)), "", "clients outside of the cluster reach %s at %s", new.Name, ip)
		}
	}
	sources := old.Spec.LoadBalancerSourceRanges
	if len(sources) == 0 || exposure(new) < 2 || exposure(old) < 2 {
		return
	}
	if len(new.Spec.LoadBalancerSourceRanges) == 0 {
		f.Report(d.at("spec.loadBalancerSourceRanges"), "", "everybody reaches the load balancer of %s", new.Name)
	}
	for i, source := range new.Spec.LoadBalancerSourceRanges {
		if !slices.ContainsFunc(sources, func(was string) bool { return manifest.NetworkCovers(was, source) }) {
			f.Report(d.at(rule.Index("spec.loadBalancerSourceRanges", i)), "", "all of %s reaches the load balancer of %s", source, new.Name)
		}
	}
}

// A publishedHost is a name under which clients outside reach the environment.
type publishedHost struct{ host, field string }

// hostsOf are those of an Ingress or a Route; the empty one means every name.
func hostsOf(o *manifest.Object) (all []publishedHost) {
	if o == nil {
		return nil
	}
	if ingress := manifest.Value[networkingv1.Ingress](o); ingress != nil {
		for i, r := range ingress.Spec.Rules {
			all = append(all, publishedHost{r.Host, rule.Index("spec.rules", i) + ".host"})
		}
		if ingress.Spec.DefaultBackend != nil {
			all = append(all, publishedHost{"", "spec.defaultBackend"})
		}
	}
	// A Route without a host is given one by the cluster, as its name says.
	if o.Kind == "Route" && o.APIVersion == manifest.OpenShiftRoute {
		all = append(all, publishedHost{cmp.Or(o.Fields.Text("spec", "host"), fmt.Sprintf("%s-%s.*", o.Name, o.Namespace)), "spec.host"})
	}
	return all
}

var newHost = row{Rule: rule.Rule{
	ID: "ER205", Title: "a new host of an Ingress or a Route",
	Why:     "clients outside of the cluster can reach the nodes by a new name",
	Example: "ingress: {host: flow.example.com}   # where there was none",
	Fix:     "leave ingress out as long as nobody outside needs it",
}, Check: findNewHost}

func findNewHost(c *comparison, f *rule.Finder) {
	before := sync.OnceValue(func() map[string]bool {
		hosts := map[string]bool{}
		for _, o := range c.old.Objects() {
			for _, published := range hostsOf(o) {
				hosts[published.host] = true
			}
		}
		return hosts
	})
	for _, d := range c.differences {
		for _, published := range hostsOf(sourceOf(d.new)) {
			if was := before(); !was[""] && !was[published.host] && !was[wildcard(published.host)] {
				f.Report(d.at(published.field), "", "clients outside of the cluster reach %s by %s", d.new.title(), cmp.Or(published.host, "any name"))
			}
		}
	}
}

// wildcard is the wildcard host that matches a host: an asterisk matches one label.
func wildcard(host string) string {
	_, domain, _ := strings.Cut(host, ".")
	return "*." + domain
}
