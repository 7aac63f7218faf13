package fit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schemas"
)

// ClashingObject is broken by two environments of one cluster.
var ClashingObject = rule.Rule{
	ID: "EF326", Severity: rule.Error, Title: "one object in two environments of a cluster",
	Why:     "both environments write the object: whoever syncs last wins, and removing one environment removes the object of the other",
	Example: "cluster: {name: shared}\nrbac: {roleName: service-update}   # the same in staging.yaml and production.yaml",
	Fix:     "rbac: {roleName: service-update-production}",
}

var objectTwice = row{Rule: rule.Rule{
	ID: "EF320", Severity: rule.Error, Title: "one object twice",
	Why:     "the second manifest overwrites the first at every sync",
	Example: "# extra/service.yaml and flow/service.yaml both hold Service flow",
	Fix:     "keep one, or name the other differently",
}, Check: func(set *manifest.Set, f *rule.Finder) { findTwice(objectClaims(set), f) }}

var clashingNodePort = rule.Rule{
	ID: "EF327", Severity: rule.Error, Title: "one node port claimed twice",
	Why:     "a node port belongs to one Service of the cluster; the API server refuses the second",
	Example: "ports: [{name: sb, port: 10000, nodePort: 31000}]   # the same in another Service of the cluster",
	Fix:     "ports: [{name: sb, port: 10000, nodePort: 31001}]",
}

var nodePortTwice = row{
	Rule:  clashingNodePort,
	Check: func(set *manifest.Set, f *rule.Finder) { findTwice(nodePortClaims(set), f) },
}

var clashingHost = rule.Rule{
	ID: "EF328", Severity: rule.Error, Title: "one host and path claimed twice",
	Why:     "the controller serves one of the two and ignores the other, or mixes their traffic",
	Example: "ingress: {host: flow.example.com}   # the same in another application or environment of the cluster",
	Fix:     "ingress: {host: flow-staging.example.com}",
}

var hostTwice = row{
	Rule:  clashingHost,
	Check: func(set *manifest.Set, f *rule.Finder) { findTwice(hostClaims(set), f) },
}

// A Claim is something of which a cluster has only one.
type Claim struct {
	// Rule is the one that two environments of a cluster break by the same claim.
	Rule rule.Rule
	// What is claimed, as messages name it.
	What string
	At   manifest.Place
}

// Claims are all that the objects of a Set claim in their cluster.
func Claims(set *manifest.Set) []Claim {
	return slices.Concat(objectClaims(set), nodePortClaims(set), hostClaims(set))
}

// CanClash reports whether problems of a rule are also found between environments.
func CanClash(id string) bool {
	return slices.Contains([]string{ClashingObject.ID, clashingNodePort.ID, clashingHost.ID}, id)
}

func objectClaims(set *manifest.Set) []Claim {
	var all []Claim
	for _, o := range set.Objects() {
		if o.Name == "" {
			continue
		}
		what := o.Kind + " " + strconv.Quote(o.Name)
		if o.Group() != "" {
			what += " of " + o.Group()
		}
		if o.Namespace != "" && o.Scope != schemas.InCluster {
			what += " in namespace " + strconv.Quote(o.Namespace)
		}
		all = append(all, Claim{ClashingObject, what, o.At("metadata.name")})
	}
	return all
}

func nodePortClaims(set *manifest.Set) []Claim {
	var all []Claim
	for _, service := range manifest.Each[corev1.Service](set) {
		for i, port := range service.Value.Spec.Ports {
			if port.NodePort != 0 {
				what := fmt.Sprintf("node port %d/%s", port.NodePort, cmp.Or(port.Protocol, corev1.ProtocolTCP))
				all = append(all, Claim{clashingNodePort, what, service.At(rule.Index("spec.ports", i) + ".nodePort")})
			}
		}
	}
	return all
}

// nginxCanary gives an Ingress a part of the traffic of another one, on whose
// host and path it has to be.
const nginxCanary = "nginx.ingress.kubernetes.io/canary"

func hostClaims(set *manifest.Set) []Claim {
	var all []Claim
	add := func(host, path string, at manifest.Place) {
		if host != "" {
			what := fmt.Sprintf("host %q with path %q", strings.ToLower(host), cmp.Or(path, "/"))
			all = append(all, Claim{clashingHost, what, at})
		}
	}
	for _, ingress := range manifest.Each[networkingv1.Ingress](set) {
		if canary, _ := ingress.Annotation(nginxCanary); canary == "true" {
			continue
		}
		for i, r := range ingress.Value.Spec.Rules {
			if r.HTTP == nil {
				continue
			}
			for _, path := range r.HTTP.Paths {
				add(r.Host, path.Path, ingress.At(rule.Index("spec.rules", i)+".host"))
			}
		}
	}
	for _, route := range routes(set) {
		host, path := route.Fields.Scalar("spec", "host"), route.Fields.Scalar("spec", "path")
		add(host, path, route.At("spec.host"))
	}
	return all
}

// findTwice reports what is claimed more than once in one environment.
func findTwice(claims []Claim, f *rule.Finder) {
	first := map[string]manifest.Place{}
	for _, claim := range claims {
		other, taken := first[claim.What]
		if !taken {
			first[claim.What] = claim.At
			continue
		}
		f.Report(claim.At, "keep one of the two", "%s is claimed by %s of %s, too", claim.What, other.Manifest(), other.File())
	}
}
