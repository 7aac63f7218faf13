package manifest

import (
	"crypto/sha256"
	"sync"

	"github.com/efgen/efgen/validate/schemas"
)

// A versionedKind is a kind of one API version.
type versionedKind struct{ apiVersion, kind string }

// definedScopes keeps what files of Facts.Schemas define, by their content: environments
// share them.
var definedScopes sync.Map // [sha256.Size]byte → func() map[versionedKind]schemas.Scope

// scopesOf tells where objects of a kind live: as a CustomResourceDefinition among
// Facts.Schemas says, or else the minor's own API description. The scope is empty if
// neither does; a JSON Schema does not tell.
func scopesOf(facts Facts) func(apiVersion, kind string) schemas.Scope {
	minor := schemas.Nearest(facts.KubernetesVersion)
	defined := map[versionedKind]schemas.Scope{}
	for _, file := range facts.Schemas {
		once, _ := definedScopes.LoadOrStore(sha256.Sum256(file.Data), sync.OnceValue(func() map[versionedKind]schemas.Scope { return scopesIn(file) }))
		for kind, scope := range once.(func() map[versionedKind]schemas.Scope)() {
			defined[kind] = scope
		}
	}
	return func(apiVersion, kind string) schemas.Scope {
		if scope, found := defined[versionedKind{apiVersion, kind}]; found {
			return scope
		}
		return schemas.ScopeOf(minor, apiVersion, kind)
	}
}

// scopesIn reads the CustomResourceDefinitions of a file.
func scopesIn(file File) map[versionedKind]schemas.Scope {
	scopes := map[versionedKind]schemas.Scope{}
	for _, document := range Documents(file.Data) {
		definition, _ := Read(document.Text)
		if definition.Text("kind") != "CustomResourceDefinition" {
			continue
		}
		spec := definition.Mapping("spec")
		for _, item := range spec.List("versions") {
			version, _ := item.(*Mapping)
			if version.Get("served") == true {
				kind := versionedKind{spec.Text("group") + "/" + version.Text("name"), spec.Text("names", "kind")}
				scopes[kind] = schemas.Scope(spec.Text("scope"))
			}
		}
	}
	return scopes
}
