// Package decode fills Kubernetes types with what was read of a manifest.
package decode

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// A Mapping may be used for a map[string]any in the documents given to Object. It writes itself as JSON.
type Mapping interface {
	json.Marshaler
	Fields() map[string]any
}

// Object fills the Kubernetes type that value points to with a document: a map[string]any
// or a Mapping, of values as JSON has them, with whole numbers as int64. Fields that the
// type does not have are passed over. The error is encoding/json's, of what does not fit.
func Object(document, value any) error {
	if fill(document, reflect.ValueOf(value).Elem()) {
		return nil
	}
	data, err := json.Marshal(document)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, value)
}

// fill sets a value as encoding/json would from the JSON of another, and is false if
// something does not fit. apimachinery's own converter does the same; but it copies all
// that it knows of types for every further field that it meets, which takes a third of
// a run over one environment.
func fill(from any, to reflect.Value) bool {
	if from == nil {
		to.SetZero()
		return true
	}
	shape := shapeOf(to.Type())
	switch {
	case shape.readsJSON:
		data, err := json.Marshal(from)
		return err == nil && to.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(data) == nil
	case shape.fields != nil:
		return fillStruct(from, to, shape.fields)
	}
	switch to.Kind() {
	case reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		return fill(from, to.Elem())
	case reflect.Map:
		return fillMap(from, to)
	case reflect.Slice:
		return fillSlice(from, to)
	}
	return fillScalar(from, to)
}

// A typeShape is what filling a type has to know.
type typeShape struct {
	// readsJSON says that the type has its own way.
	readsJSON bool
	// fields are those of a struct by their JSON names, with the index that leads there.
	fields map[string][]int
}

var typeShapes sync.Map // reflect.Type → *typeShape

func shapeOf(t reflect.Type) *typeShape {
	if known, found := typeShapes.Load(t); found {
		return known.(*typeShape)
	}
	shape := &typeShape{readsJSON: reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]())}
	if t.Kind() == reflect.Struct && !shape.readsJSON {
		shape.fields = map[string][]int{}
		for _, field := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name != "" && name != "-" {
				shape.fields[name] = field.Index
			}
		}
	}
	typeShapes.Store(t, shape)
	return shape
}

// Fields are those of a map[string]any or a Mapping.
func Fields(value any) (fields map[string]any, isMapping bool) {
	switch v := value.(type) {
	case map[string]any:
		return v, true
	case Mapping:
		return v.Fields(), true
	}
	return nil, false
}

// fillStruct passes over fields that the type does not have: the schemas see those.
func fillStruct(from any, to reflect.Value, fields map[string][]int) bool {
	object, fits := Fields(from)
	for name, value := range object {
		if index, known := fields[name]; known && fits {
			field, err := to.FieldByIndexErr(index)
			fits = err == nil && fill(value, field)
		}
	}
	return fits
}

func fillMap(from any, to reflect.Value) bool {
	object, fits := Fields(from)
	if !fits || to.Type().Key().Kind() != reflect.String {
		return false
	}
	to.Set(reflect.MakeMapWithSize(to.Type(), len(object)))
	for key, value := range object {
		filled := reflect.New(to.Type().Elem()).Elem()
		fits = fits && fill(value, filled)
		to.SetMapIndex(reflect.ValueOf(key).Convert(to.Type().Key()), filled)
	}
	return fits
}

func fillSlice(from any, to reflect.Value) bool {
	if text, isText := from.(string); isText && to.Type().Elem().Kind() == reflect.Uint8 {
		data, err := base64.StdEncoding.DecodeString(text)
		to.SetBytes(data)
		return err == nil
	}
	items, fits := from.([]any)
	if !fits {
		return false
	}
	to.Set(reflect.MakeSlice(to.Type(), len(items), len(items)))
	for i, item := range items {
		fits = fits && fill(item, to.Index(i))
	}
	return fits
}

// fillScalar leaves fractions, which hardly any field takes, to encoding/json.
func fillScalar(from any, to reflect.Value) bool {
	fits := false
	switch from := from.(type) {
	case string:
		if fits = to.Kind() == reflect.String; fits {
			to.SetString(from)
		}
	case bool:
		if fits = to.Kind() == reflect.Bool; fits {
			to.SetBool(from)
		}
	case int64:
		if fits = to.CanInt() && !to.OverflowInt(from); fits {
			to.SetInt(from)
		}
	}
	return fits
}
