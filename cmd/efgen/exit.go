package main

import (
	"errors"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

// The exit codes are part of the command's interface; with several outcomes the
// highest one counts.
const (
	exitDone     = 0
	exitProblems = 1
	// exitUsage is for what could not run: flags, no such environment, I/O, a bug.
	exitUsage = 2
	exitStale = 3
	// exitRefused is for files that are not efgen's to write.
	exitRefused = 4
	// exitBlocked is for proposals that a person has decided against.
	exitBlocked = 5
	// exitRemote is for errors of GitHub, or of the network on the way to it.
	exitRemote = 6
)

// exitError is an error with its exit code.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// errSaid ends a command that has printed everything already.
var errSaid = errors.New("")

// exit is an error that carries a code and nothing more to say.
func exit(code int) error {
	if code == exitDone {
		return nil
	}
	return &exitError{code, errSaid}
}

// codeFor is the exit code of a run that found problems.
func codeFor(problems []rule.Problem) int {
	if rule.Failed(problems) {
		return exitProblems
	}
	return exitDone
}

// codeAndHint finds the exit code of an error, and what to do about it.
func codeAndHint(err error) (code int, hint string) {
	var hinted *app.Error
	if errors.As(err, &hinted) {
		hint = hinted.Hint
	}
	var coded *exitError
	var refused tree.Refused
	var refusedThere *pullrequest.RefusedError
	var blocked *pullrequest.BlockedError
	var remote *pullrequest.RemoteError
	switch {
	case err == nil:
		return exitDone, ""
	case errors.As(err, &coded):
		return coded.code, hint
	case errors.As(err, &refused), errors.As(err, &refusedThere):
		return exitRefused, hint
	case errors.As(err, &blocked):
		return exitBlocked, blocked.Hint
	case errors.As(err, &remote):
		return exitRemote, remote.Hint
	}
	return exitUsage, hint
}
