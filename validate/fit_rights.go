package validate

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/rule"
)

// A grant is a binding of a role to someone.
type grant struct {
	*object
	// namespace that the rights hold in; empty for all.
	scope    string
	role     rbacv1.RoleRef
	subjects []grantee
}

// A grantee is one of a binding's subjects, with its field path.
type grantee struct {
	rbacv1.Subject
	field string
}

// grants are all bindings, and the rules of all roles that are there.
type grants struct {
	bindings []grant
	roles    map[identity][]rbacv1.PolicyRule
}

const serviceAccountPrefix = "system:serviceaccount:"

func newGrants(s *subject) *grants {
	g := &grants{roles: map[identity][]rbacv1.PolicyRule{}}
	for _, o := range s.objects {
		switch v := o.value.(type) {
		case *rbacv1.ClusterRole:
			g.roles[roleID("ClusterRole", "", o.name)] = v.Rules
		case *rbacv1.Role:
			g.roles[roleID("Role", o.namespace, o.name)] = v.Rules
		case *rbacv1.ClusterRoleBinding:
			g.bindings = append(g.bindings, newGrant(o, "", v.RoleRef, v.Subjects))
		case *rbacv1.RoleBinding:
			g.bindings = append(g.bindings, newGrant(o, o.namespace, v.RoleRef, v.Subjects))
		}
	}
	return g
}

// roleID leaves the group out: OpenShift's roles are Kubernetes' under another name.
func roleID(kind, namespace, name string) identity {
	return identity{kind: kind, namespace: namespace, name: name}
}

func newGrant(o *object, scope string, role rbacv1.RoleRef, subjects []rbacv1.Subject) grant {
	g := grant{object: o, scope: scope, role: role}
	for i, subject := range subjects {
		g.subjects = append(g.subjects, grantee{subject, rule.Index("subjects", i)})
	}
	if o.apiVersion != openshiftRBAC {
		return g
	}
	// OpenShift's roleRef names a Role of its namespace, or else a ClusterRole.
	if g.role.Kind = "ClusterRole"; o.lookup("roleRef", "namespace") != "" {
		g.role.Kind = "Role"
	}
	for field, kind := range map[string]string{"userNames": "User", "groupNames": "Group"} {
		names, _ := o.fields[field].([]any)
		for i, name := range names {
			name, _ := name.(string)
			g.subjects = append(g.subjects, grantee{rbacv1.Subject{Kind: kind, Name: name}, rule.Index(field, i)})
		}
	}
	return g
}

// account is the ServiceAccount that a subject stands for.
func (g grantee) account() (namespace, name string, ok bool) {
	if g.Kind == "ServiceAccount" {
		return g.Namespace, g.Name, true
	}
	full, ok := strings.CutPrefix(g.Name, serviceAccountPrefix)
	if g.Kind != "User" || !ok {
		return "", "", false
	}
	return strings.Cut(full, ":")
}

// includes tells whether a ServiceAccount is the subject, or in its group.
func (g grantee) includes(namespace, name string) bool {
	if g.Kind == "Group" || g.Kind == "SystemGroup" {
		return slices.Contains([]string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"}, g.Name)
	}
	ns, sa, ok := g.account()
	return ok && ns == namespace && sa == name
}

// builtIn are the roles that every cluster has for people's use.
func builtIn(name string) bool {
	return slices.Contains([]string{"view", "edit", "admin", "cluster-admin"}, name) || strings.HasPrefix(name, "system:")
}

// rules are those of a binding's role; ok is false if it is not among the manifests.
func (g *grants) rules(b grant) (rules []rbacv1.PolicyRule, ok bool) {
	namespace := ""
	if b.role.Kind == "Role" {
		namespace = b.scope
	}
	rules, ok = g.roles[roleID(b.role.Kind, namespace, b.role.Name)]
	return rules, ok
}

// discovery is what the product's own Kubernetes sample gives to its nodes.
var (
	discoveryResources = []string{"services", "pods"}
	discoveryVerbs     = []string{"get", "list", "watch", "create", "update", "patch", "delete"}
)

// lacking is the first right for discovery that a ServiceAccount does not have
// in its namespace; it is empty if it has all.
func (g *grants) lacking(namespace, account string) string {
	var held []rbacv1.PolicyRule
	for _, b := range g.bindings {
		if b.scope != "" && b.scope != namespace || !slices.ContainsFunc(b.subjects, func(s grantee) bool { return s.includes(namespace, account) }) {
			continue
		}
		rules, known := g.rules(b)
		if !known && b.role.Name != "view" {
			// The other built-in roles have the rights; a missing role is a fault of its own.
			return ""
		}
		held = append(held, rules...)
	}
	for _, resource := range discoveryResources {
		for _, verb := range discoveryVerbs {
			if !slices.ContainsFunc(held, func(r rbacv1.PolicyRule) bool { return gives(r, resource, verb) }) {
				return verb + " " + resource
			}
		}
	}
	return ""
}

// gives tells whether a rule allows a verb on all objects of a core resource.
func gives(r rbacv1.PolicyRule, resource, verb string) bool {
	has := func(list []string, item string) bool {
		return slices.Contains(list, item) || slices.Contains(list, "*")
	}
	return has(r.APIGroups, "") && has(r.Resources, resource) && has(r.Verbs, verb) && len(r.ResourceNames) == 0
}

func findNoRights(s *subject, r *report) {
	for _, n := range s.nodes {
		if lacking := s.grants.lacking(n.namespace, n.serviceAccount()); lacking != "" {
			r.add(n.at(n.spec("serviceAccountName")), fmt.Sprintf("bind a role with %s of %s to User %q",
				strings.Join(discoveryVerbs, ", "), strings.Join(discoveryResources, " and "), serviceAccountPrefix+n.namespace+":"+n.serviceAccount()),
				"ServiceAccount %q of namespace %q may not %s, which the nodes need to find each other", n.serviceAccount(), n.namespace, lacking)
		}
	}
}

func findForeignServiceAccount(s *subject, r *report) {
	for _, w := range s.allWorkloads {
		name := w.serviceAccount()
		if name != "default" && s.find("", "ServiceAccount", w.namespace, name) == nil {
			r.add(w.at(w.spec("serviceAccountName")), "make sure that it exists", "ServiceAccount %q is not among the manifests: it must exist in namespace %q", name, w.namespace)
		}
	}
}

func findUnknownSubject(s *subject, r *report) {
	for _, b := range s.grants.bindings {
		for _, subject := range b.subjects {
			namespace, name, ok := subject.account()
			if !ok || name == "default" || s.knowsAccount(namespace, name) {
				continue
			}
			r.add(b.at(subject.field), "name a ServiceAccount that is among the manifests or that pods run as",
				"ServiceAccount %q of namespace %q is neither among the manifests nor used by any pods", name, namespace)
		}
	}
}

func (s *subject) knowsAccount(namespace, name string) bool {
	return s.find("", "ServiceAccount", namespace, name) != nil ||
		slices.ContainsFunc(s.workloads[namespace], func(w *workload) bool { return w.serviceAccount() == name })
}

func findNoRole(s *subject, r *report) {
	for _, b := range s.grants.bindings {
		_, known := s.grants.rules(b)
		if !known && (b.role.Kind == "Role" || !builtIn(b.role.Name)) {
			r.add(b.at("roleRef.name"), "name a role that is among the manifests, or view, edit or admin", "%s %q does not exist", b.role.Kind, b.role.Name)
		}
	}
}
