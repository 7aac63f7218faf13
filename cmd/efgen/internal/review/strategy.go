package review

import (
	"github.com/efgen/efgen/validate/rule"

	appsv1 "k8s.io/api/apps/v1"
)

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
