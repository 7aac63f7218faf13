package hocon

import (
	"iter"

	"github.com/efgen/efgen/validate/rule"
)

// Kind says what a Value is.
type Kind int

const (
	// Object has keys, each with a Value.
	Object Kind = iota
	// List has Items.
	List
	// Text is anything else: numbers and booleans are kept as they are written, as
	// Streaming turns a text into what it needs.
	Text
	// Null removes an earlier value of its key.
	Null
)

// Value is one value of a configuration. Its accessors take a nil Value as well, so
// that a path can be followed in one go.
type Value struct {
	Kind Kind
	// Line and Column of its first character, counted from 1, columns in characters.
	Line, Column int
	// Text of a Text, without its quotation marks and escapes.
	Text string
	// Items of a List.
	Items []*Value

	// keys of an Object in the order in which they first appear.
	keys      []string
	members   map[string]*Value
	multiLine bool
	// replaces says that an Object followed another kind of value, which ended any earlier Object.
	replaces bool
}

// Get follows keys from object to object. It is nil if there is no such value.
func (v *Value) Get(keys ...string) *Value {
	for _, key := range keys {
		if v == nil {
			return nil
		}
		v = v.members[key]
	}
	return v
}

// Keys of an Object in the order in which they first appear.
func (v *Value) Keys() []string {
	if v == nil {
		return nil
	}
	return v.keys
}

// String is the text of a Text, and empty for anything else.
func (v *Value) String() string {
	if v == nil {
		return ""
	}
	return v.Text
}

// Path leads from a value to one inside it.
type Path []rule.Step

// String is the field path, as in `hosts[0]` or `a["b.c"]`.
func (p Path) String() string {
	path := ""
	for _, step := range p {
		if step.Key == "" && step.Index >= 0 {
			path = rule.Index(path, step.Index)
		} else {
			path = rule.Key(path, step.Key)
		}
	}
	return path
}

// Texts are all texts inside a value with their paths, in the order in which their
// keys first appear. A path is good until the next one is asked for.
func (v *Value) Texts() iter.Seq2[Path, *Value] {
	return func(yield func(Path, *Value) bool) {
		if v != nil {
			v.walk(nil, yield)
		}
	}
}

func (v *Value) walk(path Path, yield func(Path, *Value) bool) bool {
	for _, key := range v.keys {
		if !v.members[key].walk(append(path, rule.Step{Key: key, Index: -1}), yield) {
			return false
		}
	}
	for i, item := range v.Items {
		if !item.walk(append(path, rule.Step{Index: i}), yield) {
			return false
		}
	}
	return v.Kind != Text || yield(path, v)
}

// set gives a key its value. A later object is laid over an earlier one; any other
// value replaces what was there, for the objects after it too.
func (v *Value) set(key string, value *Value) {
	old, found := v.members[key]
	switch {
	case !found:
		v.keys = append(v.keys, key)
	case value.Kind == Object && old.Kind != Object:
		value.replaces = true
	case value.Kind == Object && !value.replaces:
		old.merge(value)
		return
	}
	if v.members == nil {
		v.members = map[string]*Value{}
	}
	v.members[key] = value
}

func (v *Value) merge(over *Value) {
	for _, key := range over.keys {
		v.set(key, over.members[key])
	}
}

// child is the object of a key, made if there is none yet.
func (v *Value) child(key string, at place) *Value {
	if child := v.members[key]; child != nil && child.Kind == Object {
		return child
	}
	child := at.newValue(Object)
	v.set(key, child)
	return child
}
