package config

import (
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A plan tells how a struct is read: by the JSON names of its fields, embedded
// ones included, as encoding/json has them.
type plan struct {
	fields map[string]plannedField
	// names and required are sorted.
	names, required []string
}

type plannedField struct {
	index    []int
	required bool
}

var plans sync.Map // reflect.Type → *plan

func planOf(t reflect.Type) *plan {
	if made, ok := plans.Load(t); ok {
		return made.(*plan)
	}
	made := &plan{fields: map[string]plannedField{}}
	made.add(t, nil)
	slices.Sort(made.names)
	slices.Sort(made.required)
	plans.Store(t, made)
	return made
}

// ours is the package whose types mark required fields by the lack of omitempty
// and omitzero. Kubernetes' own requirements are the business of its schemas.
var ours = reflect.TypeFor[Environment]().PkgPath()

func (p *plan) add(t reflect.Type, index []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := append(slices.Clone(index), i)
		switch {
		case name == "-" || !f.IsExported():
		case f.Anonymous && name == "":
			p.add(f.Type, at)
		default:
			required := t.PkgPath() == ours && options == ""
			p.fields[name] = plannedField{index: at, required: required}
			p.names = append(p.names, name)
			if required {
				p.required = append(p.required, name)
			}
		}
	}
}
