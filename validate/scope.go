package validate

import (
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/schemas"
)

const (
	inNamespace = schemas.InNamespace
	inCluster   = schemas.InCluster
)

// scopesOf tells where objects of a kind live: as a CustomResourceDefinition among
// Facts.Schemas says, or else the minor's own API description. The scope is empty if
// neither does; a JSON Schema does not tell.
func scopesOf(facts Facts) func(apiVersion, kind string) schemas.Scope {
	type versionedKind struct{ apiVersion, kind string }
	minor, defined := schemas.Nearest(facts.KubernetesVersion), map[versionedKind]schemas.Scope{}
	for _, file := range facts.Schemas {
		for _, document := range manifest.Documents(file.Data) {
			// What does not read is a finding of the schema's.
			described, _ := schemas.Describe(document.Text)
			for _, custom := range described.Customs {
				defined[versionedKind{custom.APIVersion, custom.Kind}] = custom.Scope
			}
		}
	}
	return func(apiVersion, kind string) schemas.Scope {
		if scope, found := defined[versionedKind{apiVersion, kind}]; found {
			return scope
		}
		return schemas.ScopeOf(minor, apiVersion, kind)
	}
}
