package pullrequest

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/go-github/v60/github"
)

const updateRefs = `mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`

// noCommit is how GraphQL writes that there is no branch.
const noCommit = "0000000000000000000000000000000000000000"

// moveBranch moves a branch to a commit if it still is where it was; an empty
// commit stands for no branch. What GitHub says when the branch has moved tells
// little, so it is looked at again.
func (c *Client) moveBranch(ctx context.Context, r repository, branch, before, after string) error {
	err := c.moveLeased(ctx, r, branch, before, after)
	if err == nil || again(err) {
		return err
	}
	if moved, unsettled := c.hasMoved(ctx, r, branch, before, after); moved || unsettled != nil {
		return unsettled
	}
	if before == "" {
		return withHint(err, "a branch named efgen would be in the way; rules may forbid the new one")
	}
	// Some servers know no lease: theirs has just been looked at.
	err = c.moveUnleased(ctx, r, branch, after)
	if moved, unsettled := c.hasMoved(ctx, r, branch, before, after); err != nil && (moved || unsettled != nil) {
		return unsettled
	}
	return err
}

// hasMoved tells whether a branch is where it is to be; the error is errMoved if
// it is where nobody expects it.
func (c *Client) hasMoved(ctx context.Context, r repository, branch, before, after string) (bool, error) {
	switch now, err := c.ref(ctx, r, branch); {
	case err != nil:
		return false, err
	case now == after:
		return true, nil
	case now != before:
		return false, errMoved
	}
	return false, nil
}

// moveLeased fails if the branch is not where it was. Creating needs no lease: it
// fails where there is a branch.
func (c *Client) moveLeased(ctx context.Context, r repository, branch, before, after string) error {
	name := "refs/heads/" + branch
	if before == "" {
		_, _, err := c.github.Git.CreateRef(ctx, r.owner, r.name, &github.Reference{Ref: &name, Object: &github.GitObject{SHA: &after}})
		return c.explain(ctx, "make branch "+branch, err)
	}
	if after == "" {
		after = noCommit
	}
	update := map[string]any{"name": name, "beforeOid": before, "afterOid": after, "force": true}
	return c.ask(ctx, updateRefs, map[string]any{"input": map[string]any{"repositoryId": r.id, "refUpdates": []any{update}}}, nil)
}

func (c *Client) moveUnleased(ctx context.Context, r repository, branch, after string) error {
	name := "refs/heads/" + branch
	if after == "" {
		_, err := c.github.Git.DeleteRef(ctx, r.owner, r.name, name)
		return c.explain(ctx, "remove branch "+branch, err)
	}
	_, _, err := c.github.Git.UpdateRef(ctx, r.owner, r.name, &github.Reference{Ref: &name, Object: &github.GitObject{SHA: &after}}, true)
	return c.explain(ctx, "move branch "+branch, err)
}

// withHint says more about an answer that GitHub cannot process.
func withHint(err error, hint string) error {
	var remote *RemoteError
	if errors.As(err, &remote) && remote.Status == http.StatusUnprocessableEntity {
		remote.Hint = hint
	}
	return err
}
