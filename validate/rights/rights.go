// Package rights says who may do what, as the manifests of a Set show it: bindings, roles,
// and roles that aggregate others.
package rights

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// AccountPrefix begins the User as whom the API server knows a ServiceAccount; its
// namespace, a colon and its name follow.
const AccountPrefix = "system:serviceaccount:"

// systemGroup is the kind of OpenShift's own groups in its bindings.
const systemGroup = "SystemGroup"

// A Binding gives the rights of a role to subjects.
type Binding struct {
	*manifest.Object
	// Scope is the namespace in which the rights hold; empty is everywhere.
	Scope string
	// Ref names the role, in Kubernetes' words for OpenShift's own bindings, too.
	Ref rbacv1.RoleRef
	// Role is nil if it is not among the manifests.
	Role *Role
	// Subjects are in the order of the manifest.
	Subjects []Subject
}

// A Role is what the manifests show of a ClusterRole or Role.
type Role struct {
	*manifest.Object
	// Rules are those of the aggregated roles if it aggregates any.
	Rules []rbacv1.PolicyRule
	// Parts are the objects that the rules are from: the role itself, and the roles that it aggregates.
	Parts []*manifest.Object
	// Elsewhere says that the role aggregates others, and the manifests hold none of them.
	Elsewhere bool
}

// Rights are the bindings and the roles of a Set.
type Rights struct {
	Bindings []Binding
	roles    map[roleKey]*Role
}

// A roleKey leaves the group out: OpenShift's roles are Kubernetes' under another name.
type roleKey struct{ kind, namespace, name string }

// Of finds the rights that the manifests of a Set show.
func Of(set *manifest.Set) *Rights { return manifest.Index(set, find) }

func find(set *manifest.Set) *Rights {
	r := &Rights{roles: roles(set)}
	for _, o := range set.Objects() {
		if ref, subjects, ok := Reference(o); ok {
			b := Binding{Object: o, Ref: ref, Subjects: subjects}
			if o.Kind == "RoleBinding" {
				b.Scope = o.Namespace
			}
			b.Role = r.role(b)
			r.Bindings = append(r.Bindings, b)
		}
	}
	return r
}

func (r *Rights) role(b Binding) *Role {
	key := roleKey{kind: b.Ref.Kind, name: b.Ref.Name}
	if key.kind == "Role" {
		key.namespace = b.Scope
	}
	return r.roles[key]
}

// RoleOf is the role that an object is, with what it aggregates; nil if it is none.
func (r *Rights) RoleOf(o *manifest.Object) *Role {
	if o == nil {
		return nil
	}
	role := r.roles[keyOf(o)]
	if role == nil || role.Object != o {
		return nil
	}
	return role
}

func keyOf(o *manifest.Object) roleKey {
	key := roleKey{kind: o.Kind, name: o.Name}
	if o.Kind == "Role" {
		key.namespace = o.Namespace
	}
	return key
}

// Reference is the role that a binding names, and to whom it gives it; ok is false if the
// object is no binding. The group of the role is Kubernetes' own.
func Reference(o *manifest.Object) (ref rbacv1.RoleRef, subjects []Subject, ok bool) {
	var listed []rbacv1.Subject
	if b := manifest.Value[rbacv1.ClusterRoleBinding](o); b != nil {
		ref, listed = b.RoleRef, b.Subjects
	} else if b := manifest.Value[rbacv1.RoleBinding](o); b != nil {
		ref, listed = b.RoleRef, b.Subjects
	} else {
		return ref, nil, false
	}
	ref.APIGroup = rbacv1.GroupName
	for i, s := range listed {
		namespace := s.Namespace
		if s.Kind == rbacv1.ServiceAccountKind {
			namespace = cmp.Or(s.Namespace, o.Namespace)
		}
		subjects = append(subjects, Subject{s.Kind, namespace, s.Name, rule.Index("subjects", i)})
	}
	if o.APIVersion != manifest.OpenShiftRBAC {
		return ref, subjects, true
	}
	// OpenShift's roleRef names a Role of its namespace, or else a ClusterRole.
	if ref.Kind = "ClusterRole"; o.Fields.Scalar("roleRef", "namespace") != "" {
		ref.Kind = "Role"
	}
	subjects = append(subjects, namesIn(o, "userNames", rbacv1.UserKind)...)
	return ref, append(subjects, namesIn(o, "groupNames", rbacv1.GroupKind)...), true
}

func namesIn(o *manifest.Object, field, kind string) (all []Subject) {
	for i, name := range o.Fields.List(field) {
		name, _ := name.(string)
		all = append(all, Subject{Kind: kind, Name: name, Field: rule.Index(field, i)})
	}
	return all
}

// A Subject is to whom a binding gives rights.
type Subject struct {
	Kind, Namespace, Name string
	// Field is its path in the binding.
	Field string
}

// A Grantee is a subject as the API server knows it: a ServiceAccount is a User.
type Grantee struct{ Kind, Name string }

// Grantee names the subject as the API server does.
func (s Subject) Grantee() Grantee {
	if s.Kind == rbacv1.ServiceAccountKind {
		return Grantee{rbacv1.UserKind, AccountPrefix + s.Namespace + ":" + s.Name}
	}
	return Grantee{s.Kind, s.Name}
}

// Grantees are to whom the binding gives rights, sorted, each once.
func (b Binding) Grantees() []Grantee {
	all := make([]Grantee, len(b.Subjects))
	for i, s := range b.Subjects {
		all[i] = s.Grantee()
	}
	slices.SortFunc(all, func(a, b Grantee) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
	return slices.Compact(all)
}

// Account is the ServiceAccount that a subject is; ok is false for anybody else.
func (s Subject) Account() (namespace, name string, ok bool) {
	full, ok := strings.CutPrefix(s.Grantee().Name, AccountPrefix)
	if s.Grantee().Kind != rbacv1.UserKind || !ok {
		return "", "", false
	}
	return strings.Cut(full, ":")
}

// Including are all that a ServiceAccount is to the API server: a User, and a member of groups.
func Including(namespace, name string) []Grantee {
	account := Grantee{rbacv1.UserKind, AccountPrefix + namespace + ":" + name}
	all := []Grantee{account}
	for _, group := range account.groups() {
		all = append(all, Grantee{rbacv1.GroupKind, group}, Grantee{systemGroup, group})
	}
	return all
}

// Includes reports whether a ServiceAccount is the subject, or in its group.
func (s Subject) Includes(namespace, name string) bool {
	return slices.Contains(Including(namespace, name), s.Grantee())
}

// SharesWith reports whether another grantee has what g has.
func (g Grantee) SharesWith(other Grantee) bool {
	return g == other || g.Kind == rbacv1.GroupKind && slices.Contains(other.groups(), g.Name)
}

// groups are those of Kubernetes' own in which a grantee is: every ServiceAccount is in
// those of all accounts and of the accounts of its namespace.
func (g Grantee) groups() []string {
	all := []string{"system:authenticated"}
	account, isAccount := strings.CutPrefix(g.Name, AccountPrefix)
	if isAccount || strings.HasPrefix(g.Name, "system:serviceaccounts:") {
		all = append(all, "system:serviceaccounts")
	}
	if namespace, _, _ := strings.Cut(account, ":"); isAccount && g.Kind == rbacv1.UserKind {
		all = append(all, "system:serviceaccounts:"+namespace)
	}
	return all
}

// runners are the first workloads of each account that pods run as.
type runners map[account]*manifest.Workload

type account struct{ namespace, name string }

// FirstRunBy is the first workload whose pods run as a ServiceAccount, nil if there is none.
func FirstRunBy(set *manifest.Set, namespace, name string) *manifest.Workload {
	return manifest.Index(set, findRunners)[account{namespace, name}]
}

func findRunners(set *manifest.Set) runners {
	first := runners{}
	for _, w := range set.Workloads() {
		if key := (account{w.Namespace, w.ServiceAccount()}); first[key] == nil {
			first[key] = w
		}
	}
	return first
}
