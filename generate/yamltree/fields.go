package yamltree

import (
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A Field is one field of a struct as files have it: embedded structs are part of the
// struct around them, as in encoding/json.
type Field struct {
	// Type is that of the Go field.
	Type reflect.Type
	// Owner is the struct that declares the field, under the name GoName.
	Owner  reflect.Type
	GoName string
	// Required fields must be written. They have neither omitempty nor omitzero.
	Required bool
	index    []int
}

// A Structure is a struct as files have it. Nobody may change it.
type Structure struct {
	// Fields are those that may be written, by their key.
	Fields map[string]Field
	// Names and Required are the keys of all fields and of the required ones, sorted.
	Names, Required []string
}

var structures sync.Map // reflect.Type → *Structure

// StructureOf says how values of a struct type are written.
func StructureOf(t reflect.Type) *Structure {
	if made, ok := structures.Load(t); ok {
		return made.(*Structure)
	}
	made := &Structure{Fields: map[string]Field{}}
	made.add(t, nil)
	slices.Sort(made.Names)
	slices.Sort(made.Required)
	structures.Store(t, made)
	return made
}

func (s *Structure) add(t reflect.Type, index []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := append(slices.Clone(index), i)
		switch {
		case name == "-" || !f.IsExported():
		case f.Anonymous && name == "":
			s.add(f.Type, at)
		default:
			// What the types of Kubernetes require is the business of its schemas.
			required := options == "" && !strings.HasPrefix(t.PkgPath(), "k8s.io/")
			s.Fields[name] = Field{Type: f.Type, Owner: t, GoName: f.Name, Required: required, index: at}
			s.Names = append(s.Names, name)
			if required {
				s.Required = append(s.Required, name)
			}
		}
	}
}
