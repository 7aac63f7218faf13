package generate

import (
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

// addDashboard makes an account that sees everything in the namespace but its
// Secrets, by Kubernetes' own ClusterRole "view".
func (r *renderer) addDashboard() {
	if !r.env.Dashboard.Viewer {
		return
	}
	const name = "dashboard-viewer"
	addObject(r, "dashboard/"+fileName("ServiceAccount"), &corev1.ServiceAccount{
		TypeMeta: typeMeta("v1", "ServiceAccount"), ObjectMeta: namespacedMeta(r.env, name),
	})
	addObject(r, "dashboard/"+fileName("RoleBinding"), &rbacv1.RoleBinding{
		TypeMeta:   typeMeta(rbacv1.SchemeGroupVersion.String(), "RoleBinding"),
		ObjectMeta: namespacedMeta(r.env, name),
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: name, Namespace: r.env.Namespace}},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
	})
}
