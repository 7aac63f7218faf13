package config

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

//go:embed types*.go
var typesSource embed.FS

// comments holds the comment of every field of our types, as "Type.Field". It is
// made when somebody asks, for most commands never do.
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

// docOf is what users are told of a field of t.
func docOf(t reflect.Type, name string) string {
	index := planOf(t).fields[name].index
	for _, i := range index[:len(index)-1] {
		t = t.Field(i).Type // embedded
	}
	if t.PkgPath() == ours {
		return comments()[t.Name()+"."+t.Field(index[len(index)-1]).Name]
	}
	// The types of Kubernetes carry their comments.
	if documented, ok := reflect.Zero(t).Interface().(interface{ SwaggerDoc() map[string]string }); ok {
		return oneLine(documented.SwaggerDoc()[name])
	}
	return ""
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// written is the type of what stands in the file for a value of type t, and
// whether `false` may stand there, too.
func written(t reflect.Type) (plain reflect.Type, switchable bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[toggle]()) {
		on, _ := t.FieldByName("On")
		return on.Type.Elem(), true
	}
	return t, false
}

// specialForms says how the special types are written: in a word, and in a schema.
var specialForms = map[reflect.Type]struct {
	word   string
	schema part
}{
	reflect.TypeFor[resource.Quantity]():  {"quantity", part{"type": []string{"number", "string", "null"}, "pattern": quantityForm}},
	reflect.TypeFor[intstr.IntOrString](): {"whole number or text", part{"type": []string{"integer", "string", "null"}}},
	reflect.TypeFor[metav1.Time]():        {"time", part{"type": []string{"string", "null"}, "format": "date-time"}},
}

// describeType names what may be written, in the words of the problems.
func describeType(t reflect.Type) string {
	t, switchable := written(t)
	word := describePlain(t)
	if switchable {
		return word + " or false"
	}
	return word
}

func describePlain(t reflect.Type) string {
	if special, ok := specialForms[t]; ok {
		return special.word
	}
	switch t.Kind() {
	case reflect.Map:
		if t.Elem().Kind() == reflect.Interface {
			return "mapping"
		}
		return "mapping, each value: " + describeType(t.Elem())
	case reflect.Struct:
		return "mapping"
	case reflect.Slice:
		return "list, each item: " + describeType(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Int32, reflect.Int64:
		return "whole number"
	case reflect.Interface:
		return "anything"
	}
	if values := valuesOf(t); values != nil {
		return choice(values)
	}
	return "text"
}

// valuesOf lists what a text of type t may be, nil for any text.
func valuesOf(t reflect.Type) []string {
	if enum, ok := reflect.Zero(t).Interface().(interface{ Values() []string }); ok {
		return enum.Values()
	}
	return nil
}
