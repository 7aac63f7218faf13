package policy

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rights"
	"github.com/efgen/efgen/validate/rule"
)

var clusterAdmin = row{Rule: rule.Rule{
	ID: "EF507", Severity: rule.Error, Title: "cluster-admin",
	Why:     "whoever breaks into a pod owns the cluster; nodes need Services and pods only",
	Example: "roleRef: {kind: ClusterRole, name: cluster-admin}",
	Fix:     "roleRef: {kind: ClusterRole, name: service-update-production}",
}, Check: findClusterAdmin}

func findClusterAdmin(set *manifest.Set, f *rule.Finder) {
	for _, b := range rights.Of(set).Bindings {
		if b.Ref.Name == "cluster-admin" && b.Ref.Kind == "ClusterRole" {
			f.Report(b.At("roleRef.name"), "bind a role that allows what the nodes need: services and pods", "%s gives cluster-admin", b.Manifest())
		}
	}
}

// eachRule calls with every rule of every role.
func eachRule(set *manifest.Set, visit func(o *manifest.Object, field string, held rbacv1.PolicyRule)) {
	for _, o := range set.Objects() {
		var rules []rbacv1.PolicyRule
		if role := manifest.Value[rbacv1.ClusterRole](o); role != nil {
			rules = role.Rules
		} else if role := manifest.Value[rbacv1.Role](o); role != nil {
			rules = role.Rules
		}
		for i, held := range rules {
			visit(o, rule.Index("rules", i), held)
		}
	}
}

var wildcards = row{Rule: rule.Rule{
	ID: "EF508", Severity: rule.Error, Title: "a role with a wildcard",
	Why:     "a wildcard also covers whatever is added to the cluster later",
	Example: "rules: [{apiGroups: [\"\"], resources: [\"*\"], verbs: [get]}]",
	Fix:     "rules: [{apiGroups: [\"\"], resources: [services, pods], verbs: [get]}]",
}, Check: findWildcards}

func findWildcards(set *manifest.Set, f *rule.Finder) {
	eachRule(set, func(o *manifest.Object, field string, held rbacv1.PolicyRule) {
		for _, list := range []struct {
			name  string
			items []string
		}{{"apiGroups", held.APIGroups}, {"resources", held.Resources}, {"verbs", held.Verbs}, {"nonResourceURLs", held.NonResourceURLs}} {
			for i, item := range list.items {
				if isWildcard(list.name, item) {
					f.Report(o.At(rule.Index(field+"."+list.name, i)), "list what is needed", "%s allows %q of %s", o.Manifest(), item, list.name)
				}
			}
		}
	})
}

// isWildcard reports whether an item stands for more than is written. A path with a
// wildcard at its end is all that is below one path, so only the root's is everything.
func isWildcard(list, item string) bool {
	if list == "nonResourceURLs" {
		return item == "*" || item == "/*"
	}
	return item == "*" || strings.HasPrefix(item, "*/") || strings.HasSuffix(item, "/*")
}

var escalation = row{Rule: rule.Rule{
	ID: "EF509", Severity: rule.Error, Title: "a role that can give itself more",
	Why:     "escalate, bind and impersonate let their holder take any right",
	Example: "rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}]",
	Fix:     "leave the verb out",
}, Check: findEscalation}

func findEscalation(set *manifest.Set, f *rule.Finder) {
	eachRule(set, func(o *manifest.Object, field string, held rbacv1.PolicyRule) {
		for i, verb := range held.Verbs {
			if slices.Contains([]string{"escalate", "bind", "impersonate"}, verb) {
				f.Report(o.At(rule.Index(field+".verbs", i)), "leave the verb out", "%s allows %q, with which its holder can take any right", o.Manifest(), verb)
			}
		}
	})
}

var openShiftRBAC = row{Rule: rule.Rule{
	ID: "EF516", Severity: rule.Warning, Title: "OpenShift's own RBAC",
	Why:     "neither Argo CD nor Flux can sync authorization.openshift.io: it is for `oc apply` by hand only",
	Example: "rbac: {api: openshift}",
	Fix:     "rbac: {api: kubernetes}   # OpenShift takes it as well",
}, Check: findOpenShiftRBAC}

func findOpenShiftRBAC(set *manifest.Set, f *rule.Finder) {
	if set.Facts().GitOps {
		f = f.As(rule.Error)
	}
	for _, o := range set.Objects() {
		if o.APIVersion == manifest.OpenShiftRBAC {
			f.Report(o.At("apiVersion"), "use rbac.api: kubernetes, which OpenShift takes as well", "neither Argo CD nor Flux can sync %s of %s", o.Manifest(), manifest.OpenShiftRBAC)
		}
	}
}
