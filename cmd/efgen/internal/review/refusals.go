package review

import (
	"cmp"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/rule"
)

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
