package judge

func (w *walk) list(n *node, items []any, left *unevaluated) bool {
	fits := true
	if n.minItems >= 0 && len(items) < n.minItems {
		fits = w.fault("has %d items, needs at least %d", len(items), n.minItems)
	}
	if n.maxItems >= 0 && len(items) > n.maxItems {
		fits = w.fault("has %d items, may have at most %d", len(items), n.maxItems)
	}
	if n.unique {
		if first, second, twice := duplicates(items); twice {
			fits = w.fault("items %d and %d are equal", first, second)
		}
	}
	if n.full && len(items) > len(n.prefix) {
		fits = w.fault("has %d items, may have at most %d", len(items), len(n.prefix))
	}
	for i, item := range items {
		switch {
		case i < len(n.prefix):
			fits = w.below(n.prefix[i], item, step{index: i}) && fits
		case n.rest != nil:
			fits = w.below(n.rest, item, step{index: i}) && fits
		}
	}
	if n.contains != nil {
		fits = w.contained(n, items, left) && fits
	}
	return fits
}

func (w *walk) contained(n *node, items []any, left *unevaluated) bool {
	w.quiet++
	count := 0
	for i, item := range items {
		if w.below(n.contains, item, step{index: i}) {
			count++
			if n.containsEvaluates && left != nil {
				delete(left.items, i)
			}
		}
	}
	w.quiet--
	fits := true
	if count < n.minContains {
		fits = w.fault("has %d items of the form that it must contain, needs at least %d", count, n.minContains)
	}
	if n.maxContains >= 0 && count > n.maxContains {
		fits = w.fault("has %d items of the form that it must contain, may have at most %d", count, n.maxContains)
	}
	return fits
}
