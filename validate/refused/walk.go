package refused

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// A walk visits every value of an object. The tables say by the Go type and the JSON name
// of a field what its value may be, and checks what a struct as a whole must be.
type walk struct {
	*rule.Finder
	minor string
}

// A check examines one struct, wherever in an object it is: a *T of checks' key.
type check func(f *rule.Finder, value any, at manifest.Place)

// on is the entry of checks for a type.
func on[T any](examine func(f *rule.Finder, value *T, at manifest.Place)) (reflect.Type, check) {
	return reflect.TypeFor[T](), func(f *rule.Finder, value any, at manifest.Place) { examine(f, value.(*T), at) }
}

// A shape is what there is to visit in a struct type.
type shape struct {
	fields []field
}

type field struct {
	index int
	// name is the JSON name, empty for a struct whose fields are written among those around it.
	name string
	// key is "Type.name", the key of the tables.
	key   string
	words wordList
}

// shapeKey tells apart where an embedded type is: its fields count as those of the owner.
type shapeKey struct{ typ, owner reflect.Type }

// unexamined are fields that the API server does not look into.
var unexamined = map[string]bool{"MetricIdentifier.selector": true}

var shapes sync.Map // shapeKey → *shape

func shapeOf(typ, owner reflect.Type) *shape {
	key := shapeKey{typ, owner}
	if known, found := shapes.Load(key); found {
		return known.(*shape)
	}
	s := &shape{}
	for i := range typ.NumField() {
		member := typ.Field(i)
		name, _, _ := strings.Cut(member.Tag.Get("json"), ",")
		if member.Type == reflect.TypeFor[metav1.TypeMeta]() || name == "" && !member.Anonymous || unexamined[owner.Name()+"."+name] {
			continue
		}
		s.fields = append(s.fields, field{i, name, owner.Name() + "." + name, wordsOf(owner, name)})
	}
	known, _ := shapes.LoadOrStore(key, s)
	return known.(*shape)
}

// readsItself reports whether a type is a text or a number in JSON, such as a quantity.
func readsItself(typ reflect.Type) bool {
	return reflect.PointerTo(typ).Implements(reflect.TypeFor[json.Unmarshaler]())
}

func (w walk) object(o *manifest.Object, value any) {
	w.visit(reflect.ValueOf(value).Elem(), o.At(""), nil)
}

// visit goes into a struct; owner is the type that its fields are written in, nil for its own.
func (w walk) visit(value reflect.Value, at manifest.Place, owner reflect.Type) {
	typ := value.Type()
	if readsItself(typ) || typ.PkgPath() == "" {
		return
	}
	if owner == nil {
		owner = typ
	}
	if typ != reflect.TypeFor[metav1.ObjectMeta]() {
		for _, f := range shapeOf(typ, owner).fields {
			w.field(f, value.Field(f.index), at, owner)
		}
	}
	if examine := checks()[typ]; examine != nil {
		examine(w.Finder, value.Addr().Interface(), at)
	}
}

func (w walk) field(f field, value reflect.Value, at manifest.Place, owner reflect.Type) {
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return
		}
		value = value.Elem()
	} else {
		w.needed(f, value, at)
		if value.Kind() != reflect.Struct && value.IsZero() && !value.CanInt() {
			return
		}
	}
	switch value.Kind() {
	case reflect.Struct:
		if f.name == "" {
			w.visit(value, at, owner)
			return
		}
		w.visit(value, at.Below(f.name), nil)
	case reflect.Slice:
		w.unique(f, value, at)
		for i := range value.Len() {
			w.item(f, value.Index(i), i, at)
		}
	case reflect.String:
		w.text(f, value.String(), func() manifest.Place { return at.Below(f.name) })
	default:
		w.number(f, value, at)
	}
}

func (w walk) item(f field, item reflect.Value, i int, at manifest.Place) {
	switch item.Kind() {
	case reflect.Struct:
		w.visit(item, at.Below(f.name).Item(i), nil)
	case reflect.String:
		place := func() manifest.Place { return at.Below(f.name).Item(i) }
		if w.text(f, item.String(), place); item.Len() == 0 && forms[f.key].faults != nil {
			w.Report(place(), "name it, or leave it out", "an item of %s is empty", f.name)
		}
	}
}

// needed reports a text that is empty, or a list, though something must be there.
func (w walk) needed(f field, value reflect.Value, at manifest.Place) {
	what, needs := needed[f.key]
	if !needs || value.Kind() != reflect.String && value.Kind() != reflect.Slice || value.Len() > 0 {
		return
	}
	if !strings.HasPrefix(what, "the ") {
		w.Report(at.Below(f.name), "use "+what, "%s is empty", f.name)
		return
	}
	w.Report(at.Below(f.name), "name "+what, "%s is empty: %s is not named", f.name, what)
}

func (w walk) text(f field, value string, at func() manifest.Place) {
	if few := f.words.of(w.minor); len(few) > 0 {
		checkWord(w.Finder, value, at, few)
	}
	if form, known := forms[f.key]; known && value != "" {
		form.check(w.Finder, value, at())
	}
}
