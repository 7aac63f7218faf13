package policy

import (
	"slices"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

var openAdministration = row{Rule: rule.Rule{
	ID: "EF534", Severity: rule.Warning, Title: "nodes can be administered from outside",
	Why:     "the web port serves the administration of the node beside its health check, from 10.6 on to every host; without a realm of its own it takes the node's administrator, whose name and password are those of the image",
	Example: "ingress: {host: flow.example.com}   # and no node.webServices.admin",
	Fix:     "node: {webServices: {admin: {realm: operations}}}   # a realm of the archive, or of a file under security.include",
}, Check: findOpenAdministration}

func findOpenAdministration(set *manifest.Set, f *rule.Finder) {
	for _, n := range streaming.NodesOf(set) {
		realm, hasWeb := n.AdminRealm()
		if !hasWeb || realm != "" {
			continue
		}
		for _, way := range onePerObject(n.WebExposures()) {
			f.Report(way.At, "write node.webServices: {admin: {realm: …}}, or except the rule with a reason",
				"clients outside of the cluster can administer the nodes of %s: the web service admin has no realm, so it takes the name and the password of the image", n.Manifest())
		}
	}
}

var plainWeb = row{Rule: rule.Rule{
	ID: "EF535", Severity: rule.Warning, Title: "a web port is reached from outside without TLS",
	Why:     "passwords and data can be read and changed on the way, those of the node's administrator included",
	Example: "ingress: {host: flow.example.com}",
	Fix:     "ingress: {host: flow.example.com, tls: {secretName: flow-tls}}",
}, Check: findPlainWeb}

func findPlainWeb(set *manifest.Set, f *rule.Finder) {
	for _, n := range streaming.NodesOf(set) {
		if _, hasWeb := n.AdminRealm(); !hasWeb {
			continue
		}
		plain := slices.DeleteFunc(slices.Clone(n.WebExposures()), func(way streaming.Exposure) bool { return way.TLS })
		for _, way := range onePerObject(plain) {
			f.Report(way.At, "lead clients through an Ingress or a Route with TLS, or except the rule with a reason",
				"clients outside of the cluster reach the web port of %s without TLS", n.Manifest())
		}
	}
}

// onePerObject keeps the first way of each object: many paths are one decision.
func onePerObject(ways []streaming.Exposure) []streaming.Exposure {
	return slices.CompactFunc(slices.Clone(ways), func(a, b streaming.Exposure) bool { return a.At.Object() == b.At.Object() })
}
