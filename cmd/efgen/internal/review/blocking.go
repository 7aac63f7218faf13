package review

import (
	"cmp"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/efgen/efgen/validate/rule"
)

var blockingChecks = []row{
	{rule.Rule{
		ID: "ER101", Title: "a StatefulSet changes what cannot change",
		Why:     "the API server takes changes of replicas, ordinals, template, updateStrategy, minReadySeconds, revisionHistoryLimit and the retention of claims only, so nothing of the change reaches the cluster",
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
		Why:     "the API server refuses another selector of a Deployment or DaemonSet, another template of a Job, a claim that is smaller or of another class, and any change of an immutable ConfigMap or Secret",
		Example: "kind: Deployment\nspec: {selector: {matchLabels: {app: relay-2}}}   # app: relay before",
		Fix:     "give the object another name, so that it is made anew and the old one goes",
	}, findRefused},
	{rule.Rule{
		ID: "ER104", Title: "a Service changes its address",
		Why:     "the API server refuses another clusterIP, so a Service neither becomes headless nor stops being so",
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
		Why:     "with a Namespace everything in it is deleted, Secrets and claims included",
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
		if p.old.set == nil || p.new.set == nil {
			continue
		}
		old, new := p.old.set.Spec, p.new.set.Spec
		for _, field := range []struct {
			name     string
			old, new any
		}{
			{"selector", old.Selector, new.Selector},
			{"serviceName", old.ServiceName, new.ServiceName},
			{"podManagementPolicy", cmp.Or(old.PodManagementPolicy, appsv1.OrderedReadyPodManagement), cmp.Or(new.PodManagementPolicy, appsv1.OrderedReadyPodManagement)},
			{"volumeClaimTemplates", old.VolumeClaimTemplates, new.VolumeClaimTemplates},
		} {
			if !equality.Semantic.DeepEqual(field.old, field.new) {
				f.refuse(p.difference, "spec."+field.name)
			}
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

func findRefused(c *comparison, f *finder) {
	for _, d := range c.differences {
		if d.action() == Modified {
			for _, field := range refused(d.old, d.new) {
				f.refuse(d, field)
			}
		}
	}
}

// refused are the changed fields that the API server will not take, by kind.
func refused(old, new *object) (fields []string) {
	add := func(field string, before, after any) {
		if !equality.Semantic.DeepEqual(before, after) {
			fields = append(fields, field)
		}
	}
	switch {
	case value[appsv1.Deployment](new) != nil && value[appsv1.Deployment](old) != nil:
		add("spec.selector", value[appsv1.Deployment](old).Spec.Selector, value[appsv1.Deployment](new).Spec.Selector)
	case value[appsv1.DaemonSet](new) != nil && value[appsv1.DaemonSet](old) != nil:
		add("spec.selector", value[appsv1.DaemonSet](old).Spec.Selector, value[appsv1.DaemonSet](new).Spec.Selector)
	case value[appsv1.ReplicaSet](new) != nil && value[appsv1.ReplicaSet](old) != nil:
		add("spec.selector", value[appsv1.ReplicaSet](old).Spec.Selector, value[appsv1.ReplicaSet](new).Spec.Selector)
	case value[batchv1.Job](new) != nil && value[batchv1.Job](old) != nil:
		add("spec.selector", value[batchv1.Job](old).Spec.Selector, value[batchv1.Job](new).Spec.Selector)
		add("spec.template", value[batchv1.Job](old).Spec.Template, value[batchv1.Job](new).Spec.Template)
	case value[corev1.PersistentVolumeClaim](new) != nil && value[corev1.PersistentVolumeClaim](old) != nil:
		return refusedOfClaim(value[corev1.PersistentVolumeClaim](old).Spec, value[corev1.PersistentVolumeClaim](new).Spec)
	case value[corev1.ConfigMap](new) != nil && value[corev1.ConfigMap](old) != nil:
		before, after := value[corev1.ConfigMap](old), value[corev1.ConfigMap](new)
		if before.Immutable != nil && *before.Immutable {
			add("immutable", before.Immutable, after.Immutable)
			add("data", before.Data, after.Data)
			add("binaryData", before.BinaryData, after.BinaryData)
		}
	case value[corev1.Secret](new) != nil && value[corev1.Secret](old) != nil:
		before, after := value[corev1.Secret](old), value[corev1.Secret](new)
		add("type", cmp.Or(before.Type, corev1.SecretTypeOpaque), cmp.Or(after.Type, corev1.SecretTypeOpaque))
		if before.Immutable != nil && *before.Immutable {
			add("immutable", before.Immutable, after.Immutable)
			add("data", before.Data, after.Data)
			add("stringData", before.StringData, after.StringData)
		}
	}
	return fields
}

// refusedOfClaim lets a claim grow; all else of it stays as it was made.
func refusedOfClaim(old, new corev1.PersistentVolumeClaimSpec) (fields []string) {
	if new.Resources.Requests.Storage().Cmp(*old.Resources.Requests.Storage()) < 0 {
		fields = append(fields, "spec.resources.requests.storage")
	}
	// What the API server fills in when it is left out does not count as another value.
	unlike := func(before, after *string) bool { return before != nil && after != nil && *before != *after }
	if unlike(old.StorageClassName, new.StorageClassName) {
		fields = append(fields, "spec.storageClassName")
	}
	if !equality.Semantic.DeepEqual(old.AccessModes, new.AccessModes) {
		fields = append(fields, "spec.accessModes")
	}
	if old.VolumeName != "" && old.VolumeName != new.VolumeName {
		fields = append(fields, "spec.volumeName")
	}
	return fields
}

func findAddressRefused(c *comparison, f *finder) {
	for _, d := range c.differences {
		old, new := value[corev1.Service](d.old), value[corev1.Service](d.new)
		if old == nil || new == nil || old.Spec.Type == corev1.ServiceTypeExternalName || new.Spec.Type == corev1.ServiceTypeExternalName {
			continue
		}
		before, after := old.Spec.ClusterIP, new.Spec.ClusterIP
		switch {
		case (before == corev1.ClusterIPNone) != (after == corev1.ClusterIPNone):
			f.add(d, "spec.clusterIP", "the API server will refuse this: %s cannot change between headless and not; it must be deleted and made anew", d.object().title())
		case after != "" && after != before:
			f.refuse(d, "spec.clusterIP")
		}
	}
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
		f.add(d, "", "a controller that prunes deletes namespace %s and everything in it, Secrets and claims included", d.old.name)
	}
}

func findClaimGone(c *comparison, f *finder) {
	for _, d := range c.gone("", "PersistentVolumeClaim") {
		f.add(d, "", "a controller that prunes deletes the volume of claim %s with all that is on it", d.old.name)
	}
}

func findNoReplicas(c *comparison, f *finder) {
	for _, p := range c.workloads() {
		if p.old.replicas > 0 && p.new.replicas == 0 {
			f.add(p.difference, "spec.replicas", "stops all %s of %s; what they hold is only in memory", counted(p.old.replicas, p.new.unit()), p.new.name).weight = p.old.replicas
		}
	}
}
