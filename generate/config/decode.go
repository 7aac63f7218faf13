package config

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// A decoder walks a tree of nodes once and fills in Go values, the types of
// Kubernetes included. It is strict and goes on after a problem.
type decoder struct {
	*collector
	// partial is true while `defaults` are read: an application may add what is missing.
	partial bool
}

// A trail is the way from the root to a value; it becomes a field path only where
// there is a problem.
type trail struct {
	parent *trail
	key    string
	index  int
	// item is true for an item of a list, list inside of one.
	item, list bool
}

func (t *trail) String() string {
	switch {
	case t == nil:
		return ""
	case t.item:
		return rule.Index(t.parent.String(), t.index)
	}
	return rule.Key(t.parent.String(), t.key)
}

func (t *trail) under(key string) trail {
	return trail{parent: t, key: key, list: t != nil && t.list}
}

// value fills v in from n.
func (d *decoder) value(n *node, at *trail, v reflect.Value) {
	if read, ok := specials[v.Type()]; ok {
		read(d, n, at, v)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, at, v.Elem())
	case reflect.Struct:
		d.structure(n, at, v)
	case reflect.Map:
		d.mapping(n, at, v)
	case reflect.Slice:
		d.list(n, at, v)
	case reflect.String:
		d.string(n, at, v)
	case reflect.Bool:
		d.boolean(n, at, v)
	case reflect.Int32, reflect.Int64:
		d.whole(n, at, v)
	case reflect.Interface:
		if free := d.free(n, at); free != nil {
			v.Set(reflect.ValueOf(free))
		}
	}
}

// structure reads a mapping with known keys.
func (d *decoder) structure(n *node, at *trail, v reflect.Value) {
	if toggle, ok := v.Addr().Interface().(toggle); ok {
		d.toggle(n, at, toggle)
		return
	}
	if n.kind != mapping {
		d.wrong(n, at, "a mapping")
		return
	}
	plan := planOf(v.Type())
	for _, e := range n.entries {
		under := at.under(e.key)
		f, known := plan.fields[e.key]
		switch {
		case !known:
			d.unknown(e, &under, plan)
		case e.value.isNull() && !under.list:
			// It has removed what lay under it: checkNulls.
		default:
			field := v.FieldByIndex(f.index)
			d.value(e.value, &under, field)
			if f.required && field.Kind() == reflect.String && e.value.kind == scalar && e.value.text == "" {
				d.problem(missingValue, e.value, &under, "", "must not be empty")
			}
		}
	}
	if !d.partial {
		d.requireFields(n, at, plan)
	}
}

func (d *decoder) requireFields(n *node, at *trail, plan *plan) {
	for _, name := range plan.required {
		e, found := n.find(name)
		if found && (!e.value.isNull() || at != nil && at.list) {
			continue
		}
		under := at.under(name)
		if field := under.String(); !d.doubtful(field) {
			d.add(missingValue, n.at.position(), field, "", "missing")
		}
	}
}

func (d *decoder) unknown(e entry, at *trail, plan *plan) {
	if near := nearest(e.key, plan.names); near != "" {
		d.add(unknownField, e.at.position(), at.String(), "", "unknown field, did you mean %q?", near)
		return
	}
	d.add(unknownField, e.at.position(), at.String(), "the fields here are "+strings.Join(plan.names, ", "), "unknown field")
}

// mapping reads a mapping with free keys.
func (d *decoder) mapping(n *node, at *trail, v reflect.Value) {
	if n.kind != mapping {
		d.wrong(n, at, "a mapping")
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.entries)))
	for _, e := range n.entries {
		under := at.under(e.key)
		if e.value.isNull() && !under.list {
			continue
		}
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(e.value, &under, value)
		v.SetMapIndex(reflect.ValueOf(e.key).Convert(v.Type().Key()), value)
	}
}

func (d *decoder) list(n *node, at *trail, v reflect.Value) {
	if n.kind != sequence {
		d.wrong(n, at, "a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		d.value(item, &trail{parent: at, index: i, item: true, list: true}, v.Index(i))
	}
}

// string reads a text, and holds it against the Values of its type if there are any.
func (d *decoder) string(n *node, at *trail, v reflect.Value) {
	text, ok := d.text(n, at)
	if !ok {
		return
	}
	v.SetString(text)
	enum, ok := v.Interface().(interface{ Values() []string })
	if !ok || text == "" || slices.Contains(enum.Values(), text) {
		return
	}
	hint := ""
	if near := nearest(text, enum.Values()); near != "" {
		hint = "did you mean " + strconv.Quote(near) + "?"
	}
	d.problem(unknownValue, n, at, hint, "want %s, not %q", choice(enum.Values()), text)
}

// text reads a scalar that no reader of YAML takes for anything but text.
func (d *decoder) text(n *node, at *trail) (string, bool) {
	switch {
	case n.kind != scalar:
		return "", d.wrong(n, at, "a text")
	case n.isNull() && n.text == "":
		d.problem(wrongType, n, at, `write "" for "not set", or remove the line`, "want a text, not null")
		return "", false
	case n.class != textScalar:
		d.problem(ambiguousText, n, at, "write "+strconv.Quote(shorten(n.text)),
			"want a text, but YAML may read %s as something else: quote it", shorten(n.text))
		return "", false
	}
	return n.text, true
}

func (d *decoder) boolean(n *node, at *trail, v reflect.Value) {
	if n.class != boolScalar {
		d.wrong(n, at, "true or false")
		return
	}
	v.SetBool(strings.EqualFold(n.text, "true"))
}

func (d *decoder) whole(n *node, at *trail, v reflect.Value) {
	if n.class != wholeScalar {
		d.wrong(n, at, "a whole number")
		return
	}
	number, err := strconv.ParseInt(n.text, 10, v.Type().Bits())
	if err != nil {
		d.problem(outOfRange, n, at, "", "%s does not fit into %d bits", shorten(n.text), v.Type().Bits())
		return
	}
	v.SetInt(number)
}

// wrong reports a value of the wrong type, and is always false.
func (d *decoder) wrong(n *node, at *trail, want string) bool {
	hint := ""
	if n.isNull() && n.text == "" {
		hint = "write a value, or remove the line"
	}
	d.problem(wrongType, n, at, hint, "want %s, not %s", want, describe(n))
	return false
}

func (d *decoder) problem(broken rule.Rule, n *node, at *trail, hint, format string, args ...any) {
	d.add(broken, n.at.position(), at.String(), hint, format, args...)
}
