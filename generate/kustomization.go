package generate

import (
	"path"
	"slices"

	"github.com/efgen/efgen/generate/manifest"
)

// kustomizationFile is the first file that a controller reads in a folder. Without it,
// the controller would apply every YAML file below and report any other file as a mistake.
const kustomizationFile = "kustomization.yaml"

// kustomization is the part of kustomize's own file that efgen writes.
type kustomization struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Resources  []string `json:"resources"`
}

// addKustomization lists the manifests made so far. An extra manifest may also
// end in .yml or .json.
func (r *renderer) addKustomization() {
	list := kustomization{APIVersion: "kustomize.config.k8s.io/v1beta1", Kind: "Kustomization", Resources: []string{}}
	for _, file := range r.files {
		if path.Base(file.Path) != securityConf {
			list.Resources = append(list.Resources, file.Path)
		}
	}
	slices.Sort(list.Resources)
	data, err := manifest.Marshal(list)
	if err != nil {
		r.reportManifest("Kustomization", kustomizationFile, err)
	}
	r.addFile(kustomizationFile, data)
}
