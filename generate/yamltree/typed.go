package yamltree

import (
	"reflect"
	"slices"

	"github.com/efgen/efgen/validate/rule"
)

// A TypedValue is a value that was decoded, or the lack of one, with its type.
type TypedValue struct {
	// Path is the field path.
	Path string
	// declared is its type, written that of what stands in the file.
	declared, written reflect.Type
	// value is of the declared type, and invalid where there is nothing.
	value reflect.Value
}

// TypedValueOf is the root of what a Decoder filled in.
func TypedValueOf(pointer any) TypedValue {
	v := reflect.ValueOf(pointer)
	return typedValue("", v.Type(), v)
}

func typedValue(path string, declared reflect.Type, value reflect.Value) TypedValue {
	written, _ := Written(declared)
	if value.IsValid() && written.Kind() == reflect.Interface && !value.IsNil() {
		value = value.Elem()
		written = value.Type()
	}
	return TypedValue{Path: path, declared: declared, written: written, value: value}
}

// Plain is the Go value, nil if there is none.
func (v TypedValue) Plain() any {
	if !v.value.IsValid() {
		return nil
	}
	return v.value.Interface()
}

// Type names what may be written, in the words of the problems.
func (v TypedValue) Type() string { return describeType(v.declared) }

// IsSet reports whether there is a value. No number and no text that is empty is one.
func (v TypedValue) IsSet() bool {
	return v.value.IsValid() && (!v.value.IsZero() || v.value.Kind() == reflect.Bool)
}

// Structure is that of a mapping with known keys, nil for any other value.
func (v TypedValue) Structure() *Structure {
	if v.written.Kind() != reflect.Struct || specialWords[v.written] != "" {
		return nil
	}
	return StructureOf(v.written)
}

// Lacks reports whether a mapping with free keys lacks a key and is unlikely to mean it: its value
// would have known keys, or the key is near an existing one.
func (v TypedValue) Lacks(key string, next TypedValue) bool {
	return v.written.Kind() == reflect.Map && !next.value.IsValid() &&
		(next.Structure() != nil || rule.Nearest(key, v.Names()) != "")
}

// Step goes one step down. A mapping with free keys has every key, perhaps without a value.
func (v TypedValue) Step(to rule.Step) (TypedValue, bool) {
	var declared reflect.Type
	var value reflect.Value
	content, kind, structure := v.content(), v.written.Kind(), v.Structure()
	switch exists := content.IsValid(); {
	case isKey(to) && structure != nil:
		f := structure.Fields[to.Key]
		if declared = f.Type; exists {
			value = content.FieldByIndex(f.index)
		}
	case isKey(to) && kind == reflect.Map:
		if declared = v.written.Elem(); exists {
			value = content.MapIndex(reflect.ValueOf(to.Key).Convert(v.written.Key()))
		}
	case !isKey(to) && kind == reflect.Slice && exists && to.Index < content.Len():
		declared, value = v.written.Elem(), content.Index(to.Index)
	}
	if declared == nil {
		return v, false
	}
	return typedValue(Join(v.Path, to), declared, value), true
}

// content is the value as it stands in the file: without pointers and switches.
func (v TypedValue) content() reflect.Value {
	value := v.value
	for value.IsValid() && value.Type() != v.written {
		if value.Kind() == reflect.Struct {
			value = value.FieldByName("On")
		} else {
			value = value.Elem()
		}
	}
	return value
}

// Names lists the keys of a mapping, sorted.
func (v TypedValue) Names() (names []string) {
	if structure := v.Structure(); structure != nil {
		return structure.Names
	}
	if content := v.content(); v.written.Kind() == reflect.Map && content.IsValid() {
		for _, key := range content.MapKeys() {
			names = append(names, key.String())
		}
		slices.Sort(names)
	}
	return names
}

// Paths lists the field paths of what lies one step below.
func (v TypedValue) Paths() (paths []string) {
	for _, name := range v.Names() {
		paths = append(paths, rule.Key(v.Path, name))
	}
	if content := v.content(); v.written.Kind() == reflect.Slice && content.IsValid() {
		for i := range content.Len() {
			paths = append(paths, rule.Index(v.Path, i))
		}
	}
	return paths
}

// ValuesOf lists what a text of type t may be, nil for any text.
func ValuesOf(t reflect.Type) []string {
	if enum, ok := reflect.Zero(t).Interface().(interface{ Values() []string }); ok {
		return enum.Values()
	}
	return nil
}
