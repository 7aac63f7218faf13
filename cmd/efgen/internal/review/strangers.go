package review

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// extraFolder holds the manifests that efgen hands on as somebody wrote them.
const extraFolder = "extra"

func (o *object) isExtra() bool { return o != nil && o.folder() == extraFolder }

var strangeWorkload = row{Rule: rule.Rule{
	ID: "ER214", Title: "something runs beside the applications",
	Why:     "a workload of an extra manifest may run anything, as any ServiceAccount of its namespace, and nothing that efgen knows of Streaming says what it does",
	Example: "extraManifests: [manifests/job.yaml]   # kind: Job",
	Fix:     "have it reviewed as you would review code; another version of its image alone is no such change",
}, Check: findStrangeWorkload}

// findStrangeWorkload says nothing of what the API server refuses.
func findStrangeWorkload(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		if !d.new.isExtra() || !d.new.startsPods() || slices.ContainsFunc(d.risks, isBlocking) {
			continue
		}
		if d.action() == Added {
			account := "default"
			if w := workloadOf(d.new); w != nil {
				account = w.ServiceAccount()
			}
			f.Report(d.at(""), "", "runs %s beside the applications, as ServiceAccount %s: nothing says what it does", d.object().title(), account)
			continue
		}
		if i := slices.IndexFunc(d.changes, change.changesProgram); i >= 0 {
			f.Report(d.at(d.changes[i].at), "", "changes what %s does beside the applications: %s", d.object().title(), d.changes[i].Path)
		}
	}
}

func isBlocking(r *found) bool { return levelOf(r.rule) == Blocking }

// changesProgram leaves out how many pods there are, and another version of an image;
// another registry is a risk of its own.
func (ch change) changesProgram() bool {
	switch {
	case !isBelow(ch.at, "spec") || ch.at == "spec.replicas":
		return false
	case strings.HasSuffix(ch.at, ".image"):
		old, _ := ch.Old.(string)
		new, _ := ch.New.(string)
		was, is := manifest.ParseImage(old), manifest.ParseImage(new)
		return was.Name() != is.Name() && was.Registry() == is.Registry()
	}
	return true
}

// A groupKind is a kind of an API group.
type groupKind struct{ group, kind string }

// startingPods are the kinds that start pods beside those of which a Workload is known.
var startingPods = []groupKind{
	{"", "ReplicationController"}, {"apps.openshift.io", "DeploymentConfig"}, {"build.openshift.io", "BuildConfig"},
	{"build.openshift.io", "Build"}, {"serving.knative.dev", "Service"},
}

func (o *object) startsPods() bool {
	return workloadOf(o) != nil || slices.Contains(startingPods, groupKind{o.group(), o.kind})
}

var otherHands = row{Rule: rule.Rule{
	ID: "ER215", Title: "something that acts on others comes or changes",
	Why: "a webhook or a policy of admission sees and changes every request, an APIService answers in the API server's place, a token is a login, " +
		"and a controller applies whatever its object points to, with its own rights",
	Example: "extraManifests: [manifests/application.yaml]   # kind: Application, of another repository",
	Fix:     "apply it where the cluster's administrators review it",
}, Check: findOtherHands}

func findOtherHands(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		// What efgen makes for GitOps follows the environment's own repository when it comes.
		field, changes := "", d.action() != Modified && d.object().folder() != manifest.GitOpsFolder
		for _, ch := range d.changes {
			if ch.actsOtherwise(d) {
				field, changes = ch.at, true
				break
			}
		}
		if consequence := d.object().acts(); changes && consequence != "" && (d.new != nil || d.object().group() == admission) {
			f.Report(d.at(field), "", "%s %s%s", verbs[d.action()], d.object().title(), consequence)
		}
	}
}

var verbs = map[Action]string{Added: "adds", Modified: "changes", Removed: "removes"}

// actsOtherwise leaves out what only describes an object. What efgen makes for a person to
// apply by hand acts otherwise if it follows another repository.
func (ch change) actsOtherwise(d *difference) bool {
	if d.new.folder() == manifest.GitOpsFolder {
		return slices.Contains([]string{"spec.source.repoURL", "spec.url"}, ch.at)
	}
	return !isBelow(ch.at, "metadata.labels")
}

const admission = "admissionregistration.k8s.io"

// controllers are the API groups whose objects make a controller apply, build or run something.
var controllers = []string{
	"argoproj.io", "toolkit.fluxcd.io", "helm.cattle.io", "fleet.cattle.io", "tekton.dev", "crossplane.io", "operators.coreos.com",
}

// acts says what an object makes others do, after its name; empty if it only is there.
func (o *object) acts() string {
	group := o.group()
	switch {
	case group == admission:
		return ", which decides on requests to the API server: every object that they are about may be read, changed or refused"
	case group == "apiregistration.k8s.io":
		return ": whoever is behind it answers for a part of the API"
	case group == "apiextensions.k8s.io" && o.fields.Text("spec", "conversion", "strategy") == "Webhook":
		return ": whoever is behind its webhook reads and changes every object of the kind"
	case group == "" && o.kind == "Secret":
		return o.logsIn()
	case slices.ContainsFunc(controllers, func(of string) bool { return group == of || strings.HasSuffix(group, "."+of) }):
		if o.folder() == manifest.GitOpsFolder {
			return ": the controller applies what another repository holds, with its own rights"
		}
		return ": a controller applies what that points to, with the controller's own rights"
	}
	return ""
}

// logsIn says what a Secret that is a login opens.
func (o *object) logsIn() string {
	switch o.fields.Text("type") {
	case string(corev1.SecretTypeServiceAccountToken):
		account := cmp.Or(o.fields.Text("metadata", "annotations", corev1.ServiceAccountNameKey), "of its annotation")
		return ": whoever reads it is ServiceAccount " + account + " of namespace " + o.namespace + ", for as long as it exists"
	case string(corev1.SecretTypeBootstrapToken):
		return ": whoever has the token may log in to the API server"
	}
	return ""
}

// manifestKinds are those that efgen makes itself.
var manifestKinds = []groupKind{
	{"", "Namespace"}, {"", "ServiceAccount"}, {"", "Service"}, {"", "ConfigMap"}, {"apps", "StatefulSet"},
	{"networking.k8s.io", "NetworkPolicy"}, {"networking.k8s.io", "Ingress"}, {"policy", "PodDisruptionBudget"},
	{"rbac.authorization.k8s.io", "Role"}, {"rbac.authorization.k8s.io", "RoleBinding"},
	{"rbac.authorization.k8s.io", "ClusterRole"}, {"rbac.authorization.k8s.io", "ClusterRoleBinding"},
	{"authorization.openshift.io", "Role"}, {"authorization.openshift.io", "RoleBinding"},
	{"authorization.openshift.io", "ClusterRole"}, {"authorization.openshift.io", "ClusterRoleBinding"},
	{"route.openshift.io", "Route"}, {"autoscaling", "HorizontalPodAutoscaler"}, {"monitoring.coreos.com", "ServiceMonitor"},
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
