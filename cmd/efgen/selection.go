package main

import (
	"errors"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
)

// selection says which environments a command works on.
type selection struct {
	Env []string `name:"env" sep:"none" placeholder:"NAME" help:"Environment, or a pattern such as 'prod*'; may be repeated."`
	All bool     `help:"Every environment."`
	// ChangedSince narrows what Env and All select.
	ChangedSince string `placeholder:"REF" help:"Of those, the ones whose inputs or generated files differ from a git commit's; main... is where this branch left main."`
}

// orAll selects everything unless told otherwise.
func (s selection) orAll() selection {
	if len(s.Env) == 0 {
		s.All = true
	}
	return s
}

// selected wants one of Env and All, and not both.
func (s selection) selected() (app.Selection, error) {
	switch {
	case s.All && len(s.Env) > 0:
		return app.Selection{}, errors.New("--all and --env exclude each other")
	case !s.All && len(s.Env) == 0:
		return app.Selection{}, &app.Error{Err: errors.New("no environment is asked for"), Hint: "name one with --env, or take --all"}
	}
	return app.Selection(s), nil
}
