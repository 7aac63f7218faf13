package review

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"
)

// maxRights bounds the single rights that rules come to, and maxSteps what comparing
// them takes: a foreign manifest may multiply them without end.
const (
	maxRights = 100_000
	maxSteps  = 10_000_000
)

// A grantee is who has rights, as the API server knows it: a ServiceAccount is a User.
type grantee struct{ kind, name string }

// A scope is where rights hold: in one namespace, or everywhere.
type scope struct{ namespace string }

const accountPrefix = "system:serviceaccount:"

// A grant is what one binding gives to one grantee.
type grant struct {
	grantee
	scope
	// role is the object, nil if it is not among the manifests or filled by the cluster.
	role *object
	// roleName tells roles apart that are not among the manifests.
	roleName string
	rules    []rbacv1.PolicyRule
	binding  *object
}

// grants are all that the bindings of a side give.
func (s *side) grants() (all []grant) {
	roles := s.roles()
	for _, o := range s.all() {
		ref, isBinding := roleRefOf(o)
		if !isBinding {
			continue
		}
		g := grant{binding: o, roleName: ref.Kind + " " + ref.Name}
		if o.kind == "RoleBinding" {
			g.namespace = o.namespace
		}
		id := identity{kind: ref.Kind, name: ref.Name}
		if ref.Kind == "Role" {
			id.namespace = g.namespace
		}
		if g.role = roles[id]; g.role != nil {
			g.rules = rulesOf(g.role)
		} else if ref.Kind == "ClusterRole" && ref.Name == "cluster-admin" {
			g.rules = everything
		}
		for _, subject := range subjectsOf(o) {
			g.grantee = subject
			all = append(all, g)
		}
	}
	return all
}

// everything is what cluster-admin may do, in every cluster.
var everything = []rbacv1.PolicyRule{
	{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}},
	{Verbs: []string{"*"}, NonResourceURLs: []string{"*"}},
}

// roles are those whose rules the manifests show; a cluster fills aggregated ones. The
// group is left out: OpenShift's roles are Kubernetes' under another name.
func (s *side) roles() map[identity]*object {
	all := map[identity]*object{}
	for _, o := range s.all() {
		switch role := value[rbacv1.ClusterRole](o); {
		case role != nil && role.AggregationRule == nil, value[rbacv1.Role](o) != nil:
			all[identity{kind: o.kind, namespace: o.namespace, name: o.name}] = o
		}
	}
	return all
}

func rulesOf(o *object) []rbacv1.PolicyRule {
	if role := value[rbacv1.ClusterRole](o); role != nil {
		return role.Rules
	}
	if role := value[rbacv1.Role](o); role != nil {
		return role.Rules
	}
	return nil
}

func subjectsOf(o *object) (all []grantee) {
	add := func(subjects []rbacv1.Subject) {
		for _, s := range subjects {
			if s.Kind == rbacv1.ServiceAccountKind {
				s.Kind, s.Name = rbacv1.UserKind, accountPrefix+cmp.Or(s.Namespace, o.namespace)+":"+s.Name
			}
			all = append(all, grantee{s.Kind, s.Name})
		}
	}
	if b := value[rbacv1.ClusterRoleBinding](o); b != nil {
		add(b.Subjects)
	} else if b := value[rbacv1.RoleBinding](o); b != nil {
		add(b.Subjects)
	} else if b := value[openshiftBinding](o); b != nil {
		add(b.Subjects)
		for _, name := range b.UserNames {
			all = append(all, grantee{rbacv1.UserKind, name})
		}
		for _, name := range b.GroupNames {
			all = append(all, grantee{rbacv1.GroupKind, name})
		}
	}
	slices.SortFunc(all, func(a, b grantee) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name)) })
	return slices.Compact(all)
}

// sharesWith tells whether what a grantee has is another's, too: every ServiceAccount is
// in the groups of all accounts and of those of its namespace.
func (g grantee) sharesWith(other grantee) bool {
	if g == other {
		return true
	}
	if g.kind != rbacv1.GroupKind {
		return false
	}
	account, isAccount := strings.CutPrefix(other.name, accountPrefix)
	namespace, _, _ := strings.Cut(account, ":")
	switch g.name {
	case "system:authenticated":
		return true
	case "system:serviceaccounts":
		return isAccount || strings.HasPrefix(other.name, "system:serviceaccounts:")
	case "system:serviceaccounts:" + namespace:
		return isAccount && other.kind == rbacv1.UserKind
	}
	return false
}

// gain is what a grant gives that its grantee did not have before, in words.
func (g grant) gain(before []grant) (all []string) {
	var held []rbacv1.PolicyRule
	for _, was := range before {
		if !was.sharesWith(g.grantee) || was.namespace != "" && was.namespace != g.namespace {
			continue
		}
		if g.rules == nil && g.role == nil && was.roleName == g.roleName && was.role == nil {
			return nil
		}
		held = append(held, was.rules...)
	}
	if g.rules == nil && g.role == nil {
		if covered, _ := validation.Covers(held, everything); covered {
			return nil
		}
		return []string{"do all that " + g.roleName + " allows"}
	}
	return uncovered(held, g.rules)
}

// uncovered are the rights that rules give and others do not.
func uncovered(held, rules []rbacv1.PolicyRule) (all []string) {
	if n := rights(rules); n > maxRights || n*length(held) > maxSteps {
		return []string{"do all that its rules allow, which are too many to compare"}
	}
	_, missing := validation.Covers(held, rules)
	for _, one := range missing {
		all = append(all, right(one))
	}
	return all
}

// rights counts the single rights of rules.
func rights(rules []rbacv1.PolicyRule) (n int) {
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
