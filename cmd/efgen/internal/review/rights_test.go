package review

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/validate/manifest"
)

// rightsFound are the sentences of a change of roles and bindings.
func rightsFound(old, new string) (messages []string) {
	side := func(text string) *manifest.Set {
		return manifest.NewSet([]manifest.File{{Path: "rbac/all.yaml", Data: []byte(text)}}, manifest.Facts{Environment: "production", Namespace: "production"})
	}
	c := compare(side(old), side(new))
	c.findRisks()
	for _, d := range c.differences {
		for _, r := range d.risks {
			if r.rule == "ER201" {
				messages = append(messages, d.object().kind+": "+r.message)
			}
		}
	}
	return messages
}

const rbacGroup = "rbac.authorization.k8s.io"

func role(kind, rules string) string {
	namespace := ""
	if kind == "Role" {
		namespace = ", namespace: production"
	}
	return fmt.Sprintf("apiVersion: %s/v1\nkind: %s\nmetadata: {name: r%s}\nrules: [%s]\n---\n", rbacGroup, kind, namespace, rules)
}

func binding(kind, subjects, roleKind, roleName string) string {
	namespace := ""
	if kind == "RoleBinding" {
		namespace = ", namespace: production"
	}
	return fmt.Sprintf("apiVersion: %s/v1\nkind: %s\nmetadata: {name: b%s}\nsubjects: [%s]\nroleRef: {apiGroup: %s, kind: %s, name: %s}\n---\n", rbacGroup, kind, namespace, subjects, rbacGroup, roleKind, roleName)
}

func TestRightsAreComparedWholePerSubject(t *testing.T) {
	const (
		getPods    = `{apiGroups: [""], resources: [pods], verbs: [get]}`
		getAll     = `{apiGroups: [""], resources: ["*"], verbs: [get]}`
		getOnePod  = `{apiGroups: [""], resources: [pods], resourceNames: [a], verbs: [get]}`
		user       = `{kind: User, name: "system:serviceaccount:production:flow"}`
		account    = `{kind: ServiceAccount, name: flow, namespace: production}`
		other      = `{kind: User, name: ann}`
		group      = `{kind: Group, name: "system:serviceaccounts:production"}`
		strangers  = `{kind: Group, name: "system:serviceaccounts:staging"}`
		openshift  = "apiVersion: authorization.openshift.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [" + getPods + "]\n---\n" + "apiVersion: authorization.openshift.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\nuserNames: [\"system:serviceaccount:production:flow\"]\nroleRef: {name: r}\n"
		aggregated = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\naggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}\n---\n"
	)
	everywhere := role("ClusterRole", getPods) + binding("ClusterRoleBinding", user, "ClusterRole", "r")
	here := role("Role", getPods) + binding("RoleBinding", user, "Role", "r")
	for name, c := range map[string]struct{ old, new, want string }{
		"cluster-wide covers a namespace": {everywhere, here, ""},
		"a namespace does not cover all":  {here, everywhere, "ClusterRoleBinding: User system:serviceaccount:production:flow may now get pods in every namespace"},
		"an account is a user":            {everywhere, role("ClusterRole", getPods) + binding("ClusterRoleBinding", account, "ClusterRole", "r"), ""},
		"a group's rights are its members'": {
			role("Role", getPods) + binding("RoleBinding", group, "Role", "r"), here, "",
		},
		"another namespace's group":  {role("Role", getPods) + binding("RoleBinding", strangers, "Role", "r"), here, "RoleBinding: User system:serviceaccount:production:flow may now get pods in namespace production"},
		"from a member to the group": {here, role("Role", getPods) + binding("RoleBinding", group, "Role", "r"), "RoleBinding: Group system:serviceaccounts:production may now get pods in namespace production"},
		"another subject":            {everywhere, role("ClusterRole", getPods) + binding("ClusterRoleBinding", user+", "+other, "ClusterRole", "r"), "ClusterRoleBinding: User ann may now get pods in every namespace"},
		"a wildcard":                 {everywhere, role("ClusterRole", getAll) + binding("ClusterRoleBinding", user, "ClusterRole", "r"), "ClusterRole: User system:serviceaccount:production:flow may now get every resource in every namespace"},
		"from all to one by name":    {everywhere, role("ClusterRole", getOnePod) + binding("ClusterRoleBinding", user, "ClusterRole", "r"), ""},
		"from one by name to all":    {role("ClusterRole", getOnePod) + binding("ClusterRoleBinding", user, "ClusterRole", "r"), everywhere, "ClusterRole: User system:serviceaccount:production:flow may now get pods in every namespace"},
		"a role that is not there":   {here, here + strings.ReplaceAll(binding("RoleBinding", user, "ClusterRole", "view"), "name: b,", "name: b2,"), "RoleBinding: User system:serviceaccount:production:flow may now do all that ClusterRole view allows in namespace production"},
		"the same role elsewhere":    {binding("ClusterRoleBinding", user, "ClusterRole", "view"), binding("RoleBinding", user, "ClusterRole", "view"), ""},
		"cluster-admin covers all":   {binding("ClusterRoleBinding", user, "ClusterRole", "cluster-admin"), everywhere + strings.ReplaceAll(binding("RoleBinding", user, "ClusterRole", "view"), "name: b,", "name: b2,"), ""},
		"OpenShift's own API":        {openshift, everywhere, ""},
		"a role for others to bind":  {role("ClusterRole", getPods), role("ClusterRole", getAll), "ClusterRole: whoever is bound to ClusterRole r may now get every resource in every namespace"},
		"a role that nobody has":     {here, here + role("ClusterRole", getAll), ""},
		"a role that the cluster fills": {
			binding("ClusterRoleBinding", other, "ClusterRole", "r"), aggregated + binding("ClusterRoleBinding", user, "ClusterRole", "r"),
			"ClusterRoleBinding: User system:serviceaccount:production:flow may now do all that ClusterRole r allows in every namespace",
		},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, strings.Join(rightsFound(c.old, c.new), "\n")) })
	}
}

func TestRulesThatMultiplyWithoutEndAreWider(t *testing.T) {
	many := strings.Repeat("a, ", 300)
	rules := fmt.Sprintf(`{apiGroups: [%s], resources: [%s], verbs: [%s], resourceNames: [%s]}`, many, many, many, many)
	found := rightsFound(role("ClusterRole", `{apiGroups: [""], resources: [pods], verbs: [get]}`), role("ClusterRole", rules))
	assert.Equal(t, []string{"ClusterRole: whoever is bound to ClusterRole r may now do all that its rules allow, which are too many to compare in every namespace"}, found)
}
