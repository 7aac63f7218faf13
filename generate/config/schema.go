package config

import (
	"bytes"
	"embed"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"reflect"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/generate/yamltree"
)

// Schema is the JSON Schema of environment files and fragments; minors are the values of
// cluster.version. All editors understand draft 7.
//
// It describes one file. Outside of lists it requires nothing that another file or `defaults` may
// add, and it allows null wherever null can remove something.
func Schema(minors []string) ([]byte, error) {
	s := schemer{definitions: part{}}
	root := s.structure(reflect.TypeFor[Environment](), false)
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["title"] = "efgen environment"
	root["definitions"] = s.definitions
	properties := root["properties"].(part)
	properties["apiVersion"].(part)["const"] = apiVersion
	properties["kind"].(part)["const"] = apiKind
	cluster := s.definitions["Cluster"].(part)["properties"].(part)
	cluster["version"].(part)["enum"] = append(enum(minors), nil)
	// A fragment has neither of them. No schema sees the name of the file.
	environment := part{
		"required": []string{"apiVersion", "kind"},
		"anyOf":    []part{{"required": []string{"applications"}}, {"required": []string{"extends"}}},
	}
	root["dependencies"] = part{"apiVersion": environment, "kind": environment}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(root)
	return text.Bytes(), err
}

// part is a part of a JSON Schema; encoding/json sorts its keys.
type part = map[string]any

type schemer struct{ definitions part }

// specialSchemas are for the types that are not written as their Go values are built.
var specialSchemas = map[reflect.Type]part{
	reflect.TypeFor[resource.Quantity]():  {"type": []string{"number", "string", "null"}, "pattern": yamltree.QuantityPattern},
	reflect.TypeFor[intstr.IntOrString](): {"type": []string{"integer", "string", "null"}},
	reflect.TypeFor[metav1.Time]():        {"type": []string{"string", "null"}, "format": "date-time"},
}

// of is the schema of a value. Lists are not merged, so their items are complete and have no nulls.
func (s *schemer) of(t reflect.Type, list bool) part {
	t, switchable := yamltree.Written(t)
	switch {
	case switchable:
		return part{"anyOf": []part{s.of(t, list), {"const": false}}}
	case specialSchemas[t] != nil:
		return maps.Clone(specialSchemas[t])
	}
	switch t.Kind() {
	case reflect.Struct:
		return s.reference(t, list)
	case reflect.Map:
		if t.Elem().Kind() == reflect.Interface {
			return part{"type": "object"}
		}
		return part{"type": "object", "additionalProperties": orNull(s.of(t.Elem(), list), list)}
	case reflect.Slice:
		return part{"type": "array", "items": s.of(t.Elem(), true)}
	case reflect.Bool:
		return part{"type": "boolean"}
	case reflect.Int32:
		return part{"type": "integer", "minimum": math.MinInt32, "maximum": math.MaxInt32}
	case reflect.Int64:
		return part{"type": "integer"}
	case reflect.Interface:
		return part{}
	}
	made := part{"type": "string"}
	if values := yamltree.ValuesOf(t); values != nil {
		made["enum"] = enum(values)
	}
	return made
}

// inList ends the name of a definition for items of lists, which are complete and never null.
const inList = ".inList"

// reference points at the definition of a struct.
func (s *schemer) reference(t reflect.Type, list bool) part {
	name := t.Name()
	if folder, isKubernetes := strings.CutPrefix(t.PkgPath(), "k8s.io/"); isKubernetes {
		name = strings.ReplaceAll(folder, "/", ".") + "." + name
	}
	if list {
		name += inList
	}
	if s.definitions[name] == nil {
		s.definitions[name] = part{} // for a type that holds itself
		s.definitions[name] = orNull(s.structure(t, list), list)
	}
	return part{"$ref": "#/definitions/" + name}
}

func (s *schemer) structure(t reflect.Type, list bool) part {
	structure, properties := yamltree.StructureOf(t), part{}
	for name, f := range structure.Fields {
		properties[name] = described(orNull(s.of(f.Type, list), list || f.Required), docOf(f, name))
	}
	made := part{"type": "object", "properties": properties, "additionalProperties": false}
	if list && len(structure.Required) > 0 {
		made["required"] = structure.Required
	}
	return made
}

// described adds a description. Beside a $ref, draft 7 overlooks all else.
func described(s part, doc string) part {
	if s["$ref"] != nil {
		s = part{"allOf": []part{s}}
	}
	if doc != "" {
		s["description"] = doc
	}
	return s
}

// orNull lets null stand for the value, unless it never may. Definitions allow it themselves.
func orNull(s part, never bool) part {
	types, simple := s["type"].(string)
	if never || !simple {
		return s
	}
	s["type"] = []string{types, "null"}
	if values, ok := s["enum"].([]any); ok {
		s["enum"] = append(values, nil)
	}
	return s
}

// enum lists what a text may be, and the empty one, which stands for "not set".
func enum(values []string) (made []any) {
	for _, value := range append(values, "") {
		made = append(made, value)
	}
	return made
}

//go:embed types*.go
var typesSource embed.FS

// comments holds the comments of all fields by "Type.Field", made on first use: few commands need them.
var comments = sync.OnceValue(func() map[string]string {
	made := map[string]string{}
	// What has been embedded is there, and what has been compiled parses.
	files, _ := typesSource.ReadDir(".")
	for _, entry := range files {
		source, _ := typesSource.ReadFile(entry.Name())
		file, _ := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, isType := n.(*ast.TypeSpec)
			if isType {
				addComments(made, spec)
			}
			return !isType
		})
	}
	return made
})

func addComments(made map[string]string, spec *ast.TypeSpec) {
	structure, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range structure.Fields.List {
		for _, name := range f.Names {
			made[spec.Name.Name+"."+name.Name] = oneLine(f.Doc.Text())
		}
	}
}

// docOf is what users are told of a field.
func docOf(f yamltree.Field, name string) string {
	// The types of Kubernetes carry their comments.
	if documented, ok := reflect.Zero(f.Owner).Interface().(interface{ SwaggerDoc() map[string]string }); ok {
		return oneLine(documented.SwaggerDoc()[name])
	}
	return comments()[f.Owner.Name()+"."+f.GoName]
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
