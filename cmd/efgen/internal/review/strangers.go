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
		was, is := manifest.ParseImage(old).Resolved(), manifest.ParseImage(new).Resolved()
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
		consequence := d.object().acts()
		if consequence == "" || d.new == nil && d.object().group() != admission {
			continue
		}
		if field, acts := d.actsOtherwise(); acts {
			f.Report(d.at(field), "", "%s %s%s", verbs[d.action()], d.object().title(), consequence)
		}
	}
}

var verbs = map[Action]string{Added: "adds", Modified: "changes", Moved: "moves", Removed: "removes"}

// actsOtherwise finds the field by which an object acts in another way than before; it is
// empty if that is the whole object. A label only describes it.
func (d *difference) actsOtherwise() (field string, acts bool) {
	switch {
	case d.object().folder() == manifest.GitOpsFolder:
		return d.followsOtherwise()
	case d.action() != Modified:
		return "", true
	}
	i := slices.IndexFunc(d.changes, func(ch change) bool { return !isBelow(ch.at, "metadata.labels") })
	if i < 0 {
		return "", false
	}
	return d.changes[i].at, true
}

// How the objects for GitOps follow the environment: what efgen writes there, and which
// fields of it change with the environment and lead nowhere else.
var (
	gitOpsFields = []string{
		"spec.source.repoURL", "spec.source.path", "spec.source.targetRevision", "spec.destination.server", "spec.destination.namespace",
		"spec.project", "spec.syncPolicy.automated", "spec.syncPolicy.syncOptions", "spec.url", "spec.secretRef.name", "spec.ref.branch",
		"spec.interval", "spec.path", "spec.prune", "spec.sourceRef.kind", "spec.sourceRef.name", "spec.timeout", "spec.wait",
	}
	derivedFields = []string{
		"spec.source.path", "spec.destination.namespace", "spec.syncPolicy.automated", "spec.interval", "spec.path", "spec.prune",
		"spec.sourceRef.name", "spec.timeout", "spec.wait",
	}
)

// followsOtherwise is about what efgen makes for a person to apply by hand: it follows the
// environment's own repository when it comes, unless a patch adds something to it.
func (d *difference) followsOtherwise() (field string, acts bool) {
	if d.new == nil {
		return "", false
	}
	if d.old == nil {
		return strangeField("spec", d.new.fields.Mapping("spec"))
	}
	i := slices.IndexFunc(d.changes, func(ch change) bool { return isBelow(ch.at, "spec") && !isBelowAny(ch.at, derivedFields) })
	if i < 0 {
		return "", false
	}
	return d.changes[i].at, true
}

// strangeField is the first field below a path that efgen does not write there.
func strangeField(at string, fields *manifest.Mapping) (field string, strange bool) {
	for _, key := range fields.Keys() {
		path := rule.Key(at, key)
		if isBelowAny(path, gitOpsFields) {
			continue
		}
		inner := fields.Mapping(key)
		if len(inner.Keys()) == 0 {
			return path, true
		}
		if field, strange := strangeField(path, inner); strange {
			return field, true
		}
	}
	return "", false
}

func isBelowAny(path string, fields []string) bool {
	return slices.ContainsFunc(fields, func(field string) bool { return isBelow(path, field) })
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
			return ": the controller applies something else, or elsewhere, with its own rights"
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
	{"route.openshift.io", "Route"},
}

var unknownKind = row{Rule: rule.Rule{
	ID: "ER309", Title: "an object of a kind that efgen does not make",
	Why:     "efgen does not know what the kind does in a cluster, so nothing here says that it is harmless; kinds that are not of Kubernetes itself may do anything when they change or go, too",
	Example: "extraManifests: [manifests/quota.yaml]   # kind: ResourceQuota",
	Fix:     "read the manifest",
}, Check: findUnknownKind}

// findUnknownKind is for what has no worse risk. What an object is called changes nothing, and
// how Kubernetes' own kinds change is known.
func findUnknownKind(c *comparison, f *rule.Finder) {
	for _, d := range c.differences {
		if d.object().isKnown() || slices.ContainsFunc(d.risks, func(r *found) bool { return levelOf(r.rule) >= High }) {
			continue
		}
		field, acts := "", d.action() == Added || d.action() == Removed
		if i := slices.IndexFunc(d.changes, func(ch change) bool { return !isBelow(ch.at, "metadata") }); i >= 0 {
			field, acts = d.changes[i].at, true
		}
		source := d.object().source
		if isOfKubernetes := source.Typed() != nil || source.Misfit() != nil; acts && (d.action() == Added || !isOfKubernetes) {
			f.Report(d.at(field), "", "%s %s, a kind of object that efgen does not make: read what it does", verbs[d.action()], d.object().title())
		}
	}
}

// isKnown reports whether it is known what an object does: efgen makes its kind, or it
// starts pods, which have risks of their own.
func (o *object) isKnown() bool {
	return o.kind == kindFile || o.folder() == manifest.GitOpsFolder || o.group() == "kustomize.config.k8s.io" ||
		slices.Contains(manifestKinds, groupKind{o.group(), o.kind}) || o.startsPods()
}
