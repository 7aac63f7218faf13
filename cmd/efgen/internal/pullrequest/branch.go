package pullrequest

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/go-github/v60/github"
)

const updateRefs = `mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`

// noCommit is the ID by which GraphQL means that there is no branch.
const noCommit = "0000000000000000000000000000000000000000"

// moveBranch moves a branch from one commit to another, if nobody has moved it since; an
// empty ID means no branch. GitHub's error does not say whether the branch has moved, so
// moveBranch reads the branch again.
func (c *Client) moveBranch(ctx context.Context, r repository, branch, before, after string) error {
	err := c.moveWithLease(ctx, r, branch, before, after)
	if err == nil || isAnswerLost(err) {
		return err
	}
	if moved, lookErr := c.isMoved(ctx, r, branch, before, after); moved || lookErr != nil {
		return lookErr
	}
	if before == "" {
		return withHint(err, "a branch named efgen would be in the way; rules may forbid the new one")
	}
	// Some servers have no leases. The branch was just seen where it should be.
	err = c.moveWithoutLease(ctx, r, branch, after)
	if moved, lookErr := c.isMoved(ctx, r, branch, before, after); err != nil && (moved || lookErr != nil) {
		return lookErr
	}
	return err
}

// isMoved reports whether a branch is at the commit after; the error is errMoved if it is
// at neither of the two.
func (c *Client) isMoved(ctx context.Context, r repository, branch, before, after string) (bool, error) {
	switch now, err := c.headSHA(ctx, r, branch); {
	case err != nil:
		return false, err
	case now == after:
		return true, nil
	case now != before:
		return false, errMoved
	}
	return false, nil
}

// moveWithLease fails if the branch is not at the commit before. Creating a branch needs
// no lease: it fails if there is one.
func (c *Client) moveWithLease(ctx context.Context, r repository, branch, before, after string) error {
	name := "refs/heads/" + branch
	if before == "" {
		_, _, err := c.github.Git.CreateRef(ctx, r.owner, r.name, &github.Reference{Ref: &name, Object: &github.GitObject{SHA: &after}})
		return c.explain(ctx, "make branch "+branch, err)
	}
	if after == "" {
		after = noCommit
	}
	update := map[string]any{"name": name, "beforeOid": before, "afterOid": after, "force": true}
	return c.graphQL(ctx, updateRefs, map[string]any{"input": map[string]any{"repositoryId": r.id, "refUpdates": []any{update}}}, nil)
}

func (c *Client) moveWithoutLease(ctx context.Context, r repository, branch, after string) error {
	name := "refs/heads/" + branch
	if after == "" {
		_, err := c.github.Git.DeleteRef(ctx, r.owner, r.name, name)
		return c.explain(ctx, "remove branch "+branch, err)
	}
	_, _, err := c.github.Git.UpdateRef(ctx, r.owner, r.name, &github.Reference{Ref: &name, Object: &github.GitObject{SHA: &after}}, true)
	return c.explain(ctx, "move branch "+branch, err)
}

// withHint adds a hint to an error that says that GitHub cannot process a request.
func withHint(err error, hint string) error {
	var remote *RemoteError
	if errors.As(err, &remote) && remote.Status == http.StatusUnprocessableEntity {
		remote.Hint = hint
	}
	return err
}
