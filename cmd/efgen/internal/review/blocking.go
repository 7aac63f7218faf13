package review

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/efgen/efgen/validate/rule"
)

var blockingChecks = []row{
	{rule.Rule{
		ID: "ER101", Title: "a StatefulSet changes what cannot change",
		Why:     "the API server takes changes of replicas, ordinals, template, updateStrategy, minReadySeconds, revisionHistoryLimit and the retention of claims only, so nothing of the change reaches the cluster; OnDelete is refused where no strategy was named",
		Example: "volumeClaimTemplates: [{metadata: {name: data}, spec: {…}}]   # where there was none",
		Fix:     "take it back, or delete the StatefulSet first and let it be made anew: all its nodes stop, and their state is only in memory",
	}, findStatefulSetRefused},
	{rule.Rule{
		ID: "ER102", Title: "a binding changes its role",
		Why:     "the API server refuses another roleRef, so the whole change is stuck",
		Example: "rbac: {roleName: discovery}   # where bindingName stays as it was",
		Fix:     "rbac: {roleName: discovery, bindingName: discovery}   # a new binding; the old one goes",
	}, findRoleRefused},
	{rule.Rule{
		ID: "ER103", Title: "an object changes what cannot change",
		Why:     "the API server keeps some of what an object was made with: the selector of a Deployment or DaemonSet, the template and the completions of a Job, all of a Pod but its images, all of a claim but its size, which may grow, the value of a PriorityClass, most of a StorageClass, and all of an immutable ConfigMap or Secret",
		Example: "kind: Deployment\nspec: {selector: {matchLabels: {app: relay-2}}}   # app: relay before",
		Fix:     "give the object another name, so that it is made anew and the old one goes",
	}, findRefused},
	{rule.Rule{
		ID: "ER104", Title: "a Service changes its address",
		Why:     "the API server refuses another clusterIP, so a Service does not become headless, and keeps what it has where none is asked for, so one that is headless stays so",
		Example: "clusterIP: None   # in a Service that had an address",
		Fix:     "delete the Service first: until it is back, nobody reaches the nodes by its name",
	}, findAddressRefused},
	{rule.Rule{
		ID: "ER105", Title: "a StatefulSet goes",
		Why:     "its nodes stop for good, and what they hold is only in memory",
		Example: "applications: {}   # without an application that was there",
		Fix:     "keep the application, or make sure that nobody needs what its nodes hold",
	}, findStatefulSetGone},
	{rule.Rule{
		ID: "ER106", Title: "a Namespace goes",
		Why:     "with a Namespace everything in it is deleted, Secrets and claims included; those of efgen carry annotations that make Argo CD and Flux spare them, and nobody else",
		Example: "createNamespace: false   # where it was true",
		Fix:     "keep it, or make sure that no controller prunes it",
	}, findNamespaceGone},
	{rule.Rule{
		ID: "ER107", Title: "a PersistentVolumeClaim goes",
		Why:     "with a claim its volume is deleted, unless the storage class retains it",
		Example: "extraManifests: []   # without the claim that was there",
		Fix:     "keep the claim, or save what is on its volume",
	}, findClaimGone},
	{rule.Rule{
		ID: "ER108", Title: "no replica is left",
		Why:     "all nodes of the application stop, and what they hold is only in memory",
		Example: "replicas: 0   # where it was 3",
		Fix:     "replicas: 3",
	}, findNoReplicas},
}

func findStatefulSetRefused(c *comparison, f *finder) {
	for _, p := range c.workloads() {
		if p.old.set != nil && p.new.set != nil {
			for _, field := range changed(keptOfStatefulSet(p.old.set.Spec, p.new.set.Spec)) {
				f.refuse(p.difference, field)
			}
			f.refuseStrategy(p.difference, p.old.set.Spec.UpdateStrategy, p.new.set.Spec.UpdateStrategy)
		}
	}
}

// refuse says that the API server will not take a changed field.
func (f *finder) refuse(d *difference, field string) {
	f.add(d, field, "the API server will refuse this: %s of %s cannot change; it must be deleted and made anew", field, d.object().title())
}

func findRoleRefused(c *comparison, f *finder) {
	for _, d := range c.differences {
		if d.action() != Modified {
			continue
		}
		old, isBinding := roleRefOf(d.old)
		if new, _ := roleRefOf(d.new); isBinding && old != new {
			f.refuse(d, "roleRef")
		}
	}
}

// roleRefOf is the role of a binding, in Kubernetes' words.
func roleRefOf(o *object) (ref rbacv1.RoleRef, ok bool) {
	if b := value[rbacv1.ClusterRoleBinding](o); b != nil {
		ref = b.RoleRef
	} else if b := value[rbacv1.RoleBinding](o); b != nil {
		ref = b.RoleRef
	} else if b := value[openshiftBinding](o); b != nil {
		ref = rbacv1.RoleRef{Kind: "ClusterRole", Name: b.RoleRef.Name}
		if b.RoleRef.Namespace != "" {
			ref.Kind = "Role"
		}
	} else {
		return ref, false
	}
	ref.APIGroup = rbacv1.GroupName
	return ref, true
}

// gone are the removed objects of a core or apps kind.
func (c *comparison) gone(group, kind string) (all []*difference) {
	for _, d := range c.differences {
		if d.action() == Removed && d.old.group() == group && d.old.kind == kind {
			all = append(all, d)
		}
	}
	return all
}

func findStatefulSetGone(c *comparison, f *finder) {
	for _, d := range c.gone("apps", "StatefulSet") {
		replicas := 1
		if w := workloadOf(d.old); w != nil {
			replicas = w.replicas
		}
		f.add(d, "", "stops %s of %s for good; what they hold is only in memory", nodes(replicas), d.old.name).weight = replicas
	}
}

func findNamespaceGone(c *comparison, f *finder) {
	for _, d := range c.gone("", "Namespace") {
		f.add(d, "", "%s deletes namespace %s and everything in it, Secrets and claims included", d.old.pruner(), d.old.name)
	}
}

func findClaimGone(c *comparison, f *finder) {
	for _, d := range c.gone("", "PersistentVolumeClaim") {
		f.add(d, "", "%s deletes the volume of claim %s with all that is on it", d.old.pruner(), d.old.name)
	}
}

// pruner is who deletes an object that the manifests no longer show. Argo CD and Flux
// read in the cluster whether they are to spare it.
func (o *object) pruner() string {
	annotation := func(name string) string { return o.fields.text("metadata", "annotations", name) }
	var spared []string
	options := strings.Split(annotation("argocd.argoproj.io/sync-options"), ",")
	if slices.ContainsFunc(options, func(option string) bool { return strings.TrimSpace(option) == "Prune=false" }) {
		spared = append(spared, "Argo CD")
	}
	if annotation("kustomize.toolkit.fluxcd.io/prune") == "disabled" {
		spared = append(spared, "Flux")
	}
	if len(spared) == 0 {
		return "a controller that prunes"
	}
	return "its annotations make " + strings.Join(spared, " and ") + " spare it, but any other controller that prunes"
}

func findNoReplicas(c *comparison, f *finder) {
	for _, p := range c.workloads() {
		if p.old.replicas > 0 && p.new.replicas == 0 {
			f.add(p.difference, "spec.replicas", "stops all %s of %s; what they hold is only in memory", counted(p.old.replicas, p.new.unit()), p.new.name).weight = p.old.replicas
		}
	}
}
