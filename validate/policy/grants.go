package policy

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rights"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

var ownedRoles = row{Rule: rule.Rule{
	ID: "EF520", Severity: rule.Error, Title: "a role or a binding that Kubernetes owns",
	Why:     "writing admin, edit, view, cluster-admin or system:… replaces what the cluster brings, and a label of rbac.authorization.k8s.io/ adds rules to such a role: both change the rights of people who are not named here",
	Example: "kind: ClusterRole\nmetadata: {name: nodes, labels: {rbac.authorization.k8s.io/aggregate-to-view: \"true\"}}",
	Fix:     "metadata: {name: nodes-production}",
}, Check: findOwnedRoles}

func findOwnedRoles(set *manifest.Set, f *rule.Finder) {
	for _, o := range set.Objects() {
		if !slices.Contains([]string{rbacv1.GroupName, manifest.GroupOf(manifest.OpenShiftRBAC)}, o.Group()) {
			continue
		}
		isRole := o.Kind == "ClusterRole" || o.Kind == "Role"
		if isRole && rights.IsBuiltIn(o.Kind, o.Namespace, o.Name) || !isRole && rights.IsBuiltInBinding(o.Kind, o.Name) {
			f.Report(o.At("metadata.name"), "take a name of your own", "%s is one that Kubernetes uses itself: this changes the rights of others", o.Manifest())
		}
		if o.Kind != "ClusterRole" {
			continue
		}
		labels, _ := o.Fields.Get("metadata", "labels").(*manifest.Mapping)
		for _, key := range labels.Keys() {
			if strings.HasPrefix(key, rights.AggregationLabels) {
				f.Report(o.At(rule.Key("metadata.labels", key)), "remove the label, and bind the role to whom you mean",
					"the label %s adds the rules of %s to a role that others hold", key, o.Manifest())
			}
		}
	}
}

var strangers = row{Rule: rule.Rule{
	ID: "EF525", Severity: rule.Error, Title: "rights for everybody",
	Why:     "system:unauthenticated and system:anonymous are whoever reaches the API server; system:authenticated is everybody with any credentials, every pod of the cluster included",
	Example: "subjects: [{kind: Group, name: \"system:authenticated\"}]",
	Fix:     "subjects: [{kind: Group, name: streaming-operators}]",
}, Check: findStrangers}

func findStrangers(set *manifest.Set, f *rule.Finder) {
	for _, b := range rights.Of(set).Bindings {
		for _, s := range b.Subjects {
			if slices.Contains([]string{"system:unauthenticated", "system:authenticated", "system:anonymous"}, s.Name) && s.Kind != rbacv1.ServiceAccountKind {
				f.Report(b.At(s.Field), "name the people or the accounts that need the rights", "%s gives %s to %s, which is everybody", b.Manifest(), b.Ref.Name, s.Name)
			}
		}
	}
}

var controllerRights = row{Rule: rule.Rule{
	ID: "EF526", Severity: rule.Error, Title: "rights of the cluster's own components",
	Why:     "the roles of Kubernetes' controllers and workers create pods as any account, read every Secret or widen roles, and the group system:masters may do everything: their holder can take over the cluster",
	Example: "roleRef: {kind: ClusterRole, name: \"system:controller:clusterrole-aggregation-controller\"}",
	Fix:     "write a role of your own with what is needed",
}, Check: findControllerRights}

func findControllerRights(set *manifest.Set, f *rule.Finder) {
	for _, b := range rights.Of(set).Bindings {
		if b.Ref.Kind == "ClusterRole" && isControllerRole(b.Ref.Name) {
			f.Report(b.At("roleRef.name"), "bind a role of your own with what is needed", "%s gives %s, the rights of a part of the cluster itself", b.Manifest(), b.Ref.Name)
		}
		for _, s := range b.Subjects {
			if s.Name == "system:masters" {
				f.Report(b.At(s.Field), "leave it out: the group may do everything anyway", "%s names system:masters, whose members may do everything", b.Manifest())
			}
		}
	}
}

// isControllerRole reports whether a role of Kubernetes' own lets its holder take further rights.
func isControllerRole(name string) bool {
	return strings.HasPrefix(name, "system:controller:") || strings.HasPrefix(name, "system:certificates.k8s.io:") ||
		slices.Contains([]string{"system:kube-controller-manager", "system:node", "system:kubelet-api-admin", "system:node-bootstrapper"}, name)
}

var defaultAccount = row{Rule: rule.Rule{
	ID: "EF527", Severity: rule.Warning, Title: "rights for the ServiceAccount default",
	Why:     "every pod of the namespace that names no ServiceAccount runs as default, and has its rights",
	Example: "serviceAccount: default",
	Fix:     "leave serviceAccount out: each application gets an account of its own",
}, Check: findDefaultAccount}

// findDefaultAccount points at the pods that run as the account, or else at its subject.
func findDefaultAccount(set *manifest.Set, f *rule.Finder) {
	hint := "give the pods an account of their own, and the rights to that"
	for _, b := range rights.Of(set).Bindings {
		for _, s := range b.Subjects {
			namespace, name, ok := s.Account()
			if !ok || name != "default" {
				continue
			}
			at := b.At(s.Field)
			if w := rights.FirstRunBy(set, namespace, name); w != nil {
				at = w.At(w.PodField("serviceAccountName"))
			}
			f.Report(at, hint, "%s gives %s to ServiceAccount default of namespace %q: every pod there has it that names no other account", b.Manifest(), b.Ref.Name, namespace)
		}
	}
}

// PodsEverywhere is a note on the rights that efgen gives by default, for the gate alone.
var PodsEverywhere = row{Rule: rule.Rule{
	ID: "EF530", Severity: rule.Note, Title: "nodes may delete pods of every namespace",
	Why:     "the product documents a ClusterRole for discovery, so a node that is broken into can delete every pod and change every Service of the cluster; a Role in the namespace has the same rules, but is not known to work with every version",
	Example: "rbac: {scope: cluster}",
	Fix:     "rbac: {scope: namespace}   # where it is known to work",
}, Check: findPodsEverywhere}

func findPodsEverywhere(set *manifest.Set, f *rule.Finder) {
	nodes := map[rights.Grantee]bool{}
	for _, n := range streaming.NodesOf(set) {
		for _, grantee := range rights.Including(n.Namespace, n.ServiceAccount()) {
			nodes[grantee] = true
		}
	}
	for _, b := range rights.Of(set).Bindings {
		if b.Scope != "" || b.Role == nil || !slices.ContainsFunc(b.Role.Rules, deletesPods) {
			continue
		}
		if slices.ContainsFunc(b.Subjects, func(s rights.Subject) bool { return nodes[s.Grantee()] }) {
			f.Report(b.At("roleRef"), "write rbac.scope: namespace where that is known to work, or except the rule with a reason",
				"every node may delete pods and change Services in all namespaces of the cluster")
		}
	}
}

func deletesPods(r rbacv1.PolicyRule) bool { return allows(r, "", "pods", "delete") }
