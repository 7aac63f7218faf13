// Package judge reports whether a value fits a JSON schema, and if not, all that is
// wrong with it. It knows every keyword that asserts something in drafts 4, 6, 7,
// 2019-09 and 2020-12. Its verdicts are those of kubeconform, which tests hold it
// against; unlike kubeconform it reads no more of a schema than a value reaches.
package judge

import "slices"

// A Schema is compiled. It is safe for concurrent use.
type Schema struct{ root *node }

// A Fault is one thing that is wrong with a value.
type Fault struct {
	// Field is the path of the field that is wrong, or missing.
	Field         string
	Message, Hint string
}

// Judge lists what is wrong with a value as encoding/json decodes it; integers may
// be int64. It finds nothing if the value fits.
func (s *Schema) Judge(value any) []Fault {
	w := walk{path: make([]step, 0, 16), applied: make([]*node, 0, 32)}
	w.below(s.root, value, step{})
	return w.faults
}

// A step leads from a value to one inside of it: to a field, or to an item if
// there is no key. The key may be empty, too; then the index is -1.
type step struct {
	key   string
	index int
}

// A walk judges one document.
type walk struct {
	path []step
	// applied are the schemas on the way to the one at hand, those from base on
	// applied to the same value.
	applied []*node
	base    int
	// quiet is above zero while only the verdict counts.
	quiet  int
	faults []Fault
}

// below judges a value inside of the value at hand.
func (w *walk) below(n *node, value any, at step) bool {
	base := w.base
	w.base = len(w.applied)
	w.path = append(w.path, at)
	fits := w.same(n, value, nil)
	w.path = w.path[:len(w.path)-1]
	w.base = base
	return fits
}

// same judges the value at hand by a further schema.
func (w *walk) same(n *node, value any, left *unevaluated) bool {
	if n.load != nil {
		n = n.load()
	}
	if slices.Contains(w.applied[w.base:], n) {
		return w.fault("has a schema that refers to itself without end")
	}
	var own *unevaluated
	if wanted := !left.none(); wanted || n.unevaluatedFields != nil || n.unevaluatedItems != nil {
		own = unevaluatedOf(n, value, wanted)
	}
	w.applied = append(w.applied, n)
	fits := w.apply(n, value, own)
	w.applied = w.applied[:len(w.applied)-1]
	if fits {
		left.keep(own)
	}
	return fits
}

// silently judges without finding faults.
func (w *walk) silently(n *node, value any, left *unevaluated) bool {
	w.quiet++
	defer func() { w.quiet-- }()
	return w.same(n, value, left)
}

func (w *walk) apply(n *node, value any, left *unevaluated) bool {
	if !w.form(n, value) {
		return false
	}
	fits := true
	for _, ref := range n.refs {
		fits = w.same(ref, value, left) && fits
	}
	switch v := value.(type) {
	case map[string]any:
		fits = w.object(n, v, left) && fits
	case []any:
		fits = w.list(n, v, left) && fits
	case string:
		fits = w.text(n, v) && fits
	case int64:
		fits = w.number(n, float64(v)) && fits
	case float64:
		fits = w.number(n, v) && fits
	}
	fits = w.combine(n, value, left) && fits
	if n.unevaluatedFields != nil || n.unevaluatedItems != nil {
		fits = w.remainder(n, value, left) && fits
	}
	return fits
}

// form judges what has to be right for the rest to mean anything.
func (w *walk) form(n *node, value any) bool {
	switch {
	case n.refused:
		return w.fault("must not be set")
	case n.types != 0 && !n.types.holds(value):
		return w.wrongType(n, value)
	case n.constant != nil && !equal(value, *n.constant):
		return w.fault("is %s, must be %s", shown{value}, shown{*n.constant})
	case n.enum != nil && !slices.ContainsFunc(n.enum, func(allowed any) bool { return equal(value, allowed) }):
		return w.fault("is %s, must be %s", shown{value}, choice(n.enum))
	case n.format != nil && !n.format.holds(value):
		return w.fault("%s is not a valid %s", shown{value}, n.format.name)
	}
	return true
}
