package generate

import (
	"path"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/efgen/efgen/generate/manifest"
)

// kustomizationFile is what a controller reads first in a folder; without it
// the controller would take every YAML file below, and everything else for a mistake.
const kustomizationFile = "kustomization.yaml"

// kustomization is the part of kustomize's own file that efgen writes.
type kustomization struct {
	metav1.TypeMeta `json:",inline"`
	Resources       []string `json:"resources"`
}

// addKustomization lists the manifests made so far.
func (r *renderer) addKustomization() {
	list := kustomization{TypeMeta: typeMeta("kustomize.config.k8s.io/v1beta1", "Kustomization"), Resources: []string{}}
	for _, file := range r.files {
		if path.Ext(file.Path) == ".yaml" {
			list.Resources = append(list.Resources, file.Path)
		}
	}
	slices.Sort(list.Resources)
	data, err := manifest.Marshal(list)
	if err != nil {
		r.fail(ruleManifest, "extraManifests", "%s: %v", kustomizationFile, err)
	}
	r.addFile(kustomizationFile, data)
}
