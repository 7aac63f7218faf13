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
	ChangedSince string `placeholder:"REF" help:"Of those, the ones whose inputs or generated files differ from a git commit's."`
}

// orAll selects everything unless told otherwise.
func (s selection) orAll() app.Selection {
	if len(s.Env) == 0 {
		s.All = true
	}
	return app.Selection(s)
}

// exclusive refuses both flags at once.
func (s selection) exclusive() error {
	if s.All && len(s.Env) > 0 {
		return errors.New("--all and --env exclude each other")
	}
	return nil
}

// required wants one of the flags.
func (s selection) required() error {
	if !s.All && len(s.Env) == 0 {
		return &app.Error{Err: errors.New("no environment is asked for"), Hint: "name one with --env, or take --all"}
	}
	return s.exclusive()
}
