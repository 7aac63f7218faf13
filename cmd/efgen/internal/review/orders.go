package review

import (
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var controllerOrder = row{Rule: rule.Rule{
	ID: "ER216", Title: "an annotation commands a controller",
	Why:     "annotations are commands to Argo CD, Flux and Helm: a hook runs at each sync, replace and force delete the object and make it anew, and what may be pruned goes with its file",
	Example: "annotations: {argocd.argoproj.io/sync-options: \"Replace=true\"}",
	Fix:     "leave the annotation out: what efgen needs of this kind, it sets itself",
}, Check: findControllerOrder}

func findControllerOrder(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		if d.new == nil || d.new.fields == nil {
			continue
		}
		var before []order
		if d.old != nil {
			before = ordersOf(d.old)
		}
		for _, o := range ordersOf(d.new) {
			if !slices.Contains(before, o) {
				before = append(before, o)
				f.Report(d.at(rule.Key("metadata.annotations", o.annotation)), "", "%s of %s makes a controller %s", o.annotation, d.object().title(), o.effect)
			}
		}
		if d.old != nil && d.new.folder() != manifest.GitOpsFolder {
			addUnspared(f, d)
		}
	}
}

// An order is what an annotation makes a controller do.
type order struct{ annotation, effect string }

const (
	argoOptions = "argocd.argoproj.io/sync-options"
	fluxPrune   = "kustomize.toolkit.fluxcd.io/prune"
	anew        = "delete the object and make it anew"
)

func ordersOf(o *object) (all []order) {
	annotations := o.fields.Mapping("metadata", "annotations")
	for _, key := range annotations.Keys() {
		value := annotations.Text(key)
		switch key {
		case argoOptions:
			for option := range strings.SplitSeq(value, ",") {
				if effect := argoEffect(strings.TrimSpace(option)); effect != "" {
					all = append(all, order{key, effect})
				}
			}
		case "argocd.argoproj.io/hook", "helm.sh/hook":
			all = append(all, order{key, "apply the object as a hook (" + value + ")"})
		case "argocd.argoproj.io/hook-delete-policy", "helm.sh/hook-delete-policy":
			all = append(all, order{key, "delete the object (" + value + ")"})
		case "kustomize.toolkit.fluxcd.io/force", "helm.toolkit.fluxcd.io/force":
			if value != "disabled" && value != "false" {
				all = append(all, order{key, anew})
			}
		}
	}
	return all
}

func argoEffect(option string) string {
	name, value, _ := strings.Cut(option, "=")
	switch {
	case value == "false" || name == "":
		return ""
	case name == "Replace" || name == "Force":
		return anew
	case name == "Prune" || name == "PruneLast" || name == "Delete":
		return "prune (" + option + ")"
	}
	return ""
}

// addUnspared finds protections from pruning that go.
func addUnspared(f *rule.Finder, d *difference) {
	before, after := sparedBy(d.old), sparedBy(d.new)
	for _, annotation := range before {
		if !slices.Contains(after, annotation) {
			f.Report(d.at(rule.Key("metadata.annotations", annotation)), "", "without %s, a controller prunes %s with its file", annotation, d.object().title())
		}
	}
}

// sparedBy are the annotations that make a controller spare an object.
func sparedBy(o *object) (all []string) {
	annotations := o.fields.Mapping("metadata", "annotations")
	if slices.ContainsFunc(strings.Split(annotations.Text(argoOptions), ","), func(option string) bool { return strings.TrimSpace(option) == "Prune=false" }) {
		all = append(all, argoOptions)
	}
	if annotations.Text(fluxPrune) == "disabled" {
		all = append(all, fluxPrune)
	}
	return all
}
