package pullrequest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest/fakegithub"
	"github.com/efgen/efgen/generate/tree"
)

// content is production with another text.
func content(text string, run int) Want {
	w := production()
	w.Files = append(w.Files[:1:1], tree.File{Path: "namespace.yaml", Data: []byte(text)})
	w.Source.Run = run
	return w
}

// together runs clients at once and returns how each ended.
func together(t *testing.T, s *fakegithub.Server, wants ...Want) []error {
	t.Helper()
	errs := make([]error, len(wants))
	var group sync.WaitGroup
	for i, w := range wants {
		c := newClient(t, s)
		// A race is lost for good by those who do not step aside.
		c.wait = func(ctx context.Context, d time.Duration) error { return sleep(ctx, d/10) }
		group.Go(func() { _, errs[i] = c.Reconcile(t.Context(), w, describe, Options{}) })
	}
	group.Wait()
	return errs
}

// TestTwoClientsAtOnce races three times, with -exhaustive a hundred times: for the
// same content, for two, and for the end of a proposal.
func TestTwoClientsAtOnce(t *testing.T) {
	s := fakegithub.New(t)
	// A client that loses the processor must not lose it for as long as the other one
	// needs for everything: on a network that takes longer, too.
	s.Fault = func(int, *http.Request) fakegithub.Fault {
		return fakegithub.Fault{Before: func() { time.Sleep(3 * time.Millisecond) }}
	}
	closed, races := 0, 3
	if *exhaustive {
		races = 100
	}
	for i := range races {
		same, older, newer := content(fmt.Sprint("same ", i), 3*i+1), content(fmt.Sprint("older ", i), 3*i+2), content(fmt.Sprint("newer ", i), 3*i+3)
		for _, err := range together(t, s, same, same) {
			require.NoError(t, err)
		}
		assertProposed(t, same, snapshotOf(s))
		require.Len(t, s.OpenPulls(), 1)

		errs := together(t, s, older, newer)
		require.NoError(t, errs[1])
		if errs[0] != nil {
			require.ErrorContains(t, errs[0], "newer run")
		}
		assertProposed(t, newer, snapshotOf(s))
		require.Len(t, s.OpenPulls(), 1)

		if i%10 != 9 && i != races-1 {
			continue
		}
		s.Commit("main", "Deploy by hand", deployed(newer))
		for _, err := range together(t, s, newer, newer) {
			require.NoError(t, err)
		}
		closed++
		require.Empty(t, s.OpenPulls())
		require.Empty(t, s.Head(proposalBranch))
		require.Len(t, s.Comments(closed), 1, "one comment, however many clients")
	}
	assert.Len(t, s.Pulls(), closed, "one proposal at a time")
}

// TestSomebodyIsFaster lets another write right before each of a run's own writes:
// what that one wrote is seen, and never lost.
func TestSomebodyIsFaster(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(s *fakegithub.Server)
		assert    func(t *testing.T, s *fakegithub.Server, err error)
	}{
		"a person pushes": {
			func(s *fakegithub.Server) { s.Commit(proposalBranch, "Fix", map[string]string{"fix": "mine"}) },
			func(t *testing.T, s *fakegithub.Server, err error) {
				require.ErrorContains(t, err, "not efgen's")
				assert.Contains(t, s.Files("refs/heads/"+proposalBranch), "fix")
			},
		},
		"the base moves": {
			func(s *fakegithub.Server) { s.Commit("main", "Add", map[string]string{"other": "theirs"}) },
			func(t *testing.T, s *fakegithub.Server, err error) {
				require.NoError(t, err)
				assert.Equal(t, deployed(production())["streaming/production/namespace.yaml"], s.Files("refs/heads/" + proposalBranch)["streaming/production/namespace.yaml"])
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := fakegithub.New(t)
			mustReconcile(t, s, outdated())
			done := false
			s.Fault = func(_ int, r *http.Request) fakegithub.Fault {
				if done || !strings.HasSuffix(r.URL.Path, "/graphql") {
					return fakegithub.Fault{}
				}
				done = true
				return fakegithub.Fault{Before: func() { c.meanwhile(s) }}
			}
			_, err := reconcile(t, s, production(), Options{})
			require.True(t, done)
			c.assert(t, s, err)
			assert.Len(t, s.Pulls(), 1)
		})
	}
}

// TestOthersAreFasterForEver ends all the same.
func TestOthersAreFasterForEver(t *testing.T) {
	s := fakegithub.New(t)
	mustReconcile(t, s, withRun(outdated(), 0))
	n := 0
	s.Fault = func(_ int, r *http.Request) fakegithub.Fault {
		if !strings.HasSuffix(r.URL.Path, "/graphql") || n > 20 {
			return fakegithub.Fault{}
		}
		n++
		s.Push(proposalBranch, s.Head("main")) // holds no commits of anybody's
		s.Commit("main", fmt.Sprint(n), nil)
		return fakegithub.Fault{}
	}
	w := withRun(production(), 0)
	_, err := reconcile(t, s, w, Options{Overwrite: true})
	var remote *RemoteError
	require.ErrorAs(t, err, &remote)
	assert.NotEmpty(t, remote.Hint)
}

// TestOneCommentIsEnough lets another run close the pull request right before this
// one comments on it.
func TestOneCommentIsEnough(t *testing.T) {
	s := fakegithub.New(t)
	mustReconcile(t, s, production())
	s.Commit("main", "Deploy by hand", deployed(production()))
	done := false
	s.Fault = func(_ int, r *http.Request) fakegithub.Fault {
		if done || r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/comments") {
			return fakegithub.Fault{}
		}
		done = true
		return fakegithub.Fault{Before: func() { mustReconcile(t, s, production()) }}
	}
	assert.Equal(t, Closed, mustReconcile(t, s, production()).Operation)
	require.True(t, done)
	assert.Len(t, s.Comments(1), 1)
	assert.Empty(t, s.OpenPulls())
	assert.Empty(t, s.Head(proposalBranch))
}

// TestReplicasLag lets readers see branches late.
func TestReplicasLag(t *testing.T) {
	s := fakegithub.New(t)
	s.Lag = 1
	mustReconcile(t, s, outdated())
	mustReconcile(t, s, production())
	assertProposed(t, production(), snapshotOf(s))
	assert.Len(t, s.Pulls(), 1)
}

// TestManyFiles bounds what a proposal of 1,200 changed files asks of GitHub.
func TestManyFiles(t *testing.T) {
	many := func(text string) Want {
		w := production()
		for i := range 1200 {
			w.Files = append(w.Files, tree.File{Path: fmt.Sprintf("extra/%d.yaml", i), Data: []byte(fmt.Sprintf("# %d\n%s\n", i, strings.Repeat(text, 100)))})
		}
		return w
	}
	s := fakegithub.New(t)
	s.Commit("main", "Deploy", deployed(many("old: text\n")))
	s.Forget()
	mustReconcile(t, s, many("\"new\": text\n"))
	assert.LessOrEqual(t, len(s.Requests()), 30)
	for _, r := range s.Requests() {
		assert.LessOrEqual(t, r.Entries, maxChunkEntries)
		if r.Entries > 0 {
			assert.LessOrEqual(t, r.Bytes, maxChunkBytes)
		}
	}
	t.Logf("%d requests for 1,200 changed files", len(s.Requests()))
}

// TestAwkwardFiles proposes what JSON spoils, what is long, and what is empty.
func TestAwkwardFiles(t *testing.T) {
	w := production()
	w.Files = append(w.Files,
		tree.File{Path: "binary", Data: []byte("\xff\x00\xfe")}, tree.File{Path: "empty", Data: []byte{}},
		tree.File{Path: "long", Data: []byte(strings.Repeat("<long>\n", 300_000))},
	)
	s := fakegithub.New(t)
	mustReconcile(t, s, w)
	assertProposed(t, w, snapshotOf(s))
	for _, r := range s.Requests() {
		if r.Entries > 0 {
			assert.LessOrEqual(t, r.Bytes, maxChunkBytes)
		}
	}
}

// TestTruncatedListsAreNotBelieved: what GitHub leaves out is there all the same.
func TestTruncatedListsAreNotBelieved(t *testing.T) {
	s := fakegithub.New(t)
	s.Commit("main", "Deploy", deployed(outdated()))
	s.Commit("main", "Add", map[string]string{"streaming/production/a/b/c": "theirs"})
	s.TruncateAfter = 2
	mustReconcile(t, s, production())
	assertProposed(t, production(), snapshotOf(s))
}
