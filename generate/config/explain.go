package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// An Explainer answers questions about one environment as far as it could be
// read, problems or not.
type Explainer struct {
	env *Environment
	*collector
}

// An Explanation is all there is to know of a field.
type Explanation struct {
	// Field is the path asked for.
	Field string `json:"field"`
	// Value is the one that counts, defaults included; nil if there is none.
	Value any `json:"value"`
	// Origin is who set it, and Overrode what that replaced or was laid over, the
	// latest first.
	Origin   Setting   `json:"origin"`
	Overrode []Setting `json:"overrode"`
	// Type says what may be written, Fields what a mapping may hold.
	Type   string   `json:"type"`
	Fields []string `json:"fields"`
	// Doc is the documentation of the field.
	Doc string `json:"doc"`
}

// An UnknownFieldError says that there is no such field.
type UnknownFieldError struct {
	// Field is the path asked for.
	Field string
	// Near is the path that it most likely means, "" if none is near.
	Near string
	// Known are the fields that there are instead.
	Known []string
}

func (e *UnknownFieldError) Error() string {
	if e.Near != "" {
		return fmt.Sprintf("there is no field %q, did you mean %q?", e.Field, e.Near)
	}
	return fmt.Sprintf("there is no field %q", e.Field)
}

// Explain reads an environment for questions. The Explainer is nil if the files
// have no tree of values.
func (f *Folder) Explain(name string) (*Explainer, []rule.Problem) {
	r := &reading{folder: f}
	env := r.read(name)
	problems := r.sorted(name)
	if env == nil {
		return nil, problems
	}
	return &Explainer{env: env, collector: &r.collector}, problems
}

// Field explains one field. The error is an *UnknownFieldError.
func (x *Explainer) Field(field string) (Explanation, error) {
	at, err := x.find(field)
	if err != nil {
		return Explanation{}, err
	}
	made := Explanation{
		Field: field, Value: at.plain(), Origin: Setting{By: ByDefault}, Overrode: []Setting{},
		Type: describeType(at.declared), Fields: []string{}, Doc: at.doc,
	}
	if at.typ.Kind() == reflect.Struct {
		made.Fields = append(made.Fields, at.names()...)
	}
	switch settings := x.env.Origins.History(field); {
	case len(settings) > 0:
		made.Origin, made.Overrode = settings[0], append(made.Overrode, settings[1:]...)
	case at.unset():
		made.Value, made.Origin.By = nil, ByNobody
	}
	if x.doubtful(field) {
		made.Value = made.Origin.Value
	}
	return made, nil
}

// find walks down a path.
func (x *Explainer) find(field string) (spot, error) {
	at := spotOf("", reflect.TypeFor[*Environment](), reflect.ValueOf(x.env), "")
	steps, ok := rule.Steps(field)
	if !ok {
		return at, &UnknownFieldError{Field: field, Known: at.names()}
	}
	for i, step := range steps {
		next, ok := at.step(step)
		if ok && !next.value.IsValid() && at.open() && !at.mayHave(step.Key, next) {
			// What null removed is no more, but there is a history to tell.
			ok = len(x.env.Origins.History(next.path)) > 0
		}
		if !ok {
			return at, at.unknown(field, steps[i:])
		}
		at = next
	}
	return at, nil
}

// Written explains every value that somebody wrote, in the order of the paths.
func (x *Explainer) Written() (all []Explanation) {
	x.env.Origins.root.leaves("", func(field string) {
		// A misspelt field is one of the problems.
		if made, err := x.Field(field); err == nil {
			all = append(all, made)
		}
	})
	return all
}

func (n *node) leaves(field string, visit func(field string)) {
	for _, e := range n.entries {
		e.value.leaves(rule.Key(field, e.key), visit)
	}
	for i, item := range n.items {
		item.leaves(rule.Index(field, i), visit)
	}
	if len(n.entries)+len(n.items) == 0 && field != "" {
		visit(field)
	}
}

// Complete lists the fields that begin like a path that is being typed; if there
// is but one, those below it, too.
func (x *Explainer) Complete(typed string) []string {
	at, err := x.find(typed[:max(0, strings.LastIndexAny(typed, ".["))])
	if err != nil {
		return nil
	}
	paths := slices.DeleteFunc(at.paths(), func(path string) bool { return !strings.HasPrefix(path, typed) })
	if len(paths) != 1 {
		return paths
	}
	if only, err := x.find(paths[0]); err == nil {
		paths = append(paths, only.paths()...)
	}
	return paths
}
