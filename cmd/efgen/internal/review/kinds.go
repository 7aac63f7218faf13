package review

import (
	"slices"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// manifestKinds are those that efgen makes itself.
var manifestKinds = []groupKind{
	{"", "Namespace"}, {"", "ServiceAccount"}, {"", "Service"}, {"", "ConfigMap"}, {"apps", "StatefulSet"},
	{"networking.k8s.io", "NetworkPolicy"}, {"networking.k8s.io", "Ingress"}, {"policy", "PodDisruptionBudget"},
	{"rbac.authorization.k8s.io", "Role"}, {"rbac.authorization.k8s.io", "RoleBinding"},
	{"rbac.authorization.k8s.io", "ClusterRole"}, {"rbac.authorization.k8s.io", "ClusterRoleBinding"},
	{"authorization.openshift.io", "Role"}, {"authorization.openshift.io", "RoleBinding"},
	{"authorization.openshift.io", "ClusterRole"}, {"authorization.openshift.io", "ClusterRoleBinding"},
	{"route.openshift.io", "Route"},
}

var unknownKind = row{Rule: rule.Rule{
	ID: "ER309", Title: "an object of a kind that efgen does not make",
	Why:     "efgen knows nothing of what the kind does in a cluster, so nothing here says that it is harmless",
	Example: "extraManifests: [manifests/quota.yaml]   # kind: ResourceQuota",
	Fix:     "read the manifest",
}, Check: findUnknownKind}

// findUnknownKind is for what has no worse risk.
func findUnknownKind(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		isOwn := d.object().kind == kindFile || d.object().folder() == manifest.GitOpsFolder ||
			slices.Contains(manifestKinds, groupKind{d.object().group(), d.object().kind}) || d.object().group() == "kustomize.config.k8s.io"
		if d.action() == Added && !isOwn && !slices.ContainsFunc(d.risks, func(r *found) bool { return levelOf(r.rule) >= High }) {
			f.Report(d.at(""), "", "adds %s, a kind of object that efgen does not make: read what it does", d.object().title())
		}
	}
}
