package judge

// combine judges by the schemas that are put together of others.
func (w *walk) combine(n *node, value any, left *unevaluated) bool {
	fits := true
	for _, branch := range n.allOf {
		fits = w.same(branch, value, left) && fits
	}
	if n.not != nil && w.silently(n.not, value, left) {
		fits = w.excluded(n)
	}
	if n.anyOf != nil {
		fits = w.any(n, value, left) && fits
	}
	if n.oneOf != nil {
		fits = w.one(n, value, left) && fits
	}
	if n.condition != nil {
		branch := n.consequence[0]
		if w.silently(n.condition, value, left) {
			branch = n.consequence[1]
		}
		fits = (branch == nil || w.same(branch, value, left)) && fits
	}
	return fits
}

func (w *walk) any(n *node, value any, left *unevaluated) bool {
	before, fits := len(w.faults), false
	for _, branch := range n.anyOf {
		if w.same(branch, value, left) {
			fits = true
			if left.none() {
				break
			}
		}
	}
	if fits {
		w.faults = w.faults[:before]
		return true
	}
	return w.noAlternative(before)
}

func (w *walk) one(n *node, value any, left *unevaluated) bool {
	before, fits := len(w.faults), false
	for _, branch := range n.oneOf {
		switch {
		case !fits:
			fits = w.same(branch, value, left)
		case w.silently(branch, value, left):
			w.faults = w.faults[:before]
			return w.fault("fits several alternatives that exclude each other")
		}
	}
	if fits {
		w.faults = w.faults[:before]
		return true
	}
	return w.noAlternative(before)
}
