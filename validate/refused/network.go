package refused

import (
	"net/netip"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// checkInPath are what an Ingress path of the types Exact and Prefix must not hold.
var refusedInPath = []string{"//", "/./", "/../", "%2f", "%2F"}

func checkIngress(f *rule.Finder, ingress *networkingv1.Ingress, at manifest.Place) {
	spec := &ingress.Spec
	if spec.DefaultBackend == nil && len(spec.Rules) == 0 {
		f.Report(at.Below("spec"), "add rules, or a defaultBackend", "the Ingress has neither rules nor a defaultBackend")
	}
	for i, one := range spec.Rules {
		where := at.Below("spec.rules").Item(i)
		checkHost(f, one.Host, where.Below("host"))
		if one.HTTP != nil && len(one.HTTP.Paths) == 0 {
			f.Report(where.Below("http.paths"), "add a path, or leave http out", "the rule has no paths")
		}
	}
	for i, one := range spec.TLS {
		for j, host := range one.Hosts {
			checkHost(f, host, at.Below("spec.tls").Item(i).Below("hosts").Item(j))
		}
	}
}

func checkIngressBackend(f *rule.Finder, backend *networkingv1.IngressBackend, at manifest.Place) {
	switch n := sources(*backend); {
	case n != 1:
		f.Report(at, "name a service or a resource", "the backend has %d targets, and must have one", n)
		return
	case backend.Resource != nil:
		return
	}
	port := backend.Service.Port
	if (port.Name == "") == (port.Number == 0) {
		f.Report(at.Below("service.port"), "name either the name or the number of a port of the Service", "the backend needs one of name and number of a port")
	}
}

func checkHost(f *rule.Finder, host string, at manifest.Place) {
	if host == "" {
		return
	}
	valid := validation.IsDNS1123Subdomain
	if strings.Contains(host, "*") {
		valid = validation.IsWildcardDNS1123Subdomain
	}
	if len(validation.IsValidIPForLegacyField(nil, host, false, nil)) == 0 {
		f.Report(at, "use a DNS name, or leave the host out to serve every host", "host %q is an IP address, and must be a DNS name", host)
	} else if len(valid(host)) > 0 {
		f.Report(at, "use lower case letters, digits, dashes and dots, and * as the first label only", "host %q is no DNS name", host)
	}
}

func checkPath(f *rule.Finder, route *networkingv1.HTTPIngressPath, at manifest.Place) {
	at = at.Below("path")
	kind := networkingv1.PathTypeImplementationSpecific
	if route.PathType != nil {
		kind = *route.PathType
	}
	strict := kind == networkingv1.PathTypeExact || kind == networkingv1.PathTypePrefix
	name := route.Path
	if !strings.HasPrefix(name, "/") && (strict || name != "") {
		f.Report(at, "begin it with a slash", "path %q is not absolute", name)
	}
	if !strict {
		return
	}
	for _, part := range refusedInPath {
		if strings.Contains(name, part) {
			f.Report(at, "write the path in its shortest form", "path %q of type %s holds %q", name, kind, part)
		}
	}
	if strings.HasSuffix(name, "/..") || strings.HasSuffix(name, "/.") {
		f.Report(at, "write the path in its shortest form", "path %q of type %s ends in dots", name, kind)
	}
}

func checkPolicyPort(f *rule.Finder, port *networkingv1.NetworkPolicyPort, at manifest.Place) {
	checkTarget(f, port.Port, at.Below("port"))
	switch last := port.EndPort; {
	case last == nil:
	case port.Port == nil || port.Port.Type == intstr.String:
		f.Report(at.Below("endPort"), "add a port with a number, or leave endPort out", "endPort needs a port with a number")
	case *last < port.Port.IntVal:
		f.Report(at.Below("endPort"), "use a number from the port on", "endPort is %d, and below the port %d", *last, port.Port.IntVal)
	}
}

func checkPeer(f *rule.Finder, peer *networkingv1.NetworkPolicyPeer, at manifest.Place) {
	block := peer.IPBlock
	switch n := sources(*peer); {
	case n == 0:
		f.Report(at, "name a podSelector, a namespaceSelector or an ipBlock, or leave the whole list out to allow everyone", "the peer is empty")
	case block != nil && n > 1:
		f.Report(at, "make them two peers", "the peer has an ipBlock beside a selector")
	}
	if block == nil {
		return
	}
	if !checkCIDR(f, block.CIDR, at.Below("ipBlock.cidr")) {
		return
	}
	for i, except := range block.Except {
		where := at.Below("ipBlock.except").Item(i)
		if checkCIDR(f, except, where) && !inside(except, block.CIDR) {
			f.Report(where, "except a part of ipBlock.cidr", "network %q is no part of %q", except, block.CIDR)
		}
	}
}

// checkCIDR reports whether a network is one; bits of a host in it may pass.
func checkCIDR(f *rule.Finder, network string, at manifest.Place) (valid bool) {
	if valid = len(validation.IsValidCIDRForLegacyField(nil, network, false, nil)) == 0; !valid {
		f.Report(at, "write it as in 10.1.0.0/16", "%q is no network", network)
	}
	return valid
}

// inside reports whether a network is a part of another, and smaller; one that is
// written in an old way is taken for it.
func inside(part, whole string) bool {
	p, err := netip.ParsePrefix(part)
	w, wholeErr := netip.ParsePrefix(whole)
	if err != nil || wholeErr != nil {
		return true
	}
	return w.Bits() < p.Bits() && w.Contains(p.Masked().Addr())
}
