package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/schemas"
)

// A spec is what one source describes: strict schemas of kinds and their scopes, by
// apiVersion/kind, and the definitions that the schemas may refer to.
type spec struct {
	roots       map[string]root
	definitions map[string]string
}

// A root is a kind's line in the archive, but for its name and its minors.
type root struct {
	scope  schemas.Scope
	schema string
}

func (r root) String() string { return string(r.scope) + " " + r.schema }

func newSpec() spec {
	return spec{roots: map[string]root{}, definitions: map[string]string{}}
}

// define adds the definitions of an OpenAPI document.
func (s spec) define(definitions map[string]schemas.Object) {
	for name, schema := range definitions {
		s.definitions[name] = schemas.Text(schemas.Builtin(name, schema))
	}
}

// A document is an OpenAPI document, version 3 or 2.
type document struct {
	Paths      map[string]map[string]json.RawMessage
	Components struct{ Schemas map[string]schemas.Object }
	// Definitions is what version 2 has instead of components.schemas.
	Definitions map[string]schemas.Object
}

// groupVersionKind is how OpenAPI documents of Kubernetes name a kind.
type groupVersionKind struct{ Group, Version, Kind string }

func (k groupVersionKind) name() string {
	return strings.TrimPrefix(k.Group+"/"+k.Version+"/"+k.Kind, "/")
}

// alpha versions are off in every cluster unless someone switches them on.
var alpha = regexp.MustCompile(`v\d+alpha\d+`)

// readKubernetes reads the kinds that can be applied: those with a path of their
// own that takes PUT. Subresources such as scale have longer paths.
func readKubernetes(s source) (spec, error) {
	all := newSpec()
	err := s.files([]string{"api/openapi-spec/v3/*_openapi.json"}, func(name string, content []byte) error {
		var doc document
		if alpha.MatchString(name) {
			return nil
		}
		if err := json.Unmarshal(content, &doc); err != nil {
			return err
		}
		all.define(doc.Components.Schemas)
		for path, operations := range doc.Paths {
			if !strings.HasSuffix(path, "/{name}") || operations["put"] == nil {
				continue
			}
			var put struct {
				Kind groupVersionKind `json:"x-kubernetes-group-version-kind"`
			}
			if err := json.Unmarshal(operations["put"], &put); err != nil {
				return err
			}
			definition, ok := kindOf(doc.Components.Schemas, put.Kind)
			if !ok {
				return fmt.Errorf("%q is served and not described", put.Kind.name())
			}
			all.roots[put.Kind.name()] = root{scopeOf(path), schemas.Text(schemas.Root(definition))}
		}
		return nil
	})
	return all, err
}

// scopeOf is the scope of the objects that a path leads to.
func scopeOf(path string) schemas.Scope {
	if strings.Contains(path, "/namespaces/{namespace}/") {
		return schemas.InNamespace
	}
	return schemas.InCluster
}

// kindOf finds the schema of a kind. Some, such as DeleteOptions, belong to many.
func kindOf(all map[string]schemas.Object, kind groupVersionKind) (schemas.Object, bool) {
	for name, schema := range all {
		kinds, _ := schema["x-kubernetes-group-version-kind"].([]any)
		if len(kinds) != 1 {
			continue
		}
		k, _ := kinds[0].(schemas.Object)
		if k["group"] == kind.Group && k["version"] == kind.Version && k["kind"] == kind.Kind {
			return schemas.Builtin(name, schema), true
		}
	}
	return nil, false
}

// readOpenShift reads openshiftKinds; the document describes no paths.
func readOpenShift(s source, all spec) error {
	return s.files([]string{"openapi/openapi.json"}, func(_ string, content []byte) error {
		var doc document
		if err := json.Unmarshal(content, &doc); err != nil {
			return err
		}
		all.define(doc.Definitions)
		for kind, scope := range openshiftKinds {
			group, rest, _ := strings.Cut(kind, ".openshift.io/")
			definition := "com.github.openshift.api." + group + "." + strings.ReplaceAll(rest, "/", ".")
			schema, ok := doc.Definitions[definition]
			if !ok {
				return fmt.Errorf("%q is not described", kind)
			}
			all.roots[kind] = root{scope, schemas.Text(schemas.Root(schemas.Builtin(definition, schema)))}
		}
		return nil
	})
}

// readCRDs reads the served versions of custom resources, alpha ones too: a
// controller that is installed serves them.
func readCRDs(s source, files []string, all spec) error {
	return s.files(files, func(_ string, content []byte) error {
		var object schemas.Object
		if err := yaml.Unmarshal(content, &object); err != nil {
			return err
		}
		customs, err := schemas.FromCRD(object)
		if err != nil {
			return err
		}
		for _, custom := range customs {
			all.roots[custom.APIVersion+"/"+custom.Kind] = root{custom.Scope, custom.Root}
			maps.Copy(all.definitions, custom.Definitions)
		}
		return nil
	})
}
