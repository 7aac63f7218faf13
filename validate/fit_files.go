package validate

import (
	"encoding/json"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/rule"
)

const (
	// maxConfigMap is what the API server takes as the data of one ConfigMap.
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

// readListed finds the resources of an environment's kustomization.yaml, which is
// no Kubernetes object; there is no object without the file.
func (s *subject) readListed() (*object, []string) {
	file := s.files[kustomization]
	if file == nil || s.facts.Environment == "" {
		return nil, nil
	}
	o := &object{file: file, document: document{text: file.Data, line: 1}}
	fields, _ := read(file.Data)
	items, _ := fields["resources"].([]any)
	paths := make([]string, len(items))
	for i, item := range items {
		paths[i], _ = item.(string)
	}
	return o, paths
}

// synced tells whether a file belongs into kustomization.yaml.
func synced(name string) bool { return isManifest(name) && path.Dir(name) != gitopsFolder }

func findUnlisted(s *subject, r *report) {
	if s.facts.Environment == "" {
		return
	}
	o, resources := s.listing, s.listed
	if o == nil {
		r.add(place{file: kustomization}, "run `efgen generate`", "the environment has no kustomization.yaml")
		return
	}
	listed := map[string]bool{}
	for _, name := range resources {
		listed[name] = true
	}
	for _, name := range s.order {
		if synced(name) && !listed[name] {
			r.add(place{file: name, line: 1}, "name it in extraManifests of the environment file, or delete it", "kustomization.yaml leaves the file out: it never reaches the cluster")
		}
		for _, o := range s.byFile[name] {
			if value, set := o.annotation(localConfig); set && value != "false" {
				r.add(o.at(rule.Key("metadata.annotations", localConfig)), "remove the annotation", "kustomize drops %s, for its annotation %s", o.manifest(), localConfig)
			}
		}
	}
}

func findListedInVain(s *subject, r *report) {
	o, resources := s.listing, s.listed
	seen := map[string]bool{}
	for i, name := range resources {
		at := o.at(rule.Index("resources", i))
		switch {
		case s.files[name] == nil:
			r.add(at, "remove it from resources, or add the file", "resources lists %q, which does not exist", name)
		case !synced(name):
			r.add(at, "remove it from resources", "resources lists %q, which is not to be synced", name)
		case seen[name]:
			r.add(at, "remove it from resources", "resources lists %q twice", name)
		}
		seen[name] = true
	}
}

func findTooLarge(s *subject, r *report) {
	for _, config := range each[corev1.ConfigMap](s) {
		if size := dataSize(config.value); size > maxConfigMap {
			r.add(config.at("data"), "put large files into the image, or on a volume", "the ConfigMap holds %d bytes, more than the %d that the API server takes", size, maxConfigMap)
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

func findLarge(s *subject, r *report) {
	for _, config := range each[corev1.ConfigMap](s) {
		// Escapes make JSON at most six times as long.
		if len(config.document.text) < maxApplied/6 || dataSize(config.value) > maxConfigMap {
			continue
		}
		applied, err := json.Marshal(config.fields)
		if err == nil && len(applied) > maxApplied {
			r.add(config.at("data"), "apply with --server-side, as Argo CD and Flux can, or put large files into the image",
				"the ConfigMap is %d bytes of JSON: client-side `kubectl apply` refuses more than %d", len(applied), maxApplied)
		}
	}
}

func findNoNamespace(s *subject, r *report) {
	if s.facts.Environment == "" {
		return
	}
	for _, o := range s.objects {
		if o.scope == inNamespace && o.written == "" {
			r.add(o.at("metadata"), "add metadata.namespace", "%s names no namespace", o.manifest())
		}
	}
}

func findOtherNamespace(s *subject, r *report) {
	if s.facts.Environment == "" {
		return
	}
	home := s.home()
	for _, o := range s.objects {
		if o.scope == inNamespace && o.written != "" && o.written != home {
			r.add(o.at("metadata.namespace"), "use the environment's namespace, or except it with a reason", "%s is in namespace %q, all else in %q", o.manifest(), o.written, home)
		}
	}
	for _, o := range s.objects {
		if o.kind == "Namespace" && o.name != home && !strings.Contains(o.apiVersion, "/") {
			r.add(o.at("metadata.name"), "use the environment's namespace", "Namespace %q is not the one that the objects are in, %q", o.name, home)
		}
	}
}
