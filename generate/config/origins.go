package config

import (
	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// The two fields whose values are merged: `defaults` lie under every application.
const (
	defaultsKey     = "defaults"
	applicationsKey = "applications"
)

// Origins tells where the values of an environment were written.
type Origins struct {
	root *yamltree.Node
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

// At is where the value of a field was written, and the field that was written there: one below
// `defaults` for a default, the nearest written ancestor for a value that nobody wrote.
func (o *Origins) At(field string) (rule.Position, string) {
	e, at, _ := o.nearest(field)
	return e.Value.Position(), at
}

// Written reports whether somebody wrote the field, and not null.
func (o *Origins) Written(field string) bool {
	e, _, written := o.nearest(field)
	return written && !e.Value.IsNull()
}

// History lists who set a field, the latest first. It is empty for a field that nobody wrote.
func (o *Origins) History(field string) (settings []Setting) {
	e, _, written := o.nearest(field)
	if !written {
		return nil
	}
	for n := e.Value; n != nil; n = n.Replaced() {
		settings = append(settings, Setting{By: ByFile, Position: n.Position(), Field: o.home(field, n), Value: n.Plain()})
	}
	return settings
}

// nearest is the field or its nearest written ancestor, and the path under which that was written.
func (o *Origins) nearest(field string) (found yamltree.Entry, home string, written bool) {
	steps, ok := rule.Steps(field)
	found, followed := o.root.Follow(steps)
	return found, o.home(yamltree.Join("", steps[:followed]...), found.Value), ok && followed == len(steps)
}

// home is the field under which n was written: an application's value may be one of `defaults`.
func (o *Origins) home(field string, n *yamltree.Node) string {
	steps, _ := rule.Steps(field)
	if len(steps) < 3 || steps[0].Key != applicationsKey {
		return field
	}
	shared := append([]rule.Step{{Key: defaultsKey, Index: -1}}, steps[2:]...)
	e, followed := o.root.Follow(shared)
	if followed < len(shared) {
		return field
	}
	for value := e.Value; value != nil; value = value.Replaced() {
		if value.Position() == n.Position() {
			return yamltree.Join("", shared...)
		}
	}
	return field
}

// sameField is what a field is called in every application and in `defaults`.
func sameField(field string) string {
	steps, _ := rule.Steps(field)
	switch {
	case len(steps) > 1 && steps[0].Key == applicationsKey:
		steps = steps[2:]
	case len(steps) > 1 && steps[0].Key == defaultsKey:
		steps = steps[1:]
	}
	return yamltree.Join("", steps...)
}
