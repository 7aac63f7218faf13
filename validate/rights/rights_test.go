package rights_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rights"
)

// of reads a file with roles and bindings.
func of(text string) *rights.Rights {
	return rights.Of(manifest.NewSet([]manifest.File{{Path: "all.yaml", Data: []byte(text)}}, manifest.Facts{}))
}

const aggregating = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: nodes}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: nodes}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: nodes}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: nodes}
subjects: [{kind: ServiceAccount, name: flow, namespace: production}]
`

func part(name, labels, rest string) string {
	return "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: " + name + ", labels: {" + labels + "}}\n" + rest + "\n"
}

func TestARoleHasTheRulesThatItAggregates(t *testing.T) {
	pods := "rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]"
	for name, c := range map[string]struct {
		parts     string
		resources []string
		elsewhere bool
	}{
		"one":                {part("a", "to: nodes", pods), []string{"pods"}, false},
		"another label":      {part("a", "to: people", pods), nil, true},
		"none":               {"", nil, true},
		"through another":    {part("a", "to: nodes", "aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: a}}]}") + part("b", "to: a", pods), []string{"pods"}, false},
		"one that is a loop": {part("a", "to: nodes", "aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: nodes}}]}") + part("b", "to: nodes", pods), []string{"pods"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			bindings := of(aggregating + c.parts).Bindings
			require.Len(t, bindings, 1)
			require.NotNil(t, bindings[0].Role)
			assert.Equal(t, c.elsewhere, bindings[0].Role.Elsewhere)
			var resources []string
			for _, rule := range bindings[0].Role.Rules {
				resources = append(resources, rule.Resources...)
			}
			assert.Equal(t, c.resources, resources)
		})
	}
}

func TestSubjectsAreWhomTheAPIServerKnows(t *testing.T) {
	r := of(`
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: a, namespace: production}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}
subjects: [{kind: ServiceAccount, name: flow}, {kind: User, name: "system:serviceaccount:production:flow"}, {kind: Group, name: people}]
---
apiVersion: authorization.openshift.io/v1
kind: RoleBinding
metadata: {name: b, namespace: production}
roleRef: {name: a, namespace: production}
userNames: [anna]
groupNames: ["system:serviceaccounts:staging"]
`)
	require.Len(t, r.Bindings, 2)
	assert.Equal(t, []rights.Grantee{{Kind: "Group", Name: "people"}, {Kind: "User", Name: "system:serviceaccount:production:flow"}}, r.Bindings[0].Grantees())
	assert.Equal(t, "production", r.Bindings[0].Scope)
	assert.Equal(t, []rights.Subject{{Kind: "User", Name: "anna", Field: "userNames[0]"}, {Kind: "Group", Name: "system:serviceaccounts:staging", Field: "groupNames[0]"}}, r.Bindings[1].Subjects)
	assert.Equal(t, rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "a"}, r.Bindings[1].Ref)

	group := r.Bindings[1].Subjects[1]
	assert.True(t, group.Includes("staging", "flow"))
	assert.False(t, group.Includes("production", "flow"))
	namespace, name, ok := r.Bindings[0].Subjects[0].Account()
	assert.Equal(t, []any{"production", "flow", true}, []any{namespace, name, ok})
	_, _, ok = group.Account()
	assert.False(t, ok)
}

func TestMissingRightsAreSingleOnes(t *testing.T) {
	held := []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get"}}}
	wanted := []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get", "list"}}}
	missing, ok := rights.Missing(held, wanted)
	assert.True(t, ok)
	assert.Equal(t, []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"list"}}}, missing)
	assert.True(t, rights.Covers(rights.Everything, wanted))
	assert.False(t, rights.Covers(held, wanted))
}
