package refused

import (
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

func checkRole(f *rule.Finder, role *rbacv1.Role, at manifest.Place) {
	checkRules(f, role.Rules, true, at.Below("rules"))
}

func checkClusterRole(f *rule.Finder, role *rbacv1.ClusterRole, at manifest.Place) {
	checkRules(f, role.Rules, false, at.Below("rules"))
}

func checkRules(f *rule.Finder, rules []rbacv1.PolicyRule, namespaced bool, at manifest.Place) {
	for i, one := range rules {
		where := at.Item(i)
		urls := len(one.NonResourceURLs) > 0
		switch {
		case urls && namespaced:
			f.Report(where.Below("nonResourceURLs"), "use a ClusterRole", "a Role covers no nonResourceURLs")
		case urls && len(one.APIGroups)+len(one.Resources)+len(one.ResourceNames) > 0:
			f.Report(where.Below("nonResourceURLs"), "make them two rules", "the rule has nonResourceURLs beside resources")
		}
		if urls {
			continue
		}
		if len(one.APIGroups) == 0 {
			f.Report(where.Below("apiGroups"), `add it; [""] is the core group`, "the rule names no API group")
		}
		if len(one.Resources) == 0 {
			f.Report(where.Below("resources"), "name at least one resource", "the rule names no resources")
		}
	}
}

func checkRoleBinding(f *rule.Finder, binding *rbacv1.RoleBinding, at manifest.Place) {
	checkSubjects(f, binding.Subjects, at.Below("subjects"))
}

func checkClusterRoleBinding(f *rule.Finder, binding *rbacv1.ClusterRoleBinding, at manifest.Place) {
	if binding.RoleRef.Kind == "Role" {
		f.Report(at.Below("roleRef.kind"), "use ClusterRole, or a RoleBinding", "a ClusterRoleBinding grants a ClusterRole, not a Role")
	}
	checkSubjects(f, binding.Subjects, at.Below("subjects"))
}

// checkSubjects leaves a namespace that is missing to EF308.
func checkSubjects(f *rule.Finder, subjects []rbacv1.Subject, at manifest.Place) {
	for i, one := range subjects {
		where := at.Item(i)
		group := rbacv1.GroupName
		if one.Kind == rbacv1.ServiceAccountKind {
			group = ""
			if one.Name != "" {
				subdomain.check(f, one.Name, where.Below("name"))
			}
		}
		if one.APIGroup != "" && one.APIGroup != group {
			f.Report(where.Below("apiGroup"), "leave it out", "apiGroup is %q, which a %s does not have", one.APIGroup, one.Kind)
		}
	}
}
