package yamltree

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// A Decoder fills in Go values, Kubernetes types included. It is strict and continues after a problem.
type Decoder struct {
	Problems *Collector
	// Partial allows required fields to be missing, since another tree may add them.
	Partial bool
}

// Decode decodes a tree into what pointer points at. An empty key means that the tree is a whole file.
func (d *Decoder) Decode(tree *Node, key string, pointer any) {
	at := &fieldPath{}
	if key != "" {
		at = at.under(key)
	}
	d.value(tree, at, reflect.ValueOf(pointer).Elem())
}

// A fieldPath leads from the root to a value. Its text is made only where there is a problem.
type fieldPath struct {
	parent *fieldPath
	step   rule.Step
	// inList is true for all that a list holds.
	inList bool
}

func (p *fieldPath) String() string {
	if p.parent == nil {
		return ""
	}
	return Join(p.parent.String(), p.step)
}

func (p *fieldPath) under(key string) *fieldPath {
	return &fieldPath{parent: p, step: rule.Step{Key: key, Index: -1}, inList: p.inList}
}

func (p *fieldPath) item(index int) *fieldPath {
	return &fieldPath{parent: p, step: rule.Step{Index: index}, inList: true}
}

// value fills v in from n.
func (d *Decoder) value(n *Node, at *fieldPath, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, at, v.Elem())
	case reflect.Struct:
		d.special(n, at, v)
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
func (d *Decoder) structure(n *Node, at *fieldPath, v reflect.Value) {
	if n.kind != mapping {
		d.wrong(n, at, "a mapping")
		return
	}
	structure := StructureOf(v.Type())
	for _, e := range n.entries {
		under := at.under(e.Key)
		f, known := structure.Fields[e.Key]
		switch {
		case !known:
			d.unknown(e, under, structure)
		case e.Value.IsNull() && !under.inList:
			// It has removed what it was laid over: UselessNulls.
		default:
			field := v.FieldByIndex(f.index)
			d.value(e.Value, under, field)
			if f.Required && field.Kind() == reflect.String && e.Value.kind == scalar && e.Value.text == "" {
				d.problem(MissingValue, e.Value, under, "", "must not be empty")
			}
		}
	}
	if !d.Partial {
		d.requireFields(n, at, structure)
	}
}

func (d *Decoder) requireFields(n *Node, at *fieldPath, structure *Structure) {
	for _, name := range structure.Required {
		e, found := n.Find(name)
		if found && (!e.Value.IsNull() || at.inList) {
			continue
		}
		under := at.under(name)
		if !d.Problems.Unread(under.String()) {
			d.problem(MissingValue, n, under, "", "missing")
		}
	}
}

func (d *Decoder) unknown(e Entry, at *fieldPath, structure *Structure) {
	if near := rule.Nearest(e.Key, structure.Names); near != "" {
		d.Problems.AddUnread(unknownField, e.At, at.String(), "", "unknown field, did you mean %q?", near)
		return
	}
	d.Problems.AddUnread(unknownField, e.At, at.String(), "the fields here are "+strings.Join(structure.Names, ", "), "unknown field")
}

// mapping reads a mapping with free keys.
func (d *Decoder) mapping(n *Node, at *fieldPath, v reflect.Value) {
	if n.kind != mapping {
		d.wrong(n, at, "a mapping")
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.entries)))
	for _, e := range n.entries {
		under := at.under(e.Key)
		if e.Value.IsNull() && !under.inList {
			continue
		}
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(e.Value, under, value)
		v.SetMapIndex(reflect.ValueOf(e.Key).Convert(v.Type().Key()), value)
	}
}

func (d *Decoder) list(n *Node, at *fieldPath, v reflect.Value) {
	if n.kind != sequence {
		d.wrong(n, at, "a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		d.value(item, at.item(i), v.Index(i))
	}
}

// string reads a text, and holds it against the Values of its type if there are any.
func (d *Decoder) string(n *Node, at *fieldPath, v reflect.Value) {
	text, ok := d.text(n, at)
	if !ok {
		return
	}
	v.SetString(text)
	values := ValuesOf(v.Type())
	if values == nil || text == "" || slices.Contains(values, text) {
		return
	}
	hint := ""
	if near := rule.Nearest(text, values); near != "" {
		hint = "did you mean " + strconv.Quote(near) + "?"
	}
	d.problem(UnknownValue, n, at, hint, "want %s, not %q", Choice(values), text)
}

// text reads a scalar that no reader of YAML takes for anything but text.
func (d *Decoder) text(n *Node, at *fieldPath) (string, bool) {
	switch {
	case n.kind != scalar:
		return "", d.wrong(n, at, "a text")
	case n.IsNull() && n.text == "":
		d.problem(wrongType, n, at, `write "" for "not set", or remove the line`, "want a text, not null")
		return "", false
	case n.class != textScalar:
		d.problem(ambiguousText, n, at, "write "+strconv.Quote(Shorten(n.text)),
			"want a text, but YAML may read %s as something else: quote it", Shorten(n.text))
		return "", false
	}
	return n.text, true
}

func (d *Decoder) boolean(n *Node, at *fieldPath, v reflect.Value) {
	if n.class != boolScalar {
		d.wrong(n, at, "true or false")
		return
	}
	v.SetBool(isTrue(n))
}

// wrongNumber says of a file mode what number to write: Kubernetes documents modes as 0644.
func (d *Decoder) wrongNumber(n *Node, at *fieldPath) {
	decimal, isOctal := n.inDecimal()
	if !isOctal {
		d.wrong(n, at, "a whole number")
		return
	}
	d.problem(wrongType, n, at, octalHint(n, decimal), "want a whole number, not %s", n.Describe())
}

func (d *Decoder) whole(n *Node, at *fieldPath, v reflect.Value) {
	if n.class != wholeScalar {
		d.wrongNumber(n, at)
		return
	}
	number, err := strconv.ParseInt(n.text, 10, v.Type().Bits())
	if err != nil {
		d.problem(OutOfRange, n, at, "", "%s does not fit into %d bits", Shorten(n.text), v.Type().Bits())
		return
	}
	v.SetInt(number)
}

// wrong reports a value of the wrong type, and is always false.
func (d *Decoder) wrong(n *Node, at *fieldPath, want string) bool {
	hint := ""
	if n.IsNull() && n.text == "" {
		hint = "write a value, or remove the line"
	}
	d.problem(wrongType, n, at, hint, "want %s, not %s", want, n.Describe())
	return false
}

func (d *Decoder) problem(broken rule.Rule, n *Node, at *fieldPath, hint, format string, args ...any) {
	d.Problems.AddUnread(broken, n.Position(), at.String(), hint, format, args...)
}
