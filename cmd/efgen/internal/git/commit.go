package git

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Commit is the ID of the commit that a name means; NAME... is the merge base of NAME and
// HEAD. The error is ErrNoName or ErrNoCommit if there is none, and a RefusedError if the
// name means two things, or if the merge base is not in this clone.
func (r *Repository) Commit(ctx context.Context, name string) (id string, err error) {
	if !isName(name) {
		return "", ErrNoName
	}
	// No name of a branch or tag holds two dots.
	first, second, twice := strings.Cut(name, "...")
	if !twice || second != "" && second != "HEAD" {
		return r.resolve(ctx, name)
	}
	if id, err = r.resolve(ctx, first); err != nil {
		return "", err
	}
	head, err := r.resolve(ctx, "HEAD")
	if err != nil {
		return "", err
	}
	return r.mergeBase(ctx, first, id, head)
}

// resolve asks a process of its own, since only at its end all of its warnings are there.
func (r *Repository) resolve(ctx context.Context, name string) (string, error) {
	answer, said, err := r.client.answer(ctx, r.dir, name+"^{commit}\n", "cat-file", "--batch-check")
	if strings.Contains(said, "is ambiguous") {
		return "", &RefusedError{fmt.Sprintf("git knows %q by two meanings, a branch, a tag or a remote's branch", name),
			"write the whole name, as refs/heads/… or refs/remotes/…, or delete the other one"}
	}
	if err != nil {
		return "", err
	}
	words := strings.Fields(answer)
	if len(words) != 3 || words[1] != "commit" {
		return "", ErrNoCommit
	}
	return words[0], nil
}

func (r *Repository) mergeBase(ctx context.Context, name, id, head string) (string, error) {
	answer, said, err := r.client.answer(ctx, r.dir, "", "merge-base", id, head)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 && said == "" {
		if r.shallow {
			return "", &RefusedError{fmt.Sprintf("this shallow clone lacks the merge base of %s and HEAD", name),
				"run git fetch --unshallow, or check out with fetch-depth: 0"}
		}
		return "", &RefusedError{fmt.Sprintf("%s and HEAD have no commit in common", name), "name a branch that HEAD comes from"}
	}
	return strings.TrimSpace(answer), err
}
