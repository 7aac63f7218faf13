package fit

import (
	"encoding/json"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schemas"
)

const (
	// maxConfigMap is how many bytes of data the API server accepts in one ConfigMap.
	maxConfigMap = 1 << 20
	// maxApplied is what is sure to fit into the 262,144 bytes of all annotations
	// of one object: the JSON of the object, as `kubectl apply` stores it there.
	maxApplied = 262_000
)

const (
	kustomization = "kustomization.yaml"
	// localConfig is for kustomize itself: what has it stays out of what is built,
	// whatever its value, unless that is "false".
	localConfig = "config.kubernetes.io/local-config"
)

// A listing is an environment's kustomization.yaml, which is no Kubernetes object, and the
// files that it lists.
type listing struct {
	exists bool
	// isUnread says that a document in it does not read.
	isUnread  bool
	object    *manifest.Object
	resources []string
}

func readListing(set *manifest.Set) (l listing) {
	if _, l.exists = set.File(kustomization); !l.exists || set.Facts().Environment == "" {
		return l
	}
	for _, o := range set.In(kustomization) {
		l.isUnread = l.isUnread || len(o.Faults()) > 0
		if l.object != nil || !o.IsForKustomize() {
			continue
		}
		l.object = o
		for _, item := range o.Fields.List("resources") {
			path, _ := item.(string)
			l.resources = append(l.resources, path)
		}
	}
	return l
}

// isSynced reports whether a file belongs into kustomization.yaml.
func isSynced(set *manifest.Set, name string) bool {
	return name != kustomization && path.Dir(name) != manifest.GitOpsFolder && set.HoldsManifests(name)
}

var unlisted = row{Rule: rule.Rule{
	ID: "EF318", Severity: rule.Error, Title: "kustomization.yaml leaves a manifest out",
	Why:     "a file that is not listed, or is marked config.kubernetes.io/local-config, never reaches the cluster; if it was there, it is removed",
	Example: "resources: [namespace.yaml]   # beside flow/statefulset.yaml",
	Fix:     "resources: [flow/statefulset.yaml, namespace.yaml]",
}, Check: findUnlisted}

func findUnlisted(set *manifest.Set, f *rule.Finder) {
	if set.Facts().Environment == "" {
		return
	}
	kept := manifest.Index(set, readListing)
	listed := map[string]bool{}
	for _, name := range kept.resources {
		listed[name] = true
	}
	switch {
	case !kept.exists:
		f.Report(manifest.InFile(kustomization, 0), "run `efgen generate`", "the environment has no kustomization.yaml")
		return
	case len(listed) == 0 && !kept.isUnread:
		f.Report(manifest.InFile(kustomization, 1), "run `efgen generate`", "kustomization.yaml lists no resources: nothing reaches the cluster")
	}
	for _, name := range set.Paths() {
		// One problem is enough for a list of nothing, or one that does not read.
		if len(listed) > 0 && !kept.isUnread && isSynced(set, name) && !listed[name] {
			f.Report(manifest.InFile(name, 1), "name it in extraManifests of the environment file, or delete it", "kustomization.yaml leaves the file out: it never reaches the cluster")
		}
		for _, o := range set.In(name) {
			if value, set := o.Annotation(localConfig); set && value != "false" {
				f.Report(o.At(rule.Key("metadata.annotations", localConfig)), "remove the annotation", "kustomize drops %s, for its annotation %s", o.Manifest(), localConfig)
			}
		}
	}
}

var listedInVain = row{Rule: rule.Rule{
	ID: "EF319", Severity: rule.Error, Title: "kustomization.yaml lists what it must not",
	Why:     "one missing file makes the whole sync fail; the files in _gitops are applied once, by hand, and would make the controller sync itself",
	Example: "resources: [flow/service.yml]   # the file is flow/service.yaml",
	Fix:     "resources: [flow/service.yaml]",
}, Check: findListedInVain}

func findListedInVain(set *manifest.Set, f *rule.Finder) {
	kept := manifest.Index(set, readListing)
	seen := map[string]bool{}
	for i, name := range kept.resources {
		at := kept.object.At(rule.Index("resources", i))
		_, exists := set.File(name)
		switch {
		case !exists:
			f.Report(at, "remove it from resources, or add the file", "resources lists %q, which does not exist", name)
		case !isSynced(set, name):
			f.Report(at, "remove it from resources", "resources lists %q, which is not to be synced", name)
		case seen[name]:
			f.Report(at, "remove it from resources", "resources lists %q twice", name)
		}
		seen[name] = true
	}
}

var secondKustomization = row{Rule: rule.Rule{
	ID: "EF329", Severity: rule.Error, Title: "a second kustomization in one folder",
	Why:     "kustomize, and with it Flux and Argo CD, refuses a folder with more than one of kustomization.yaml, kustomization.yml and Kustomization: nothing is synced any more",
	Example: "# out/production/kustomization.yml beside out/production/kustomization.yaml",
	Fix:     "delete it; `patches` and `extraManifests` of the environment file change and add objects",
}, Check: findSecondKustomization}

func findSecondKustomization(set *manifest.Set, f *rule.Finder) {
	if _, exists := set.File(kustomization); !exists || set.Facts().Environment == "" {
		return
	}
	for _, name := range []string{"kustomization.yml", "Kustomization"} {
		if _, exists := set.File(name); exists {
			f.Report(manifest.InFile(name, 1), "delete it, or move it out of the folder", "there can be only one kustomization in a folder, and %s is there", kustomization)
		}
	}
}

var tooLarge = row{Rule: rule.Rule{
	ID: "EF321", Severity: rule.Error, Title: "a ConfigMap is too large",
	Why:     "the API server refuses more than 1 MiB of data",
	Example: "files: {resources: {model.bin: files/model.bin}}   # of 3 MiB",
	Fix:     "put large files into the image, or on a volume",
}, Check: findTooLarge}

func findTooLarge(set *manifest.Set, f *rule.Finder) {
	for _, config := range manifest.Each[corev1.ConfigMap](set) {
		if size := dataSize(config.Value); size > maxConfigMap {
			f.Report(config.At("data"), "put large files into the image, or on a volume", "the ConfigMap holds %d bytes, more than the %d that the API server takes", size, maxConfigMap)
		}
	}
}

// dataSize is what the API server counts.
func dataSize(config *corev1.ConfigMap) int {
	size := 0
	for _, value := range config.Data {
		size += len(value)
	}
	for _, value := range config.BinaryData {
		size += len(value)
	}
	return size
}

var large = row{Rule: rule.Rule{
	ID: "EF322", Severity: rule.Warning, Title: "a ConfigMap is too large for client-side apply",
	Why:     "`kubectl apply` keeps the whole object, as JSON, in an annotation, and annotations end at 262,144 bytes; server-side apply has no such limit",
	Example: "files: {resources: {table.csv: files/table.csv}}   # of 300 KiB",
	Fix:     "apply with --server-side, or put large files into the image",
}, Check: findLarge}

func findLarge(set *manifest.Set, f *rule.Finder) {
	for _, config := range manifest.Each[corev1.ConfigMap](set) {
		// Escapes make JSON at most six times as long.
		if len(config.Text()) < maxApplied/6 || dataSize(config.Value) > maxConfigMap {
			continue
		}
		applied, err := json.Marshal(config.Fields)
		if err == nil && len(applied) > maxApplied {
			f.Report(config.At("data"), "apply with --server-side, as Argo CD and Flux can, or put large files into the image",
				"the ConfigMap is %d bytes of JSON: client-side `kubectl apply` refuses more than %d", len(applied), maxApplied)
		}
	}
}

var noNamespace = row{Rule: rule.Rule{
	ID: "EF323", Severity: rule.Error, Title: "an object names no namespace",
	Why:     "it ends up in whatever namespace the person or the controller that applies it happens to use",
	Example: "kind: ConfigMap\nmetadata: {name: flow}",
	Fix:     "metadata: {name: flow, namespace: production}",
}, Check: findNoNamespace}

func findNoNamespace(set *manifest.Set, f *rule.Finder) {
	if set.Facts().Environment == "" {
		return
	}
	for _, o := range set.Objects() {
		if o.Scope == schemas.InNamespace && o.WrittenNamespace == "" {
			f.Report(o.At("metadata"), "add metadata.namespace", "%s names no namespace", o.Manifest())
		}
	}
}

var otherNamespace = row{Rule: rule.Rule{
	ID: "EF324", Severity: rule.Warning, Title: "an object is in another namespace",
	Why:     "most objects can only refer to objects of their own namespace",
	Example: "metadata: {name: flow, namespace: staging}   # while all else is in production",
	Fix:     "metadata: {name: flow, namespace: production}",
}, Check: findOtherNamespace}

func findOtherNamespace(set *manifest.Set, f *rule.Finder) {
	if set.Facts().Environment == "" {
		return
	}
	home := set.Home()
	for _, o := range set.Objects() {
		if o.Scope == schemas.InNamespace && o.WrittenNamespace != "" && o.WrittenNamespace != home {
			f.Report(o.At("metadata.namespace"), "use the environment's namespace, or except it with a reason", "%s is in namespace %q, all else in %q", o.Manifest(), o.WrittenNamespace, home)
		}
	}
	for _, o := range set.Objects() {
		if o.Kind == "Namespace" && o.Name != home && !strings.Contains(o.APIVersion, "/") {
			f.Report(o.At("metadata.name"), "use the environment's namespace", "Namespace %q is not the one that the objects are in, %q", o.Name, home)
		}
	}
}
