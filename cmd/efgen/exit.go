package main

import (
	"errors"

	"github.com/efgen/efgen/generate/tree"
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
	// exitBlocked is for proposals that a person's decision stands against.
	exitBlocked = 5
	// exitRemote is for what GitHub, or the way to it, did not let happen.
	exitRemote = 6
)

// failure is an error with its exit code, and what to do about it.
type failure struct {
	code int
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// errReported ends a command that has said everything already.
var errReported = errors.New("")

// exit is an error that carries a code and nothing more to say.
func exit(code int) error {
	if code == exitDone {
		return nil
	}
	return &failure{code: code, err: errReported}
}

// codeOf finds the exit code of an error.
func codeOf(err error) int {
	var refused tree.Refused
	var f *failure
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &f):
		return f.code
	case errors.As(err, &refused):
		return exitRefused
	}
	return exitUsage
}
