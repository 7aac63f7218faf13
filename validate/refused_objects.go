package validate

import (
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// refusedClaim judges a claim; that of a template is refused when the pod gets it.
func refusedClaim(r *report, claim *corev1.PersistentVolumeClaimSpec, at place) {
	modes := claim.AccessModes
	switch {
	case len(modes) == 0:
		r.add(at.below("accessModes"), "add accessModes: [ReadWriteOnce], or what the storage offers", "the claim names no access mode")
	case slices.Contains(modes, corev1.ReadWriteOncePod) && slices.ContainsFunc(modes, func(m corev1.PersistentVolumeAccessMode) bool { return m != corev1.ReadWriteOncePod }):
		r.add(at.below("accessModes"), "keep ReadWriteOncePod alone, or leave it out", "the claim names ReadWriteOncePod beside other access modes")
	}
	for i, mode := range modes {
		refusedWord(r, mode, at.below("accessModes").item(i), corev1.ReadWriteOnce, corev1.ReadOnlyMany, corev1.ReadWriteMany, corev1.ReadWriteOncePod)
	}
	size := at.below("resources.requests").entry(string(corev1.ResourceStorage))
	if storage, set := claim.Resources.Requests[corev1.ResourceStorage]; !set {
		r.add(size, "add resources.requests.storage", "the claim does not say how much storage it wants")
	} else if storage.Sign() <= 0 {
		r.add(size, "use an amount above 0", "the claim wants %s of storage", storage.String())
	}
}

// refusedInPath are what an Ingress path of the types Exact and Prefix must not hold.
var refusedInPath = []string{"//", "/./", "/../", "%2f", "%2F"}

func refusedIngress(r *report, ingress typed[networkingv1.Ingress]) {
	for i, host := range ingress.value.Spec.Rules {
		at := ingress.at("spec.rules").item(i)
		refusedHost(r, host.Host, at.below("host"))
		if host.HTTP == nil {
			continue
		}
		for j, route := range host.HTTP.Paths {
			refusedPath(r, route, at.below("http.paths").item(j).below("path"))
		}
	}
}

func refusedHost(r *report, host string, at place) {
	if host == "" {
		return
	}
	valid := validation.IsDNS1123Subdomain
	if strings.Contains(host, "*") {
		valid = validation.IsWildcardDNS1123Subdomain
	}
	if len(validation.IsValidIPForLegacyField(nil, host, false, nil)) == 0 {
		r.add(at, "use a DNS name, or leave the host out to serve every host", "host %q is an IP address, and must be a DNS name", host)
	} else if len(valid(host)) > 0 {
		r.add(at, "use lower case letters, digits, dashes and dots, and * as the first label only", "host %q is no DNS name", host)
	}
}

func refusedPath(r *report, route networkingv1.HTTPIngressPath, at place) {
	kind := networkingv1.PathTypeImplementationSpecific
	if route.PathType != nil {
		kind = *route.PathType
	}
	strict := kind == networkingv1.PathTypeExact || kind == networkingv1.PathTypePrefix
	name := route.Path
	if !strings.HasPrefix(name, "/") && (strict || name != "") {
		r.add(at, "begin it with a slash", "path %q is not absolute", name)
	}
	if !strict {
		return
	}
	for _, part := range refusedInPath {
		if strings.Contains(name, part) {
			r.add(at, "write the path in its shortest form", "path %q of type %s holds %q", name, kind, part)
		}
	}
	if strings.HasSuffix(name, "/..") || strings.HasSuffix(name, "/.") {
		r.add(at, "write the path in its shortest form", "path %q of type %s ends in dots", name, kind)
	}
}

func refusedNetworkPolicy(r *report, policy typed[networkingv1.NetworkPolicy]) {
	for i, ingress := range policy.value.Spec.Ingress {
		for j, peer := range ingress.From {
			refusedPeer(r, peer, policy.at("spec.ingress").item(i).below("from").item(j))
		}
	}
	for i, egress := range policy.value.Spec.Egress {
		for j, peer := range egress.To {
			refusedPeer(r, peer, policy.at("spec.egress").item(i).below("to").item(j))
		}
	}
}

func refusedPeer(r *report, peer networkingv1.NetworkPolicyPeer, at place) {
	block := peer.IPBlock
	switch n := sources(peer); {
	case n == 0:
		r.add(at, "name a podSelector, a namespaceSelector or an ipBlock, or leave the whole list out to allow everyone", "the peer is empty")
	case block != nil && n > 1:
		r.add(at, "make them two peers", "the peer has an ipBlock beside a selector")
	}
	if block == nil {
		return
	}
	if !refusedCIDR(r, block.CIDR, at.below("ipBlock.cidr")) {
		return
	}
	for i, except := range block.Except {
		where := at.below("ipBlock.except").item(i)
		if refusedCIDR(r, except, where) && !inside(except, block.CIDR) {
			r.add(where, "except a part of ipBlock.cidr", "network %q is no part of %q", except, block.CIDR)
		}
	}
}

// refusedCIDR tells whether a network is one; bits of a host in it may pass.
func refusedCIDR(r *report, network string, at place) (valid bool) {
	if valid = len(validation.IsValidCIDRForLegacyField(nil, network, false, nil)) == 0; !valid {
		r.add(at, "write it as in 10.1.0.0/16", "%q is no network", network)
	}
	return valid
}

// inside tells whether a network is a part of another, and smaller; one that is
// written in an old way is taken for it.
func inside(part, whole string) bool {
	p, err := netip.ParsePrefix(part)
	w, wholeErr := netip.ParsePrefix(whole)
	if err != nil || wholeErr != nil {
		return true
	}
	return w.Bits() < p.Bits() && w.Contains(p.Masked().Addr())
}
