package judge

// unevaluated is what no keyword has judged yet of an object or a list. It is nil
// where no schema asks for it.
type unevaluated struct {
	fields map[string]bool
	items  map[int]bool
}

// unevaluatedOf is all that n itself leaves, if n or the schema around it asks.
func unevaluatedOf(n *node, value any, wanted bool) *unevaluated {
	var left unevaluated
	switch v := value.(type) {
	case map[string]any:
		if n.allFields || !wanted && n.unevaluatedFields == nil {
			return nil
		}
		left.fields = make(map[string]bool, len(v))
		for name := range v {
			left.fields[name] = true
		}
	case []any:
		if n.allItems || len(n.prefix) >= len(v) || !wanted && n.unevaluatedItems == nil {
			return nil
		}
		left.items = make(map[int]bool, len(v))
		for i := len(n.prefix); i < len(v); i++ {
			left.items[i] = true
		}
	default:
		return nil
	}
	return &left
}

// none reports whether nothing is left.
func (u *unevaluated) none() bool { return u == nil || len(u.fields) == 0 && len(u.items) == 0 }

// keep takes away what a further schema of the same value has evaluated.
func (u *unevaluated) keep(left *unevaluated) {
	if u == nil {
		return
	}
	for name := range u.fields {
		if left == nil || !left.fields[name] {
			delete(u.fields, name)
		}
	}
	for i := range u.items {
		if left == nil || !left.items[i] {
			delete(u.items, i)
		}
	}
}

// remainder judges what is left after all other keywords; nothing is left then.
func (w *walk) remainder(n *node, value any, left *unevaluated) bool {
	fits := true
	switch v := value.(type) {
	case map[string]any:
		if n.unevaluatedFields != nil && left != nil {
			for name := range left.fields {
				fits = w.below(n.unevaluatedFields, v[name], step{name, -1}) && fits
			}
			left.fields = nil
		}
	case []any:
		if n.unevaluatedItems != nil && left != nil {
			for i := range left.items {
				fits = w.below(n.unevaluatedItems, v[i], step{index: i}) && fits
			}
			left.items = nil
		}
	}
	return fits
}
