package rights

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/manifest"
)

// AggregationLabels begin the labels by which Kubernetes adds the rules of a ClusterRole
// to one of its own (https://kubernetes.io/docs/reference/access-authn-authz/rbac/).
const AggregationLabels = "rbac.authorization.k8s.io/"

// userRoles are the ClusterRoles of every cluster that people are given, each with those
// whose aggregation labels add to it.
var userRoles = map[string][]string{
	"view": {"view"}, "edit": {"view", "edit"}, "admin": {"view", "edit", "admin"}, "cluster-admin": nil,
}

// IsBuiltIn reports whether every cluster has a role of its own with that name. The
// namespace is that of a Role.
func IsBuiltIn(kind, namespace, name string) bool {
	_, isUserRole := userRoles[name]
	switch {
	case strings.HasPrefix(name, "system:"):
		return kind == "ClusterRole" || slices.Contains([]string{"kube-system", "kube-public"}, namespace)
	case kind == "ClusterRole":
		return isUserRole
	}
	return namespace == "kube-system" && name == "extension-apiserver-authentication-reader"
}

// IsBuiltInBinding reports whether every cluster has a binding of its own with that name.
func IsBuiltInBinding(kind, name string) bool {
	return strings.HasPrefix(name, "system:") || kind == "ClusterRoleBinding" && name == "cluster-admin"
}

// AddedTo are the rules that the manifests add to a ClusterRole of Kubernetes' own, by
// aggregation labels.
func AddedTo(set *manifest.Set, clusterRole string) (rules []rbacv1.PolicyRule) {
	all := Of(set)
	for _, role := range manifest.Each[rbacv1.ClusterRole](set) {
		adds := func(to string) bool { return role.Value.Labels[AggregationLabels+"aggregate-to-"+to] == "true" }
		if slices.ContainsFunc(userRoles[clusterRole], adds) {
			if resolved := all.RoleOf(role.Object); resolved != nil {
				rules = append(rules, resolved.Rules...)
			}
		}
	}
	return rules
}
