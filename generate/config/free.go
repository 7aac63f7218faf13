package config

import (
	"strconv"
	"strings"
)

// free reads a value of any kind, as JSON knows them.
func (d *decoder) free(n *node, at *trail) any {
	switch n.kind {
	case mapping:
		values := make(map[string]any, len(n.entries))
		for _, e := range n.entries {
			under := at.under(e.key)
			if !e.value.isNull() || under.list {
				values[e.key] = d.free(e.value, &under)
			}
		}
		return values
	case sequence:
		items := make([]any, len(n.items))
		for i, item := range n.items {
			items[i] = d.free(item, &trail{parent: at, index: i, item: true, list: true})
		}
		return items
	}
	return d.freeScalar(n, at)
}

func (d *decoder) freeScalar(n *node, at *trail) any {
	switch n.class {
	case nullScalar:
		return nil
	case boolScalar:
		return strings.EqualFold(n.text, "true")
	case wholeScalar:
		if number, err := strconv.ParseInt(n.text, 10, 64); err == nil {
			return number
		}
		d.problem(outOfRange, n, at, "", "%s does not fit into 64 bits", shorten(n.text))
	case decimalScalar:
		number, _ := strconv.ParseFloat(n.text, 64)
		return number
	case riddleScalar:
		d.problem(ambiguousText, n, at, "write "+strconv.Quote(shorten(n.text))+", or the value in its plainest form",
			"readers of YAML disagree on what %s is", shorten(n.text))
	}
	return n.text
}
