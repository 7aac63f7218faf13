package pullrequest

import (
	"os"
	"testing"

	"github.com/google/go-github/v60/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSecondOpinion runs the main states against a GitHub that nobody here has
// written: emulate, at the address in EFGEN_EMULATE. It has no GraphQL, so leases are
// looked at instead of held, and it signs nothing. It is not asked what it does not do
// as GitHub does: refuse a second pull request for a branch, refuse unknown tokens,
// and list what a pull request changes.
func TestSecondOpinion(t *testing.T) {
	address := os.Getenv("EFGEN_EMULATE")
	if address == "" {
		t.Skip("EFGEN_EMULATE names no server: .ci/github/second-opinion.sh starts one")
	}
	client, err := New(Config{Host: "github.com", API: address, Token: "second_opinion", wait: noWait})
	require.NoError(t, err)
	for _, step := range []struct {
		name    string
		want    Want
		prepare func()
		expect  Operation
	}{
		{name: "new", want: outdated(), expect: Created},
		{name: "already right", want: outdated(), expect: None},
		{name: "outdated", want: withRun(production(), 8), expect: Updated},
		{name: "right again", want: withRun(production(), 8), expect: None},
		{name: "nothing left", want: withRun(production(), 9), prepare: func() { landOnMain(t, client) }, expect: Closed},
		{name: "still nothing left", want: withRun(production(), 9), expect: None},
	} {
		t.Run(step.name, func(t *testing.T) {
			if step.prepare != nil {
				step.prepare()
			}
			result, err := client.Reconcile(t.Context(), step.want, describe, Options{})
			require.NoError(t, err)
			assert.Equal(t, step.expect, result.Operation)
		})
	}
}

// landOnMain brings what is proposed to main by another way than the pull request.
func landOnMain(t *testing.T, client *Client) {
	git := client.github.Git
	proposed, _, err := git.GetRef(t.Context(), "example", "deploy", "heads/"+proposalBranch)
	require.NoError(t, err)
	commit, _, err := git.GetCommit(t.Context(), "example", "deploy", proposed.Object.GetSHA())
	require.NoError(t, err)
	landed, _, err := git.CreateCommit(t.Context(), "example", "deploy", &github.Commit{
		Message: github.String("Land"), Tree: commit.Tree, Parents: commit.Parents,
	}, nil)
	require.NoError(t, err)
	_, _, err = git.UpdateRef(t.Context(), "example", "deploy", &github.Reference{
		Ref: github.String("refs/heads/main"), Object: &github.GitObject{SHA: landed.SHA},
	}, false)
	require.NoError(t, err)
}
