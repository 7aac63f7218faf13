package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/efgen/efgen/cmd/efgen/internal/git"
)

// hintShallow is what to do where a repository lacks a commit.
const hintShallow = "a shallow clone lacks what is older: git fetch brings it"

// repository opens the git repository that the project is in. Both folders must be in this
// repository, and not in another one below it, which somebody could have committed.
func (p Project) repository(ctx context.Context) (*git.Repository, error) {
	r, err := p.Git.Open(ctx, p.Directory)
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{p.Environments, p.Out} {
		if _, err := r.Place(p.Path(folder)); err != nil {
			r.Close()
			return nil, err
		}
	}
	return r, nil
}

// commitOf opens the repository and finds a commit there.
func (p Project) commitOf(ctx context.Context, name string) (*git.Repository, string, error) {
	r, err := p.repository(ctx)
	if err != nil {
		return nil, "", err
	}
	id, err := r.Commit(ctx, name)
	if err != nil {
		r.Close()
		return nil, "", err
	}
	return r, id, nil
}

// gitError says what to do about an error of git.
func gitError(flag, name string, err error) error {
	hint := ""
	var refused *git.RefusedError
	switch {
	case errors.As(err, &refused):
		hint = refused.Hint
	case errors.Is(err, git.ErrNotInstalled):
		err, hint = errors.New("no git on PATH to ask"), "install git"
	case errors.Is(err, git.ErrNoCommit):
		err, hint = errors.New("there is no such commit, branch or tag"), hintShallow
	}
	return &Error{fmt.Errorf("%s %q: %w", flag, name, err), hint}
}

// SourceCommit is the commit that the environments are checked out from. It is empty if
// there is none. It is an error if the repository is one that git must not be trusted with.
func (p Project) SourceCommit(ctx context.Context) (string, error) {
	r, err := p.repository(ctx)
	id := ""
	if err == nil {
		defer r.Close()
		id, err = r.Commit(ctx, "HEAD")
	}
	var refused *git.RefusedError
	if errors.As(err, &refused) {
		return "", &Error{fmt.Errorf("the commit that is proposed from: %w", err), refused.Hint}
	}
	// Without git, a repository or a commit, the proposal names none.
	return id, nil
}
