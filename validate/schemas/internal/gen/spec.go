package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/schemas"
)

// A spec is what one source describes: strict schemas of kinds, by
// apiVersion/kind, and the definitions that they may refer to.
type spec struct {
	roots, definitions map[string]schemas.Object
}

func newSpec() spec {
	return spec{roots: map[string]schemas.Object{}, definitions: map[string]schemas.Object{}}
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
		for name, schema := range doc.Components.Schemas {
			all.definitions[name] = schemas.Builtin(name, schema)
		}
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
			all.roots[put.Kind.name()] = schemas.Root(definition)
		}
		return nil
	})
	return all, err
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
		for name, schema := range doc.Definitions {
			all.definitions[name] = schemas.Builtin(name, schema)
		}
		for _, kind := range openshiftKinds {
			group, rest, _ := strings.Cut(kind, ".openshift.io/")
			definition := "com.github.openshift.api." + group + "." + strings.ReplaceAll(rest, "/", ".")
			schema, ok := doc.Definitions[definition]
			if !ok {
				return fmt.Errorf("%q is not described", kind)
			}
			all.roots[kind] = schemas.Root(schemas.Builtin(definition, schema))
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
			all.roots[custom.APIVersion+"/"+custom.Kind] = custom.Root
			maps.Copy(all.definitions, custom.Definitions)
		}
		return nil
	})
}

// compact is a schema's JSON on one line, with `<` and `&` as they are.
func compact(schema schemas.Object) (string, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(schema)
	return strings.TrimSuffix(b.String(), "\n"), err
}
