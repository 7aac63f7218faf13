package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// An Explainer answers questions about one environment as far as it could be read, problems or not.
type Explainer struct {
	env      *Environment
	problems *yamltree.Collector
}

// An Explanation is what is known about a field.
type Explanation struct {
	// Field is the path asked for.
	Field string `json:"field"`
	// Value is the one that counts, defaults included; nil if there is none.
	Value any `json:"value"`
	// Origin is who set it, and Overrode what that replaced or was laid over, the latest first.
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

// Explain reads an environment for questions. The Explainer is nil if the files have no values.
func (f *Folder) Explain(name string) (*Explainer, []rule.Problem) {
	r := newReading(f)
	env, problems := r.environment(name)
	if env == nil {
		return nil, problems
	}
	return &Explainer{env: env, problems: r.Collector}, problems
}

// Field explains one field. The error is an *UnknownFieldError.
func (x *Explainer) Field(field string) (Explanation, error) {
	at, doc, err := x.find(field)
	if err != nil {
		return Explanation{}, err
	}
	made := Explanation{
		Field: field, Value: at.Plain(), Origin: Setting{By: ByDefault}, Overrode: []Setting{},
		Type: at.Type(), Fields: []string{}, Doc: doc,
	}
	if structure := at.Structure(); structure != nil {
		made.Fields = append(made.Fields, structure.Names...)
	}
	switch settings := x.env.Origins.History(field); {
	case len(settings) > 0:
		made.Origin, made.Overrode = settings[0], append(made.Overrode, settings[1:]...)
	case !at.IsSet():
		made.Value, made.Origin.By = nil, ByNobody
	}
	if x.problems.Unread(field) {
		made.Value = made.Origin.Value
	}
	return made, nil
}

// find walks down a path; doc is the documentation of the last field with one.
func (x *Explainer) find(field string) (at yamltree.TypedValue, doc string, err error) {
	at = yamltree.TypedValueOf(x.env)
	steps, ok := rule.Steps(field)
	if !ok {
		return at, "", &UnknownFieldError{Field: field, Known: at.Names()}
	}
	for i, step := range steps {
		next, ok := at.Step(step)
		if ok && at.Lacks(step.Key, next) {
			// A value that null removed still has a history.
			ok = len(x.env.Origins.History(next.Path)) > 0
		}
		if !ok {
			return at, "", unknownFieldError(field, at, steps[i:])
		}
		if structure := at.Structure(); structure != nil {
			doc = docOf(structure.Fields[step.Key], step.Key)
		}
		at = next
	}
	return at, doc, nil
}

// unknownFieldError reports that a value has no such field below it.
func unknownFieldError(field string, from yamltree.TypedValue, rest []rule.Step) error {
	err := &UnknownFieldError{Field: field, Known: from.Names()}
	if near := rule.Nearest(rest[0].Key, err.Known); near != "" {
		err.Near = yamltree.Join(rule.Key(from.Path, near), rest[1:]...)
	}
	return err
}

// Written explains every value that somebody wrote, in the order of the paths.
func (x *Explainer) Written() (all []Explanation) {
	x.env.Origins.root.Leaves("", func(field string) {
		// A misspelt field is one of the problems.
		if made, err := x.Field(field); err == nil {
			all = append(all, made)
		}
	})
	return all
}

// Complete lists the fields that begin like a typed path; if there is only one, those below it, too.
func (x *Explainer) Complete(typed string) []string {
	at, _, err := x.find(typed[:max(0, strings.LastIndexAny(typed, ".["))])
	if err != nil {
		return nil
	}
	paths := slices.DeleteFunc(at.Paths(), func(path string) bool { return !strings.HasPrefix(path, typed) })
	if len(paths) != 1 {
		return paths
	}
	if only, _, err := x.find(paths[0]); err == nil {
		paths = append(paths, only.Paths()...)
	}
	return paths
}
