package rights

import (
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"
)

// maxRights bounds the single rights that rules come to, and MaxSteps what comparing
// them takes: a foreign manifest may multiply them without end.
const (
	maxRights = 100_000
	MaxSteps  = 10_000_000
)

// Discovery is what the product's own Kubernetes sample gives to its nodes, which make
// Services for themselves and find each other through the API.
var Discovery = rbacv1.PolicyRule{
	APIGroups: []string{""},
	Resources: []string{"services", "pods"},
	Verbs:     []string{"get", "list", "watch", "create", "update", "patch", "delete"},
}

// Everything is what cluster-admin may do, in every cluster.
var Everything = []rbacv1.PolicyRule{
	{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}},
	{Verbs: []string{"*"}, NonResourceURLs: []string{"*"}},
}

// Covers reports whether rules give all that others do.
func Covers(held, rules []rbacv1.PolicyRule) bool {
	missing, ok := Missing(held, rules)
	return ok && len(missing) == 0
}

// Missing are the single rights that rules give and held ones do not. It is not ok if
// they are too many to compare.
func Missing(held, rules []rbacv1.PolicyRule) (missing []rbacv1.PolicyRule, ok bool) {
	if n := count(rules); n > maxRights || n*length(held) > MaxSteps {
		return nil, false
	}
	_, missing = validation.Covers(held, rules)
	return missing, true
}

// count is the number of single rights of rules.
func count(rules []rbacv1.PolicyRule) (n int) {
	for _, r := range rules {
		one := 1
		for _, length := range []int{len(r.Verbs), len(r.APIGroups), len(r.Resources), max(len(r.ResourceNames), 1)} {
			if one *= length; one > maxRights {
				return maxRights + 1
			}
		}
		if n += one + len(r.NonResourceURLs)*len(r.Verbs); n > maxRights {
			return n
		}
	}
	return n
}

// length is that of all lists of rules.
func length(rules []rbacv1.PolicyRule) (n int) {
	for _, r := range rules {
		n += len(r.Verbs) + len(r.APIGroups) + len(r.Resources) + len(r.ResourceNames) + len(r.NonResourceURLs)
	}
	return n
}
