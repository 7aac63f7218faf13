package config

import "github.com/efgen/efgen/validate/rule"

// Origins tells where the values of an environment were written.
type Origins struct {
	root *node
}

// A Setting is one value that a field was given.
type Setting struct {
	// By says who gave it: a file, or efgen's default; nobody if there is no value.
	By string `json:"by"`
	// Position is the zero value if no file did.
	rule.Position
	// Field is where it was written: below `defaults` for a default.
	Field string `json:"field"`
	// Value is what was written, as JSON knows it.
	Value any `json:"value"`
}

// Who sets a value.
const (
	ByFile    = "file"
	ByDefault = "default"
	ByNobody  = "nobody"
)

// At is where the value of a field was written, and the field that was written
// there. For a value that nobody wrote that is its nearest written ancestor, for a
// value of `defaults` the field there. A block of YAML begins at its key.
func (o *Origins) At(field string) (rule.Position, string) {
	e, at, _ := o.find(field)
	return e.value.at.position(), at
}

// Written tells whether somebody wrote the field, and not to remove it.
func (o *Origins) Written(field string) bool {
	e, _, complete := o.find(field)
	return complete && !e.value.isNull()
}

// History lists who set a field, the value that counts first, then what it
// overrode. It is empty for a field that nobody wrote.
func (o *Origins) History(field string) (settings []Setting) {
	e, _, complete := o.find(field)
	if !complete {
		return nil
	}
	for n := e.value; n != nil; n = n.previous {
		settings = append(settings, Setting{By: ByFile, Position: n.at.position(), Field: o.home(field, n), Value: n.plain()})
	}
	return settings
}

// find walks as far along a field path as the file goes.
func (o *Origins) find(field string) (found entry, at string, complete bool) {
	found = entry{at: o.root.at, value: o.root}
	steps, ok := rule.Steps(field)
	if !ok {
		return found, "", false
	}
	for _, s := range steps {
		next, ok := found.value.step(s)
		if !ok {
			return found, o.home(at, found.value), false
		}
		found = next
		at = extend(at, s)
	}
	return found, o.home(at, found.value), true
}

// home is the field under which n was written: an application's value may be
// one of `defaults`.
func (o *Origins) home(field string, n *node) string {
	steps, _ := rule.Steps(field)
	if len(steps) < 3 || steps[0].Key != "applications" {
		return field
	}
	value, home := o.root.lookup("defaults"), "defaults"
	for _, s := range steps[2:] {
		if value == nil {
			return field
		}
		e, _ := value.step(s)
		value = e.value
		home = extend(home, s)
	}
	for ; value != nil; value = value.previous {
		if value.at == n.at {
			return home
		}
	}
	return field
}

// extend appends a step to a field path.
func extend(path string, s rule.Step) string {
	if s.Key != "" || s.Index < 0 {
		return rule.Key(path, s.Key)
	}
	return rule.Index(path, s.Index)
}

// plain is the value as JSON knows it, without what null removes.
func (n *node) plain() any {
	d := decoder{collector: &collector{}}
	return d.free(n, nil)
}
