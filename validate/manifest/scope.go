package manifest

import "github.com/efgen/efgen/validate/schemas"

// A versionedKind is a kind of one API version.
type versionedKind struct{ apiVersion, kind string }

// scopesOf tells where objects of a kind live: as a CustomResourceDefinition among
// Facts.Schemas says, or else the minor's own API description. The scope is empty if
// neither does; a JSON Schema does not tell.
func scopesOf(facts Facts) func(apiVersion, kind string) schemas.Scope {
	minor := schemas.Nearest(facts.KubernetesVersion)
	defined := map[versionedKind]schemas.Scope{}
	for _, file := range facts.Schemas {
		for _, document := range Documents(file.Data) {
			// The room that judges by schemas reports what is wrong with the file.
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
