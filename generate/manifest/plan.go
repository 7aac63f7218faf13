package manifest

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// leading are the keys that come first in a Kubernetes object, in this order.
var leading = []string{"apiVersion", "kind", "metadata"}

// A shape is the form that values of a Go type take in a manifest.
type shape int

const (
	scalar    shape = iota // written by the plan's own function, if it has one
	structure              // a mapping with the fields of a Go struct
	mapping                // a mapping with any keys
	list                   // a sequence
	pointer                // as what it points to, or null
	dynamic                // as what the interface holds, or null
)

// A plan says how values of one Go type are written. Making one is slow, so each
// is made once, and only when a value of the type is written: the types of
// Kubernetes lead to hundreds of others.
type plan struct {
	typ    reflect.Type
	shape  shape
	elem   *planned // of a mapping, list or pointer
	fields []field  // of a structure, in the order of writing
	write  func(*writer, reflect.Value, place) error
}

// A field of a structure.
type field struct {
	name    string
	label   string // the name as a key, with its colon
	index   []int
	value   *planned
	omitted func(reflect.Value) bool
	// mergeKey and merges are what a strategic merge patch does with a list.
	mergeKey string
	merges   bool
}

// planned is the plan of a type, made at its first use.
type planned struct {
	typ  reflect.Type
	made atomic.Pointer[plan]
}

func (l *planned) plan() *plan {
	p := l.made.Load()
	if p == nil {
		p = planFor(l.typ)
		l.made.Store(p)
	}
	return p
}

var plans sync.Map // reflect.Type → *plan

// planFor returns the plan of a type.
func planFor(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p, _ := plans.LoadOrStore(t, newPlan(t))
	return p.(*plan)
}

func newPlan(t reflect.Type) *plan {
	p := &plan{typ: t, write: scalarWriter(t)}
	if p.write != nil {
		return p
	}
	switch kind := t.Kind(); {
	case kind == reflect.Pointer:
		p.shape, p.elem = pointer, &planned{typ: t.Elem()}
	case kind == reflect.Interface:
		p.shape = dynamic
	case kind == reflect.Slice || kind == reflect.Array:
		p.shape, p.elem = list, &planned{typ: t.Elem()}
	case kind == reflect.Map && t.Key().Kind() == reflect.String:
		p.shape, p.elem = mapping, &planned{typ: t.Elem()}
	case kind == reflect.Struct:
		p.shape, p.fields = structure, ordered(fieldsOf(t, nil))
	}
	return p
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// scalarWriter returns nil for a type that is written part by part, or not at all.
func scalarWriter(t reflect.Type) func(*writer, reflect.Value, place) error {
	addressed := reflect.PointerTo(t)
	switch {
	case t == reflect.TypeFor[resource.Quantity]():
		return (*writer).quantity
	case t == reflect.TypeFor[intstr.IntOrString]():
		return (*writer).intOrString
	case t == reflect.TypeFor[json.Number]():
		return (*writer).number
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface:
		return nil
	case addressed.Implements(jsonMarshaler) || addressed.Implements(textMarshaler):
		return (*writer).asJSON
	}
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
		return (*writer).base64
	}
	return kindWriters[t.Kind()]
}

// fieldsOf lists the fields of a struct as encoding/json names them, those of
// embedded structs in their place. index leads to the struct.
func fieldsOf(t reflect.Type, index []int) []field {
	var fields []field
	for i := range t.NumField() {
		sf := t.Field(i)
		name, options, _ := strings.Cut(sf.Tag.Get("json"), ",")
		at := append(slices.Clone(index), i)
		switch {
		case sf.Anonymous && name == "" && sf.Type.Kind() == reflect.Struct:
			fields = append(fields, fieldsOf(sf.Type, at)...)
			continue
		case name == "-" && options == "" || !sf.IsExported():
			continue
		case name == "":
			name = sf.Name
		}
		fields = append(fields, field{
			name:     name,
			label:    string(appendKey(nil, name)) + ":",
			index:    at,
			value:    &planned{typ: sf.Type},
			omitted:  omission(sf.Type, options),
			mergeKey: sf.Tag.Get("patchMergeKey"),
			merges:   slices.Contains(strings.Split(sf.Tag.Get("patchStrategy"), ","), "merge"),
		})
	}
	return fields
}

// ordered puts the leading keys of a Kubernetes object first and drops its status,
// which is the cluster's to write. Other structs stay as they are declared.
func ordered(fields []field) []field {
	for _, key := range leading {
		if !slices.ContainsFunc(fields, func(f field) bool { return f.name == key }) {
			return fields
		}
	}
	fields = slices.DeleteFunc(fields, func(f field) bool { return f.name == "status" })
	slices.SortStableFunc(fields, func(a, b field) int { return rank(a.name) - rank(b.name) })
	return fields
}

// rank orders the keys of an object: the leading ones, then all others alike.
func rank(key string) int {
	if i := slices.Index(leading, key); i >= 0 {
		return i
	}
	return len(leading)
}

// omission tells from the options of a JSON tag which values of a field are not
// written. Both omitempty and omitzero leave out zero structs too.
func omission(t reflect.Type, options string) func(reflect.Value) bool {
	names := strings.Split(options, ",")
	empty, zero := slices.Contains(names, "omitempty"), slices.Contains(names, "omitzero")
	switch {
	case zero && reflect.PointerTo(t).Implements(reflect.TypeFor[zeroer]()):
		return func(v reflect.Value) bool {
			return addressable(v).Addr().Interface().(zeroer).IsZero()
		}
	case empty && hasLength(t.Kind()):
		return func(v reflect.Value) bool { return v.Len() == 0 }
	case empty || zero:
		return reflect.Value.IsZero
	case isNillable(t.Kind()):
		return reflect.Value.IsNil
	}
	return func(reflect.Value) bool { return false }
}

type zeroer interface{ IsZero() bool }

func hasLength(k reflect.Kind) bool {
	return k == reflect.Slice || k == reflect.Map || k == reflect.String || k == reflect.Array
}

func isNillable(k reflect.Kind) bool {
	return k == reflect.Pointer || k == reflect.Interface || k == reflect.Map || k == reflect.Slice
}
