// Package manifest turns Kubernetes objects into YAML text and applies patches to
// them. The text is made for people who review it: its order is that of the
// Kubernetes documentation, and it holds nothing that nobody set.
package manifest

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// maxDepth bounds the nesting of an object, pointers and interfaces counted; in
// practice only a value that contains itself is deeper.
const maxDepth = 200

// A FieldError names the field of an object that cannot be written or patched.
type FieldError struct {
	// Field is the path of the field as package rule writes it, empty for the
	// object itself.
	Field string
	// Message says what is wrong.
	Message string
}

func (e *FieldError) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// Marshal writes an object, a struct or a map, as one YAML document.
//
// apiVersion, kind and metadata come first, then the fields in the order of the Go
// type; the keys of maps are sorted. Fields tagged omitempty or omitzero are left
// out when they are zero, structs included; others only when they are nil. The
// status of an object is never written. Quotes stand where a YAML 1.1 or 1.2 reader
// would otherwise see another type.
//
// The error is a *FieldError: a type without a form in YAML, text that is not
// UTF-8, a number that is not finite, or a value nested too deep.
func Marshal(object any) ([]byte, error) {
	v := reflect.ValueOf(object)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct && v.Kind() != reflect.Map {
		return nil, &FieldError{Message: fmt.Sprintf("cannot write a %T as an object", object)}
	}
	w := writer{out: make([]byte, 0, 1024)}
	if err := w.value(planFor(v.Type()), addressable(v), place{}); err != nil {
		return nil, err
	}
	return append(bytes.TrimPrefix(w.out, []byte(" ")), '\n'), nil
}

// addressable returns v, or a copy of it if its address cannot be taken.
func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// A writer appends YAML to out. Every value brings what separates it from the key
// or dash before it, and leaves its line open.
type writer struct {
	out   []byte
	path  []rule.Step
	depth int
}

// A place is where a value goes: column is that of the keys of a mapping or the
// text of a block there; the first key follows a dash on the same line if afterDash.
type place struct {
	column    int
	afterDash bool
}

func (w *writer) errorf(format string, args ...any) error {
	path := ""
	for _, step := range w.path {
		if step.Index >= 0 {
			path = rule.Index(path, step.Index)
		} else {
			path = rule.Key(path, step.Key)
		}
	}
	return &FieldError{Field: path, Message: fmt.Sprintf(format, args...)}
}

func (w *writer) value(p *plan, v reflect.Value, at place) error {
	if w.depth == maxDepth {
		return w.errorf("nested too deep")
	}
	w.depth++
	defer func() { w.depth-- }()
	switch p.shape {
	case structure:
		return w.structure(p, v, at)
	case mapping:
		return w.mapping(p, v, at)
	case list:
		return w.list(p, v, at)
	case pointer, dynamic:
		return w.indirect(p, v, at)
	}
	if p.write == nil {
		return w.errorf("cannot write a %s", p.typ)
	}
	return p.write(w, v, at)
}

func (w *writer) indirect(p *plan, v reflect.Value, at place) error {
	if v.IsNil() {
		w.out = append(w.out, " null"...)
		return nil
	}
	if p.shape == dynamic {
		return w.value(planFor(v.Elem().Type()), v.Elem(), at)
	}
	return w.value(p.elem.plan(), v.Elem(), at)
}

func (w *writer) structure(p *plan, v reflect.Value, at place) error {
	start := len(w.out)
	for i := range p.fields {
		f := &p.fields[i]
		fv := v.FieldByIndex(f.index)
		if f.omitted(fv) {
			continue
		}
		w.begin(start, at.column, at.afterDash)
		w.out = append(w.out, f.label...)
		if err := w.child(rule.Step{Key: f.name, Index: -1}, f.value.plan(), fv, place{column: at.column + 2}); err != nil {
			return err
		}
	}
	w.orEmpty(start, " {}")
	return nil
}

func (w *writer) mapping(p *plan, v reflect.Value, at place) error {
	start := len(w.out)
	isObject := start == 0
	for _, k := range sortedKeys(v, isObject) {
		key := k.String()
		if isObject && key == "status" {
			continue
		}
		w.begin(start, at.column, at.afterDash)
		if err := w.key(key); err != nil {
			return err
		}
		if err := w.child(rule.Step{Key: key, Index: -1}, p.elem.plan(), v.MapIndex(k), place{column: at.column + 2}); err != nil {
			return err
		}
	}
	w.orEmpty(start, " {}")
	return nil
}

func sortedKeys(v reflect.Value, isObject bool) []reflect.Value {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		if isObject && rank(a.String()) != rank(b.String()) {
			return rank(a.String()) - rank(b.String())
		}
		return strings.Compare(a.String(), b.String())
	})
	return keys
}

// list puts its dashes under the key, not indented.
func (w *writer) list(p *plan, v reflect.Value, at place) error {
	start, column := len(w.out), at.column
	if !at.afterDash {
		column -= 2
	}
	for i := range v.Len() {
		w.begin(start, column, at.afterDash)
		w.out = append(w.out, '-')
		if err := w.child(rule.Step{Index: i}, p.elem.plan(), v.Index(i), place{column: column + 2, afterDash: true}); err != nil {
			return err
		}
	}
	w.orEmpty(start, " []")
	return nil
}

func (w *writer) child(step rule.Step, p *plan, v reflect.Value, at place) error {
	w.path = append(w.path, step)
	if err := w.value(p, v, at); err != nil {
		return err
	}
	w.path = w.path[:len(w.path)-1]
	return nil
}

// begin goes to where the next entry of a collection belongs: a line of its own,
// but for the first one at the start of the text or after a dash.
func (w *writer) begin(start, column int, afterDash bool) {
	switch first := len(w.out) == start; {
	case first && start == 0:
	case first && afterDash:
		w.out = append(w.out, ' ')
	default:
		w.newLine(column)
	}
}

func (w *writer) newLine(column int) {
	w.out = append(w.out, '\n')
	for range column {
		w.out = append(w.out, ' ')
	}
}

// orEmpty writes the flow form of a collection that had no entry.
func (w *writer) orEmpty(start int, flow string) {
	if len(w.out) == start {
		w.out = append(w.out, flow...)
	}
}
