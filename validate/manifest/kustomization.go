package manifest

import (
	"path"
	"slices"
)

// kustomizeGroup is the API group of kustomize's own documents.
const kustomizeGroup = "kustomize.config.k8s.io"

// IsForKustomize reports whether the object is a document of kustomize's own, which never
// reaches a cluster: in a file that kustomize looks for, and of its own kinds. kustomize
// does without apiVersion and kind, kubectl refuses what lacks one of them. Anything else
// in such a file is what kubectl would apply.
func (o *Object) IsForKustomize() bool {
	return isKustomization(o.path) && o.Fields != nil && len(o.faults) == 0 && !o.InList() &&
		(o.APIVersion == "" || o.Group() == kustomizeGroup) && slices.Contains([]string{"", "Kustomization", "Component"}, o.Kind)
}

func isKustomization(file string) bool {
	return slices.Contains([]string{"kustomization.yaml", "kustomization.yml"}, path.Base(file))
}

// HoldsManifests reports whether a file is read for Kubernetes objects: any YAML, but for
// one that holds kustomize's own documents alone.
func (s *Set) HoldsManifests(file string) bool {
	return IsYAML(file) && (!isKustomization(file) || len(s.applied(file)) > 0)
}

// applied are the objects of a file without kustomize's own documents.
func (s *Set) applied(file string) []*Object {
	objects := s.In(file)
	if !isKustomization(file) {
		return objects
	}
	return slices.DeleteFunc(slices.Clone(objects), (*Object).IsForKustomize)
}
