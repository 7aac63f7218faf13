package policy

import (
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var twoControllers = row{Rule: rule.Rule{
	ID: "EF531", Severity: rule.Warning, Title: "two controllers sync one environment",
	Why:     "both Argo CD and Flux apply and prune the same objects: when one is switched off, or lags behind, it undoes what the other does",
	Example: "gitops: {argocd: {}, flux: {}}",
	Fix:     "gitops: {flux: {}}",
}, Check: findTwoControllers}

func findTwoControllers(set *manifest.Set, f *rule.Finder) {
	var argo, flux *manifest.Object
	for _, o := range set.Asides() {
		switch {
		case o.Group() == "argoproj.io" && o.Kind == "Application":
			argo = o
		case o.Group() == "kustomize.toolkit.fluxcd.io" && o.Kind == "Kustomization":
			flux = o
		}
	}
	if argo != nil && flux != nil {
		f.Report(flux.At(""), "keep gitops.argocd or gitops.flux", "%s of Flux and %s of Argo CD sync the same files", flux.Manifest(), argo.Manifest())
	}
}
