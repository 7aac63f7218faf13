package review

import (
	"cmp"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/cmd/efgen/internal/review/immutable"
	"github.com/efgen/efgen/validate/rule"
)

var refused = row{Rule: rule.Rule{
	ID: "ER103", Title: "an object changes what cannot change",
	Why:     "some fields cannot change after an object was created: the selector of a Deployment or DaemonSet, the template and the completions of a Job, all of a Pod but its images, all of a claim but its size, which may grow, the value of a PriorityClass, most of a StorageClass, and all of an immutable ConfigMap or Secret",
	Example: "kind: Deployment\nspec: {selector: {matchLabels: {app: relay-2}}}   # app: relay before",
	Fix:     "give the object another name, so that it is made anew and the old one goes",
}, Check: findRefused}

func findRefused(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		for _, field := range immutableIn(d) {
			refuse(f, d, field)
		}
		if old, new := both[appsv1.Deployment](d); old != nil {
			refuseRecreate(f, d, old.Spec.Strategy, new.Spec.Strategy)
		}
	}
}

// immutableIn are the fields that an object changes and cannot; those of a StatefulSet have
// a rule of their own.
func immutableIn(d *difference) []string {
	old, new := sourceOf(d.old), sourceOf(d.new)
	if d.isMoved || old == nil || new == nil || value[appsv1.StatefulSet](d.new) != nil {
		return nil
	}
	return immutable.Changed(old.Typed(), new.Typed())
}

// both are the two sides of a modified object of one type; nil, if it is another, or if it
// is made anew in another namespace.
func both[T any](d *difference) (old, new *T) {
	if d.isMoved {
		return nil, nil
	}
	if old, new = value[T](d.old), value[T](d.new); old == nil || new == nil {
		return nil, nil
	}
	return old, new
}

var addressRefused = row{Rule: rule.Rule{
	ID: "ER104", Title: "a Service changes its address",
	Why:     "the API server refuses a different clusterIP, so a Service cannot become headless; and it keeps the present one where none is set, so a headless Service stays headless",
	Example: "clusterIP: None   # in a Service that had an address",
	Fix:     "delete the Service first: until it is back, nobody reaches the nodes by its name",
}, Check: findAddressRefused}

func findAddressRefused(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		old, new := both[corev1.Service](d)
		if old == nil || old.Spec.Type == corev1.ServiceTypeExternalName || new.Spec.Type == corev1.ServiceTypeExternalName {
			continue
		}
		before, after := old.Spec.ClusterIP, new.Spec.ClusterIP
		switch {
		case before == corev1.ClusterIPNone && after == "" && cmp.Or(new.Spec.Type, corev1.ServiceTypeClusterIP) == corev1.ServiceTypeClusterIP:
			// Where none is asked for, the API server keeps the address, and None is one.
			f.Report(d.at("spec.clusterIP"), "", "the API server will take this, and leave %s headless; it must be deleted and made anew", d.object().title())
		case (before == corev1.ClusterIPNone) != (after == corev1.ClusterIPNone):
			f.Report(d.at("spec.clusterIP"), "", "the API server will refuse this: %s cannot change between headless and not; it must be deleted and made anew", d.object().title())
		case after != "" && after != before:
			refuse(f, d, "spec.clusterIP")
		}
	}
}

const leftBehind = "the API server will refuse this: it has filled in %s of %s, and no manifest takes that away; delete the object first, or the field by hand"

// refuseStrategy knows that the API server fills in rollingUpdate where a manifest names
// no strategy, that a manifest removes only what a manifest has set, and that OnDelete
// may not have it.
func refuseStrategy(f *rule.Finder, d *difference, old, new appsv1.StatefulSetUpdateStrategy) {
	if old.Type == "" && old.RollingUpdate == nil && new.Type == appsv1.OnDeleteStatefulSetStrategyType {
		f.Report(d.at("spec.updateStrategy"), "", leftBehind, "spec.updateStrategy.rollingUpdate", d.object().title())
	}
}

// refuseRecreate is the same for a Deployment, where it is filled in for RollingUpdate, too.
func refuseRecreate(f *rule.Finder, d *difference, old, new appsv1.DeploymentStrategy) {
	if old.Type != appsv1.RecreateDeploymentStrategyType && old.RollingUpdate == nil && new.Type == appsv1.RecreateDeploymentStrategyType {
		f.Report(d.at("spec.strategy"), "", leftBehind, "spec.strategy.rollingUpdate", d.object().title())
	}
}
