package fit

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rights"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

// A holder is somebody who has rights in a namespace, or everywhere if that is empty.
type holder struct {
	grantee   rights.Grantee
	namespace string
}

// discovery says which rights for discovery holders have: the first is the lowest bit.
type discovery map[holder]uint

// discoverers adds up what bindings give.
func discoverers(set *manifest.Set) discovery {
	held := discovery{}
	addedToView := sync.OnceValue(func() uint { return discoveryIn(rights.AddedTo(set, "view")) })
	for _, b := range rights.Of(set).Bindings {
		given := ^uint(0)
		switch {
		case b.Role != nil:
			given = discoveryIn(b.Role.Rules)
		case b.Ref.Name == "view":
			given = addedToView()
		default:
			// The other built-in roles have the rights; a missing role is a fault of its own.
		}
		for _, s := range b.Subjects {
			held[holder{s.Grantee(), b.Scope}] |= given
		}
	}
	return held
}

// discoveryIn are the rights for discovery that rules give.
func discoveryIn(rules []rbacv1.PolicyRule) (given uint) {
	bit := uint(1)
	for _, resource := range rights.Discovery.Resources {
		for _, verb := range rights.Discovery.Verbs {
			if slices.ContainsFunc(rules, func(r rbacv1.PolicyRule) bool { return gives(r, resource, verb) }) {
				given |= bit
			}
			bit <<= 1
		}
	}
	return given
}

// lacking is the first right for discovery that a ServiceAccount does not have
// in its namespace; it is empty if it has all.
func lacking(set *manifest.Set, namespace, account string) string {
	held, given := manifest.Index(set, discoverers), uint(0)
	for _, grantee := range rights.Including(namespace, account) {
		given |= held[holder{grantee, ""}] | held[holder{grantee, namespace}]
	}
	for _, resource := range rights.Discovery.Resources {
		for _, verb := range rights.Discovery.Verbs {
			if given&1 == 0 {
				return verb + " " + resource
			}
			given >>= 1
		}
	}
	return ""
}

// gives reports whether a rule allows a verb on all objects of a core resource.
func gives(r rbacv1.PolicyRule, resource, verb string) bool {
	has := func(list []string, item string) bool {
		return slices.Contains(list, item) || slices.Contains(list, "*")
	}
	return has(r.APIGroups, "") && has(r.Resources, resource) && has(r.Verbs, verb) && len(r.ResourceNames) == 0
}

var noRights = row{Rule: rule.Rule{
	ID: "EF307", Severity: rule.Error, Title: "nodes may not manage Services and pods",
	Why:     "a node makes a Service for itself and finds the others through the API; without the right it stays alone",
	Example: "subjects: [{kind: User, name: \"system:serviceaccount:staging:flow\"}]   # in the manifests of production",
	Fix:     "subjects: [{kind: User, name: \"system:serviceaccount:production:flow\"}]",
}, Check: findNoRights}

func findNoRights(set *manifest.Set, f *rule.Finder) {
	for _, n := range streaming.NodesOf(set) {
		if missing := lacking(set, n.Namespace, n.ServiceAccount()); missing != "" {
			f.Report(n.At(n.PodField("serviceAccountName")), fmt.Sprintf("bind a role with %s of %s to User %q",
				strings.Join(rights.Discovery.Verbs, ", "), strings.Join(rights.Discovery.Resources, " and "), rights.AccountPrefix+n.Namespace+":"+n.ServiceAccount()),
				"ServiceAccount %q of namespace %q may not %s, which the nodes need to find each other", n.ServiceAccount(), n.Namespace, missing)
		}
	}
}

var foreignServiceAccount = row{Rule: rule.Rule{
	ID: "EF306", Severity: rule.Note, Title: "a ServiceAccount must exist already",
	Why:     "pods do not start under a ServiceAccount that does not exist",
	Example: "serviceAccountName: shared   # and no such ServiceAccount among the manifests",
	Fix:     "make sure that it exists in the namespace, or leave serviceAccount out to have one made",
}, Check: findForeignServiceAccount}

func findForeignServiceAccount(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		name := w.ServiceAccount()
		if name != "default" && set.Find("", "ServiceAccount", w.Namespace, name) == nil {
			f.Report(w.At(w.PodField("serviceAccountName")), "make sure that it exists", "ServiceAccount %q is not among the manifests: it must exist in namespace %q", name, w.Namespace)
		}
	}
}

var unknownSubject = row{Rule: rule.Rule{
	ID: "EF308", Severity: rule.Warning, Title: "rights go to an unknown ServiceAccount",
	Why:     "whoever creates a ServiceAccount of that name gets the rights; mostly the namespace or the name is mistyped",
	Example: "subjects: [{kind: User, name: \"system:serviceaccount:production:flwo\"}]",
	Fix:     "subjects: [{kind: User, name: \"system:serviceaccount:production:flow\"}]",
}, Check: findUnknownSubject}

func findUnknownSubject(set *manifest.Set, f *rule.Finder) {
	for _, b := range rights.Of(set).Bindings {
		for _, subject := range b.Subjects {
			namespace, name, ok := subject.Account()
			switch {
			case ok && namespace == "":
				f.As(rule.Error).Report(b.At(subject.Field), "add its namespace", "ServiceAccount %q names no namespace, and a ClusterRoleBinding has none: the API server refuses it", name)
				continue
			case !ok || name == "default" || knowsAccount(set, namespace, name):
				continue
			}
			f.Report(b.At(subject.Field), "name a ServiceAccount that is among the manifests or that pods run as",
				"ServiceAccount %q of namespace %q is neither among the manifests nor used by any pods", name, namespace)
		}
	}
}

func knowsAccount(set *manifest.Set, namespace, name string) bool {
	return set.Find("", "ServiceAccount", namespace, name) != nil ||
		rights.FirstRunBy(set, namespace, name) != nil
}

var noRole = row{Rule: rule.Rule{
	ID: "EF309", Severity: rule.Error, Title: "a binding names a role that does not exist",
	Why:     "a binding to a missing role gives no rights, and whoever creates the role decides what it gives",
	Example: "roleRef: {kind: ClusterRole, name: service-updates}   # the role is service-update",
	Fix:     "roleRef: {kind: ClusterRole, name: service-update}",
}, Check: findNoRole}

func findNoRole(set *manifest.Set, f *rule.Finder) {
	for _, b := range rights.Of(set).Bindings {
		if b.Role == nil && !rights.IsBuiltIn(b.Ref.Kind, b.Scope, b.Ref.Name) {
			f.Report(b.At("roleRef.name"), "name a role that is among the manifests, or view, edit or admin", "%s %q does not exist", b.Ref.Kind, b.Ref.Name)
		}
	}
}
