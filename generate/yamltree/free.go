package yamltree

import (
	"fmt"
	"reflect"
	"strconv"
)

// Plain is the value as encoding/json decodes it, without what null removes.
func (n *Node) Plain() any {
	d := Decoder{Problems: NewCollector(nil)}
	return d.free(n, &fieldPath{})
}

// free reads a value of any type.
func (d *Decoder) free(n *Node, at *fieldPath) any {
	switch n.kind {
	case mapping:
		var values map[string]any
		d.mapping(n, at, reflect.ValueOf(&values).Elem())
		return values
	case sequence:
		var items []any
		d.list(n, at, reflect.ValueOf(&items).Elem())
		return items
	}
	return d.freeScalar(n, at)
}

func (d *Decoder) freeScalar(n *Node, at *fieldPath) any {
	switch n.class {
	case nullScalar:
		return nil
	case boolScalar:
		return isTrue(n)
	case wholeScalar:
		if number, err := strconv.ParseInt(n.text, 10, 64); err == nil {
			return number
		}
		d.problem(OutOfRange, n, at, "", "%s does not fit into 64 bits", Shorten(n.text))
	case decimalScalar:
		number, _ := strconv.ParseFloat(n.text, 64)
		return number
	case ambiguousScalar:
		hint := "write " + strconv.Quote(Shorten(n.text)) + ", or the value in its plainest form"
		if decimal, isOctal := n.inDecimal(); isOctal {
			hint = fmt.Sprintf("%s, or %s if it is a text", octalHint(n, decimal), strconv.Quote(n.text))
		}
		d.problem(ambiguousText, n, at, hint, "readers of YAML disagree on what %s is", Shorten(n.text))
	}
	return n.text
}
