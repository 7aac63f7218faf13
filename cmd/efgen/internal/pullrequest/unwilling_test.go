package pullrequest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-github/v60/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest/fakegithub"
)

// refusing lets a server answer requests for a path with an error, so often.
func refusing(s *fakegithub.Server, suffix string, status int, message string, times int) {
	s.Fault = func(_ int, r *http.Request) fakegithub.Fault {
		if times == 0 || r.Method == http.MethodGet || !strings.HasSuffix(r.URL.Path, suffix) {
			return fakegithub.Fault{}
		}
		times--
		return fakegithub.Answer(status, message)
	}
}

const always = -1

// TestServersWithoutLeases updates and removes the branch by looking first.
func TestServersWithoutLeases(t *testing.T) {
	s := fakegithub.New(t)
	mustReconcile(t, s, outdated())
	refusing(s, "/graphql", http.StatusNotFound, "Not Found", always)
	mustReconcile(t, s, production())
	assertProposed(t, production(), snapshotOf(s))
	s.Commit("main", "Deploy by hand", deployed(production()))
	assert.Equal(t, Closed, mustReconcile(t, s, production()).Operation)
	assert.Empty(t, s.Head(proposalBranch))
}

func TestServersOfOnesOwn(t *testing.T) {
	s := fakegithub.New(t)
	c, err := New(Config{Host: "git.example.com", API: s.URL + "/api/v3", Token: fakegithub.AppToken, wait: noWait})
	require.NoError(t, err)
	for _, w := range []Want{outdated(), production()} {
		_, err = c.Reconcile(t.Context(), w, describe, Options{})
		require.NoError(t, err)
		assertProposed(t, w, snapshotOf(s))
	}
}

// TestWhatIsOnlyNice fails without harm.
func TestWhatIsOnlyNice(t *testing.T) {
	for name, c := range map[string]struct {
		suffix, message string
		times           int
		warnings        []string
	}{
		"labels":           {suffix: "/labels", message: "Validation Failed", times: always, warnings: []string{"add labels efgen: 422 Validation Failed"}},
		"reviewers, teams": {suffix: "/requested_reviewers", message: "Not a collaborator", times: always, warnings: []string{"ask for reviews kim: 422 Not a collaborator", "ask for reviews of teams platform: 422 Not a collaborator"}},
		"assignees":        {suffix: "/assignees", message: "No", times: always, warnings: []string{"assign jo: 422 No"}},
		"too new":          {suffix: "/labels", message: "Could not resolve to a node with the global id of 'x'.", times: 2},
		"draft":            {suffix: "/pulls", message: "Draft pull requests are not supported in this repository.", times: 1, warnings: []string{"opened for review at once: the repository knows no drafts"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := fakegithub.New(t)
			refusing(s, c.suffix, http.StatusUnprocessableEntity, c.message, c.times)
			w := withAttributes(production())
			w.Draft = true
			result := mustReconcile(t, s, w)
			assert.Equal(t, Created, result.Operation)
			assert.Equal(t, c.warnings, result.Warnings)
			assert.Equal(t, name != "draft", s.Pulls()[0].Draft)
			_, setup := regionOf(s.Pulls()[0].Body)
			assert.False(t, setup, "what GitHub has turned down is not asked for again")
			assert.Equal(t, None, mustReconcile(t, s, w).Operation)
		})
	}
}

// TestUnavailableExtrasAreAddedLater lets labels fail for as long as a run lasts.
func TestUnavailableExtrasAreAddedLater(t *testing.T) {
	s := fakegithub.New(t)
	refusing(s, "/labels", http.StatusBadGateway, "Bad Gateway", always)
	assert.Len(t, mustReconcile(t, s, withAttributes(production())).Warnings, 1)
	s.Fault = nil
	assert.Equal(t, Updated, mustReconcile(t, s, withAttributes(production())).Operation)
	assertProposed(t, withAttributes(production()), snapshotOf(s))
}

func TestBranchInTheWay(t *testing.T) {
	s := fakegithub.New(t)
	s.Push("efgen", s.Head("main"))
	_, err := reconcile(t, s, production(), Options{})
	var remote *RemoteError
	require.ErrorAs(t, err, &remote)
	assert.Contains(t, remote.Hint, "a branch named efgen would be in the way")
}

// TestProposalIsNotItsOwnBase names the branch of the proposal as the base, and makes it
// the default branch.
func TestProposalIsNotItsOwnBase(t *testing.T) {
	for name, c := range map[string]struct{ base, standard string }{
		"named": {base: proposalBranch, standard: "main"}, "the default": {standard: proposalBranch},
	} {
		t.Run(name, func(t *testing.T) {
			s := fakegithub.New(t)
			s.Default = c.standard
			mustReconcile(t, s, withBase(production(), "main"))
			before := s.Head(proposalBranch)
			s.Forget()
			result, err := reconcile(t, s, withBase(outdated(), c.base), Options{Overwrite: true})
			var refused *RefusedError
			require.ErrorAs(t, err, &refused)
			assert.ErrorContains(t, err, "efgen/production: both the base in example/deploy and the branch that efgen proposes from")
			assert.Equal(t, Blocked, result.Operation)
			assert.Empty(t, s.Writes())
			assert.Equal(t, before, s.Head(proposalBranch))
		})
	}
}

// TestDifferentTreeIsNotProposed lets somebody store another tree than was sent.
func TestDifferentTreeIsNotProposed(t *testing.T) {
	s := fakegithub.New(t)
	c := newClient(t, s)
	w := production()
	seen, err := c.observe(t.Context(), w)
	require.NoError(t, err)
	seen.files = map[string]entry{"unseen": {modeFile, blobSHA(nil)}}
	_, err = c.storeCommit(t.Context(), seen, w, &plan{changes: changesTo(seen, w)})
	require.ErrorContains(t, err, "nothing is proposed")
	assert.Empty(t, s.Head(proposalBranch))
}

func TestLimitsEndARun(t *testing.T) {
	s := fakegithub.New(t)
	s.Fault = func(int, *http.Request) fakegithub.Fault {
		return fakegithub.SecondaryLimit(http.StatusForbidden, 3600)
	}
	_, err := reconcile(t, s, production(), Options{})
	var remote *RemoteError
	require.ErrorAs(t, err, &remote)
	assert.ErrorContains(t, err, "403 rate limit spent")
	assert.Len(t, s.Requests(), 1, "nobody is pestered who has asked for patience")
}

func TestNotARepositoryPath(t *testing.T) {
	s := fakegithub.New(t)
	for _, change := range []func(*Want){
		func(w *Want) { w.Path = "" }, func(w *Want) { w.Path = "." }, func(w *Want) { w.Path = "a/../.." }, func(w *Want) { w.Path = "/a" },
		func(w *Want) { w.Path = "a/.git" }, func(w *Want) { w.Files[0].Path = "../x" }, func(w *Want) { w.Files = nil },
		func(w *Want) { w.Repository = "example" }, func(w *Want) { w.Repository = "example/.." },
	} {
		w := production()
		change(&w)
		result, err := reconcile(t, s, w, Options{})
		require.Error(t, err)
		assert.Equal(t, Failed, result.Operation)
	}
	assert.Empty(t, s.Requests())
}

func TestUnavailableForLongEndsARun(t *testing.T) {
	s := fakegithub.New(t)
	s.Fault = func(int, *http.Request) fakegithub.Fault { return fakegithub.Unavailable() }
	result, err := reconcile(t, s, production(), Options{})
	require.ErrorContains(t, err, "look for repository example/deploy: 502 Bad Gateway")
	assert.Equal(t, Failed, result.Operation)
	assert.Len(t, s.Requests(), maxTries)
}

// TestErrorsWithoutWords lets the branch vanish right before it is proposed: GitHub names
// the field then, and a code.
func TestErrorsWithoutWords(t *testing.T) {
	s := fakegithub.New(t)
	s.Fault = func(_ int, r *http.Request) fakegithub.Fault {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/pulls") {
			return fakegithub.Fault{}
		}
		return fakegithub.Fault{Before: func() { s.Push(proposalBranch, "") }}
	}
	_, err := reconcile(t, s, production(), Options{})
	require.EqualError(t, err, "open a pull request in example/deploy: 422 Validation Failed: PullRequest.head: invalid")
}

func TestMessages(t *testing.T) {
	for body, expected := range map[string]string{
		`{"message": "Validation Failed", "errors": [{"resource": "PullRequest", "field": "head", "code": "invalid"}]}`:                     "Validation Failed | PullRequest.head: invalid",
		`{"message": "Validation Failed", "errors": [{"resource": "Label", "code": "missing"}, {"field": "a", "code": "b"}]}`:               "Validation Failed | Label: missing | a: b",
		`{"message": "Validation Failed", "errors": [{"resource": "Issue", "field": "title", "code": "custom", "message": "is too long"}]}`: "Validation Failed | is too long",
		`{"message": "Validation Failed", "errors": ["in words", {"code": "alone"}, {"resource": "nothing"}]}`:                              "Validation Failed | in words | alone",
		`{}`: "Unprocessable Entity",
	} {
		answer := &github.ErrorResponse{Response: &http.Response{StatusCode: http.StatusUnprocessableEntity}}
		require.NoError(t, json.Unmarshal([]byte(body), answer))
		assert.Equal(t, expected, strings.Join(messages(answer), " | "))
	}
}
