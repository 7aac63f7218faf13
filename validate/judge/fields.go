package judge

func (w *walk) object(n *node, fields map[string]any, left *unevaluated) bool {
	fits := true
	if n.minFields >= 0 && len(fields) < n.minFields {
		fits = w.fault("has %d fields, needs at least %d", len(fields), n.minFields)
	}
	if n.maxFields >= 0 && len(fields) > n.maxFields {
		fits = w.fault("has %d fields, may have at most %d", len(fields), n.maxFields)
	}
	for _, name := range n.required {
		if _, set := fields[name]; !set {
			fits = w.faultAt(name, "required field is missing")
		}
	}
	for _, d := range n.dependents {
		if _, set := fields[d.field]; set {
			fits = w.dependent(d, fields, left) && fits
		}
	}
	if n.fields == nil && n.patterns == nil && n.others == nil && !n.closed && n.names == nil {
		return fits
	}
	for name, value := range fields {
		fits = w.field(n, name, value, left) && fits
		if n.names != nil {
			fits = w.name(n.names, name) && fits
		}
	}
	return fits
}

func (w *walk) dependent(d dependent, fields map[string]any, left *unevaluated) bool {
	fits := true
	for _, name := range d.required {
		if _, set := fields[name]; !set {
			fits = w.faultAt(name, "required field is missing beside %q", d.field)
		}
	}
	if d.schema != nil {
		fits = w.same(d.schema, fields, left) && fits
	}
	return fits
}

func (w *walk) field(n *node, name string, value any, left *unevaluated) bool {
	field, known := n.fields[name]
	fits := !known || w.below(field, value, step{name, -1})
	for _, p := range n.patterns {
		if p.matches(name) {
			known = true
			fits = w.below(p.node, value, step{name, -1}) && fits
		}
	}
	switch {
	case known:
	case n.closed:
		return w.unknownField(n, name)
	case n.others != nil:
		known = true
		fits = w.below(n.others, value, step{name, -1})
	}
	if known && left != nil {
		delete(left.fields, name)
	}
	return fits
}

// name judges the name of a field.
func (w *walk) name(n *node, name string) bool {
	inner := walk{quiet: w.quiet}
	if inner.below(n, name, step{}) {
		return true
	}
	for _, fault := range inner.faults {
		w.faultAt(name, "its name %s", fault.Message)
	}
	return false
}
