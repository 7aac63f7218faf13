package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/review/immutable"
	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/rights"
)

var blockingRows = []row{
	statefulSetRefused,
	roleRefused,
	refused,
	addressRefused,
	statefulSetGone,
	namespaceGone,
	claimGone,
	noReplicas,
	movedAway,
	replicasLeft,
}

var statefulSetRefused = row{Rule: rule.Rule{
	ID: "ER101", Title: "a StatefulSet changes what cannot change",
	Why:     "the API server accepts changes of replicas, ordinals, template, updateStrategy, minReadySeconds, revisionHistoryLimit and the retention of claims only, so nothing of the change reaches the cluster; it refuses OnDelete where no strategy was set before",
	Example: "volumeClaimTemplates: [{metadata: {name: data}, spec: {…}}]   # where there was none",
	Fix:     "take it back, or delete the StatefulSet first and let it be made anew: all its nodes stop, and their state is only in memory",
}, Check: findStatefulSetRefused}

func findStatefulSetRefused(c *comparison, f *rule.Finder) {
	for _, p := range c.workloads() {
		if !p.isMoved && p.old.StatefulSet != nil && p.new.StatefulSet != nil {
			for _, field := range immutable.Changed(p.old.StatefulSet, p.new.StatefulSet) {
				refuse(f, p.difference, field)
			}
			refuseStrategy(f, p.difference, p.old.StatefulSet.Spec.UpdateStrategy, p.new.StatefulSet.Spec.UpdateStrategy)
		}
	}
}

// refuse says that the API server will not accept a changed field.
func refuse(f *rule.Finder, d *difference, field string) {
	f.Report(d.at(field), "", "the API server will refuse this: %s of %s cannot change; it must be deleted and made anew", field, d.object().title())
}

var roleRefused = row{Rule: rule.Rule{
	ID: "ER102", Title: "a binding changes its role",
	Why:     "the API server refuses another roleRef, so the whole change is stuck",
	Example: "rbac: {roleName: discovery}   # where bindingName stays as it was",
	Fix:     "rbac: {roleName: discovery, bindingName: discovery}   # a new binding; the old one goes",
}, Check: findRoleRefused}

func findRoleRefused(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		if d.action() != Modified {
			continue
		}
		old, _, isBinding := rights.Reference(d.old.source)
		if new, _, _ := rights.Reference(d.new.source); isBinding && old != new {
			refuse(f, d, "roleRef")
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

var statefulSetGone = row{Rule: rule.Rule{
	ID: "ER105", Title: "a StatefulSet goes",
	Why:     "its nodes stop for good, and what they hold is only in memory",
	Example: "applications: {}   # without an application that was there",
	Fix:     "keep the application, or make sure that nobody needs what its nodes hold",
}, Check: findStatefulSetGone}

func findStatefulSetGone(c *comparison, f *rule.Finder) {
	for _, d := range c.gone("apps", "StatefulSet") {
		replicas := 1
		if w := workloadOf(d.old); w != nil {
			replicas = w.Replicas
		}
		f.Report(d.at("").weighing(replicas), "", "stops %s of %s for good; what they hold is only in memory", nodes(replicas), d.old.name)
	}
}

var namespaceGone = row{Rule: rule.Rule{
	ID: "ER106", Title: "a Namespace goes",
	Why:     "deleting a Namespace deletes everything in it, Secrets and claims included; efgen's annotations protect its Namespaces from Argo CD and Flux only",
	Example: "createNamespace: false   # where it was true",
	Fix:     "keep it, or make sure that no controller prunes it",
}, Check: findNamespaceGone}

func findNamespaceGone(c *comparison, f *rule.Finder) {
	for _, d := range c.gone("", "Namespace") {
		f.Report(d.at(""), "", "%s deletes namespace %s and everything in it, Secrets and claims included", d.old.pruner(), d.old.name)
	}
}

var claimGone = row{Rule: rule.Rule{
	ID: "ER107", Title: "a PersistentVolumeClaim goes",
	Why:     "deleting a claim deletes its volume, unless the storage class retains it",
	Example: "extraManifests: []   # without the claim that was there",
	Fix:     "keep the claim, or save what is on its volume",
}, Check: findClaimGone}

func findClaimGone(c *comparison, f *rule.Finder) {
	for _, d := range c.gone("", "PersistentVolumeClaim") {
		f.Report(d.at(""), "", "%s deletes the volume of claim %s with all that is on it", d.old.pruner(), d.old.name)
	}
}

// pruner is who deletes an object that the manifests no longer show. Argo CD and Flux
// read in the cluster whether they are to spare it.
func (o *object) pruner() string {
	annotation := func(name string) string { return o.fields.Text("metadata", "annotations", name) }
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

var noReplicas = row{Rule: rule.Rule{
	ID: "ER108", Title: "no replica is left",
	Why:     "all nodes of the application stop, and what they hold is only in memory",
	Example: "replicas: 0   # where it was 3",
	Fix:     "replicas: 3",
}, Check: findNoReplicas}

func findNoReplicas(c *comparison, f *rule.Finder) {
	for _, p := range c.workloads() {
		if p.old.Replicas > 0 && p.new.Replicas == 0 {
			f.Report(p.difference.at("spec.replicas").weighing(p.old.Replicas), "", "stops all %s of %s; what they hold is only in memory", counted(p.old.Replicas, unit(p.new)), p.new.Name)
		}
	}
}

var replicasLeft = row{Rule: rule.Rule{
	ID: "ER110", Title: "the number of replicas is no longer said",
	Why:     "whoever applies gives the field up, the API server fills in 1, and all other nodes stop before an autoscaler starts them again",
	Example: "patch: {spec: {replicas: null}}   # of a StatefulSet with 3",
	Fix:     "run the command first: it makes another manager own the present number; who applies on the client's side moves to server-side apply before",
}, Check: findReplicasLeft}

func findReplicasLeft(c *comparison, f *rule.Finder) {
	for _, p := range c.workloads() {
		if !p.leavesReplicas() || p.old.Replicas < 2 {
			continue
		}
		handOver := fmt.Sprintf(`echo '{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":%q,"namespace":%q},"spec":{"replicas":%d}}' | kubectl apply --server-side --field-manager=efgen-handover -f -`, p.new.Name, p.new.Namespace, p.old.Replicas)
		f.Report(p.difference.at("spec.replicas").weighing(p.old.Replicas-1), "", "the API server sets the replicas of %s to 1, and stops %s; run this first: %s", p.new.Name, nodes(p.old.Replicas-1), handOver)
	}
}

// leavesReplicas reports whether a StatefulSet in the cluster said how many nodes it has,
// and no longer does.
func (p pair) leavesReplicas() bool {
	return !p.isMoved && p.old.StatefulSet != nil && p.new.StatefulSet != nil && p.old.StatefulSet.Spec.Replicas != nil && p.new.StatefulSet.Spec.Replicas == nil
}
