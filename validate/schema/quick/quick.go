// Package quick tells whether a value fits a JSON schema of the archive, and if not, all
// that is wrong with it. It is a closed world: it knows the keywords that the archive
// uses, and what it does not know is no schema. Its verdicts are kubeconform's, which
// tests hold it against; but it reads no more of a schema than a value reaches, and
// answers in a third of the time.
package quick

import (
	"github.com/efgen/efgen/validate/manifest/decode"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schema/words"
)

// A Schema judges values. It is safe for concurrent use.
type Schema struct{ root *node }

// Faults lists what is wrong with a value as encoding/json decodes it; whole numbers may
// be int64, and a decode.Mapping may stand for a map. It is empty if the value fits.
func (s *Schema) Faults(value any) []words.Fault {
	w := walk{path: make([]rule.Step, 0, 16)}
	w.judge(s.root, value)
	return w.faults
}

// judge judges the value at hand.
func (w *walk) judge(n *node, value any) bool {
	n = n.target()
	if n.Types != 0 && !n.Types.hold(value) {
		return w.wrongType(n, value)
	}
	if n.Enum != nil && !n.Enum.hold(value) {
		return w.notOneOf(n, value)
	}
	fits := true
	switch v := value.(type) {
	case string:
		fits = w.text(n, v)
	case int64:
		fits = w.number(n, float64(v))
	case float64:
		fits = w.number(n, v)
	case []any:
		fits = w.list(n, v)
	case nil, bool:
	default:
		if fields, isMapping := decode.Fields(value); isMapping {
			fits = w.object(n, fields)
		}
	}
	return w.combine(n, value) && fits
}

func (w *walk) text(n *node, v string) bool {
	fits := true
	if n.Format != nil && !isDateTime(v) {
		return w.malformed(v)
	}
	if n.MinLength != nil || n.MaxLength != nil {
		fits = w.length(n, v)
	}
	if n.Pattern != nil && !n.Pattern.matches(v) {
		fits = w.mismatch(n, v)
	}
	return fits
}

// number sees what a float64 holds of a number, as any reader of JSON that knows no
// integers does.
func (w *walk) number(n *node, v float64) bool {
	fits := true
	if n.Minimum != nil && v < *n.Minimum {
		fits = w.tooSmall(n)
	}
	if n.Maximum != nil && v > *n.Maximum {
		fits = w.tooLarge(n)
	}
	return fits
}

func (w *walk) list(n *node, items []any) bool {
	fits := true
	if n.MaxItems != nil && len(items) > *n.MaxItems {
		fits = w.tooMany(len(items), "items", *n.MaxItems)
	}
	if n.Items == nil {
		return fits
	}
	for i, item := range items {
		fits = w.below(n.Items, item, rule.Step{Index: i}) && fits
	}
	return fits
}

func (w *walk) object(n *node, fields map[string]any) bool {
	fits := true
	for _, name := range n.Required {
		if _, set := fields[name]; !set {
			fits = w.missing(name)
		}
	}
	if n.Properties == nil && n.Others == nil {
		return fits
	}
	for name, value := range fields {
		field, known := n.Properties[name]
		switch {
		case known:
			fits = w.below(field, value, rule.Step{Key: name, Index: -1}) && fits
		case n.Others == nil:
		case n.Others.node == nil:
			fits = w.unknown(n, name)
		default:
			fits = w.below(n.Others.node, value, rule.Step{Key: name, Index: -1}) && fits
		}
	}
	return fits
}

// combine judges by the schemas that are put together of others.
func (w *walk) combine(n *node, value any) bool {
	fits := true
	for _, branch := range n.AllOf {
		fits = w.judge(branch, value) && fits
	}
	if n.Not != nil && w.silently(n.Not, value) {
		fits = w.excluded(n)
	}
	if n.AnyOf == nil {
		return fits
	}
	before := len(w.faults)
	for _, branch := range n.AnyOf {
		if w.judge(branch, value) {
			w.faults = w.faults[:before]
			return fits
		}
	}
	return w.noAlternative(before)
}
