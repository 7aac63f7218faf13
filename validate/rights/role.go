package rights

import (
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/efgen/efgen/validate/manifest"
)

// roles are those that the manifests hold. Of two with one name the last counts.
func roles(set *manifest.Set) map[roleKey]*Role {
	all := map[roleKey]*Role{}
	clusterRoles := manifest.Each[rbacv1.ClusterRole](set)
	for _, role := range clusterRoles {
		all[keyOf(role.Object)] = resolve(role, clusterRoles)
	}
	for _, role := range manifest.Each[rbacv1.Role](set) {
		all[keyOf(role.Object)] = &Role{Object: role.Object, Rules: role.Value.Rules, Parts: []*manifest.Object{role.Object}}
	}
	return all
}

// resolve fills in what a role aggregates, as the cluster's controller does: the rules of
// all ClusterRoles with the labels, in the place of its own. Those may aggregate others.
func resolve(role manifest.Typed[rbacv1.ClusterRole], among []manifest.Typed[rbacv1.ClusterRole]) *Role {
	found := &Role{Object: role.Object}
	visited := map[*manifest.Object]bool{}
	var visit func(role manifest.Typed[rbacv1.ClusterRole])
	visit = func(role manifest.Typed[rbacv1.ClusterRole]) {
		if visited[role.Object] {
			return
		}
		visited[role.Object] = true
		found.Parts = append(found.Parts, role.Object)
		if role.Value.AggregationRule == nil {
			found.Rules = append(found.Rules, role.Value.Rules...)
			return
		}
		for _, selector := range role.Value.AggregationRule.ClusterRoleSelectors {
			selects := matcher(selector)
			for _, other := range among {
				if selects(other.Value.Labels) {
					visit(other)
				}
			}
		}
	}
	visit(role)
	found.Elsewhere = role.Value.AggregationRule != nil && len(found.Parts) == 1
	return found
}

func matcher(selector metav1.LabelSelector) func(map[string]string) bool {
	s, err := metav1.LabelSelectorAsSelector(&selector)
	return func(set map[string]string) bool { return err == nil && s.Matches(labels.Set(set)) }
}
