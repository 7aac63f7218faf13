package git

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// maxMessage bounds what is kept of git's complaints and of its short answers, in bytes.
const maxMessage = 16 << 10

var (
	// ErrNotInstalled says that there is no git on PATH.
	ErrNotInstalled = exec.ErrNotFound
	// ErrNoRepository says that a folder is in no repository.
	ErrNoRepository = errors.New("not a git repository")
	// ErrNoName says that a text cannot name a commit.
	ErrNoName = errors.New("not the name of a commit")
	// ErrNoCommit says that a repository has no commit of a name.
	ErrNoCommit = errors.New("there is no such commit")
)

// A RefusedError says why a repository's answer could not be trusted, or is not there.
type RefusedError struct {
	Reason string
	// Hint says what to do.
	Hint string
}

func (e *RefusedError) Error() string { return e.Reason }

// errPartial says that an object is in the repository by name only.
var errPartial = &RefusedError{"its content is not in this clone",
	"a clone with a filter lacks contents: clone without one, or run git fetch --refetch --no-filter"}

// bounded keeps the beginning of what is written to it, and loses the rest. It embeds no
// Buffer, whose ReadFrom would pass by the bound.
type bounded struct {
	kept bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	b.kept.Write(p[:min(len(p), b.most-b.kept.Len())])
	return len(p), nil
}

// explain says what git's complaints mean for what efgen does, else in git's own words.
func (b *bounded) explain(err error) error {
	said := b.kept.String()
	message, _, _ := strings.Cut(said, "\n")
	message = strings.TrimPrefix(message, "fatal: ")
	switch {
	case strings.Contains(said, "promisor remote"), strings.Contains(said, "lazy fetching disabled"):
		return errPartial
	case strings.Contains(said, "dubious ownership"):
		return &RefusedError{"the repository belongs to another user, and git does not read such a one",
			"if you trust it, run git config --global --add safe.directory with its folder"}
	case strings.Contains(said, "safe.bareRepository"), strings.Contains(said, "cannot use bare repository"):
		return &RefusedError{"this folder looks like a bare git repository, which could be content of a branch",
			"start efgen in a checkout with -C, and look where HEAD, objects and refs come from"}
	case strings.HasPrefix(message, ErrNoRepository.Error()):
		err = ErrNoRepository
	case message != "":
		err = errors.New(message)
	}
	return fmt.Errorf("git: %w", err)
}
