package refused

import (
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// checkClaim judges a claim; that of a template is refused when the pod gets it.
func checkClaim(f *rule.Finder, claim *corev1.PersistentVolumeClaimSpec, at manifest.Place) {
	modes := claim.AccessModes
	switch {
	case len(modes) == 0:
		f.Report(at.Below("accessModes"), "add accessModes: [ReadWriteOnce], or what the storage offers", "the claim names no access mode")
	case slices.Contains(modes, corev1.ReadWriteOncePod) && slices.ContainsFunc(modes, func(m corev1.PersistentVolumeAccessMode) bool { return m != corev1.ReadWriteOncePod }):
		f.Report(at.Below("accessModes"), "keep ReadWriteOncePod alone, or leave it out", "the claim names ReadWriteOncePod beside other access modes")
	}
	for i, mode := range modes {
		checkWord(f, mode, at.Below("accessModes").Item(i), corev1.ReadWriteOnce, corev1.ReadOnlyMany, corev1.ReadWriteMany, corev1.ReadWriteOncePod)
	}
	size := at.Below("resources.requests").Entry(string(corev1.ResourceStorage))
	if storage, set := claim.Resources.Requests[corev1.ResourceStorage]; !set {
		f.Report(size, "add resources.requests.storage", "the claim does not say how much storage it wants")
	} else if storage.Sign() <= 0 {
		f.Report(size, "use an amount above 0", "the claim wants %s of storage", storage.String())
	}
}

// checkInPath are what an Ingress path of the types Exact and Prefix must not hold.
var refusedInPath = []string{"//", "/./", "/../", "%2f", "%2F"}

func checkIngress(f *rule.Finder, ingress manifest.Typed[networkingv1.Ingress]) {
	for i, host := range ingress.Value.Spec.Rules {
		at := ingress.At("spec.rules").Item(i)
		checkHost(f, host.Host, at.Below("host"))
		if host.HTTP == nil {
			continue
		}
		for j, route := range host.HTTP.Paths {
			checkPath(f, route, at.Below("http.paths").Item(j).Below("path"))
		}
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

func checkPath(f *rule.Finder, route networkingv1.HTTPIngressPath, at manifest.Place) {
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

func checkNetworkPolicy(f *rule.Finder, policy manifest.Typed[networkingv1.NetworkPolicy]) {
	for i, ingress := range policy.Value.Spec.Ingress {
		for j, peer := range ingress.From {
			checkPeer(f, peer, policy.At("spec.ingress").Item(i).Below("from").Item(j))
		}
	}
	for i, egress := range policy.Value.Spec.Egress {
		for j, peer := range egress.To {
			checkPeer(f, peer, policy.At("spec.egress").Item(i).Below("to").Item(j))
		}
	}
}

func checkPeer(f *rule.Finder, peer networkingv1.NetworkPolicyPeer, at manifest.Place) {
	block := peer.IPBlock
	switch n := sources(peer); {
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
