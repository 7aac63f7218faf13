package config

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/efgen/efgen/validate/rule"
)

// A spot is a place in an environment that has been read.
type spot struct {
	path string
	// declared is its type, typ that of what stands in the file.
	declared, typ reflect.Type
	// value is of the declared type, and invalid where there is nothing.
	value reflect.Value
	doc   string
}

func spotOf(path string, declared reflect.Type, value reflect.Value, doc string) spot {
	typ, _ := written(declared)
	if value.IsValid() && typ.Kind() == reflect.Interface && !value.IsNil() {
		value = value.Elem()
		typ = value.Type()
	}
	return spot{path: path, declared: declared, typ: typ, value: value, doc: doc}
}

// content is the value as it stands in the file: without pointers and switches.
func (s spot) content() reflect.Value {
	v := s.value
	for v.IsValid() && v.Type() != s.typ {
		if v.Kind() == reflect.Struct {
			v = v.FieldByName("On")
		} else {
			v = v.Elem()
		}
	}
	return v
}

// plain is the value for people and programs.
func (s spot) plain() any {
	if !s.value.IsValid() {
		return nil
	}
	return s.value.Interface()
}

// unset tells whether there is no value: none of efgen's defaults is empty but false.
func (s spot) unset() bool {
	return !s.value.IsValid() || s.value.IsZero() && s.value.Kind() != reflect.Bool
}

// open tells whether the keys are the writer's own.
func (s spot) open() bool { return s.typ.Kind() == reflect.Map }

// mayHave tells whether a key that is not in a mapping of open keys could be: a label or a
// resource, but no application, and nothing that is near one that is there.
func (s spot) mayHave(key string, next spot) bool {
	return (next.typ.Kind() != reflect.Struct || specials[next.typ] != nil) && nearest(key, s.names()) == ""
}

// step goes one step down. Below a mapping with keys of one's own there may be
// nothing at the end of it.
func (s spot) step(to rule.Step) (spot, bool) {
	content := s.content()
	path := extend(s.path, to)
	isIndex := to.Key == "" && to.Index >= 0
	switch kind := s.typ.Kind(); {
	case specials[s.typ] != nil:
	case kind == reflect.Slice && isIndex:
		if content.IsValid() && to.Index < content.Len() {
			return spotOf(path, s.typ.Elem(), content.Index(to.Index), s.doc), true
		}
	case kind == reflect.Map && !isIndex:
		var value reflect.Value
		if content.IsValid() {
			value = content.MapIndex(reflect.ValueOf(to.Key).Convert(s.typ.Key()))
		}
		return spotOf(path, s.typ.Elem(), value, s.doc), true
	case kind == reflect.Struct && !isIndex:
		f, known := planOf(s.typ).fields[to.Key]
		if !known {
			break
		}
		var value reflect.Value
		if content.IsValid() {
			value = content.FieldByIndex(f.index)
		}
		return spotOf(path, s.typ.FieldByIndex(f.index).Type, value, docOf(s.typ, to.Key)), true
	}
	return s, false
}

// names lists the keys of a mapping, sorted.
func (s spot) names() (names []string) {
	content := s.content()
	switch {
	case s.typ.Kind() == reflect.Struct && specials[s.typ] == nil:
		return planOf(s.typ).names
	case s.open() && content.IsValid():
		for _, key := range content.MapKeys() {
			names = append(names, key.String())
		}
		slices.Sort(names)
	}
	return names
}

// paths lists what lies one step below.
func (s spot) paths() (paths []string) {
	for _, name := range s.names() {
		paths = append(paths, rule.Key(s.path, name))
	}
	if content := s.content(); s.typ.Kind() == reflect.Slice && content.IsValid() {
		for i := range content.Len() {
			paths = append(paths, rule.Index(s.path, i))
		}
	}
	return paths
}

// unknown is the error of a path that goes on from here in a way that does not exist.
func (s spot) unknown(field string, rest []rule.Step) error {
	err := &UnknownFieldError{Field: field, Known: s.names()}
	if near := nearest(rest[0].Key, s.names()); near != "" {
		err.Near = rule.Key(s.path, near)
		for _, step := range rest[1:] {
			err.Near = extend(err.Near, step)
		}
	}
	return err
}

// MarshalJSON writes a Switch as it stands in an environment file.
func (s Switch[T]) MarshalJSON() ([]byte, error) {
	if s.Off {
		return []byte("false"), nil
	}
	return json.Marshal(s.On)
}
