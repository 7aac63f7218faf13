package generate

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/efgen/efgen/generate/config"
)

// discoveryRules is the least that the vendor documents for Kubernetes
// discovery: a node makes a Service for itself and finds those of its peers.
func discoveryRules() []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{{
		APIGroups: []string{""},
		Resources: []string{"services", "pods"},
		Verbs:     []string{"get", "list", "watch", "create", "update", "patch", "delete"},
	}}
}

func (r *renderer) addRBAC() {
	if r.env.RBAC.API == config.OpenShift {
		r.addOpenShiftRBAC()
		return
	}
	const group = rbacv1.GroupName
	apiVersion := rbacv1.SchemeGroupVersion.String()
	var subjects []rbacv1.Subject
	for _, user := range users(r.env) {
		subjects = append(subjects, rbacv1.Subject{APIGroup: group, Kind: rbacv1.UserKind, Name: user})
	}
	names := r.env.RBAC
	if names.Scope == config.ScopeNamespace {
		addObject(r, rbacPath("Role"), &rbacv1.Role{
			TypeMeta: typeMeta(apiVersion, "Role"), ObjectMeta: namespacedMeta(r.env, names.RoleName), Rules: discoveryRules(),
		})
		addObject(r, rbacPath("RoleBinding"), &rbacv1.RoleBinding{
			TypeMeta: typeMeta(apiVersion, "RoleBinding"), ObjectMeta: namespacedMeta(r.env, names.BindingName), Subjects: subjects,
			RoleRef: rbacv1.RoleRef{APIGroup: group, Kind: "Role", Name: names.RoleName},
		})
		return
	}
	addObject(r, rbacPath("ClusterRole"), &rbacv1.ClusterRole{
		TypeMeta: typeMeta(apiVersion, "ClusterRole"), ObjectMeta: clusterMeta(r.env, names.RoleName), Rules: discoveryRules(),
	})
	addObject(r, rbacPath("ClusterRoleBinding"), &rbacv1.ClusterRoleBinding{
		TypeMeta: typeMeta(apiVersion, "ClusterRoleBinding"), ObjectMeta: clusterMeta(r.env, names.BindingName), Subjects: subjects,
		RoleRef: rbacv1.RoleRef{APIGroup: group, Kind: "ClusterRole", Name: names.RoleName},
	})
}

// users are the names under which the API server knows the pods, each once.
func users(env *config.Environment) []string {
	var names []string
	for _, w := range workloads(env) {
		names = append(names, "system:serviceaccount:"+env.Namespace+":"+w.ServiceAccount)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// openShiftAPI is the API group of OpenShift's own roles, which `oc apply` takes.
const openShiftAPI = "authorization.openshift.io/v1"

// openShiftRole is a Role or ClusterRole of OpenShift's own API. These types
// are a few lines each; github.com/openshift/api is a module of 150 packages.
type openShiftRole struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Rules             []rbacv1.PolicyRule `json:"rules"`
}

// openShiftBinding is a RoleBinding or ClusterRoleBinding of OpenShift's own
// API. Users are named twice over there; the vendor's form names them in
// userNames and leaves the other two lists empty.
type openShiftBinding struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	UserNames         []string         `json:"userNames"`
	GroupNames        []string         `json:"groupNames"`
	Subjects          []string         `json:"subjects"`
	RoleRef           openShiftRoleRef `json:"roleRef"`
}

// openShiftRoleRef names a role. Without a namespace it means a ClusterRole:
// OpenShift tells the two kinds apart by nothing else.
type openShiftRoleRef struct {
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
}

func (r *renderer) addOpenShiftRBAC() {
	names := r.env.RBAC
	role, binding, meta, namespace := "ClusterRole", "ClusterRoleBinding", clusterMeta, ""
	if names.Scope == config.ScopeNamespace {
		role, binding, meta, namespace = "Role", "RoleBinding", namespacedMeta, r.env.Namespace
	}
	addObject(r, rbacPath(role), &openShiftRole{
		TypeMeta: typeMeta(openShiftAPI, role), ObjectMeta: meta(r.env, names.RoleName), Rules: discoveryRules(),
	})
	addObject(r, rbacPath(binding), &openShiftBinding{
		TypeMeta: typeMeta(openShiftAPI, binding), ObjectMeta: meta(r.env, names.BindingName),
		UserNames: users(r.env), GroupNames: []string{}, Subjects: []string{},
		RoleRef: openShiftRoleRef{Namespace: namespace, Name: names.RoleName},
	})
}

func rbacPath(kind string) string { return "rbac/" + fileName(kind) }

// fileName is the name of the file for the only object of a kind in a folder.
func fileName(kind string) string { return strings.ToLower(kind) + ".yaml" }
