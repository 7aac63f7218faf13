package pullrequest

import (
	"context"
	"path"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest/fakegithub"
	"github.com/efgen/efgen/generate/tree"
)

const proposalBranch = "efgen/production"

// noWait makes tests fast; what waiting is for has tests of its own.
func noWait(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func newClient(t testing.TB, s *fakegithub.Server) *Client {
	t.Helper()
	c, err := New(Config{Host: "github.com", API: s.URL, Token: fakegithub.AppToken, wait: noWait})
	require.NoError(t, err)
	return c
}

// describe names the files that go, so that the text depends on the base.
func describe(old []tree.File) (Description, error) {
	d := Description{Title: "Update production", Text: "Replaces:\n"}
	for _, f := range old {
		d.Text += "- " + f.Path + " " + blobSHA(f.Data) + "\n"
	}
	return d, nil
}

func reconcile(t testing.TB, s *fakegithub.Server, w Want, o Options) (Result, error) {
	t.Helper()
	return newClient(t, s).Reconcile(t.Context(), w, describe, o)
}

func mustReconcile(t testing.TB, s *fakegithub.Server, w Want) Result {
	t.Helper()
	result, err := reconcile(t, s, w, Options{})
	require.NoError(t, err)
	return result
}

// deployed are the files of a Want where they are deployed.
func deployed(w Want) map[string]string {
	files := map[string]string{}
	for p, data := range w.contents() {
		files[path.Join(w.Path, p)] = string(data)
	}
	return files
}

// withRun is a Want of another run.
func withRun(w Want, run int) Want {
	w.Source.Run = run
	return w
}

// at is a Want with another deploy path.
func at(w Want, path string) Want {
	w.Path = path
	return w
}

// onto is a Want against another base.
func onto(w Want, base string) Want {
	w.Base = base
	return w
}

// dressed is a Want with everything that a pull request can have.
func dressed(w Want) Want {
	w.Labels, w.Reviewers, w.TeamReviewers, w.Assignees = []string{"efgen"}, []string{"kim"}, []string{"platform"}, []string{"jo"}
	return w
}

// A state is a repository as a run may find it.
type state struct {
	name    string
	prepare func(t testing.TB, s *fakegithub.Server)
	want    Want
	options Options

	operation Operation
	// writes is the number of writing requests that the run needs.
	writes int
}

var states = []state{
	{name: "nothing to change", prepare: func(_ testing.TB, s *fakegithub.Server) {
		s.Commit("main", "Deploy", deployed(production()))
	}, want: production(), operation: None},
	{name: "new", want: production(), operation: Created, writes: 4},
	{name: "new, dressed", want: dressed(production()), operation: Created, writes: 9},
	{name: "changed, beside foreign files", prepare: func(_ testing.TB, s *fakegithub.Server) {
		s.Commit("main", "Deploy", deployed(outdated()))
		s.Commit("main", "Add", map[string]string{"streaming/production/README.md": "theirs", "streaming/staging/x.yaml": "theirs", "z": ""})
	}, want: production(), operation: Created, writes: 5}, // two trees: removals are apart
	{name: "already right", prepare: proposedBefore(dressed(production())), want: dressed(production()), operation: None},
	{name: "outdated", prepare: proposedBefore(outdated()), want: production(), operation: Updated, writes: 4},
	{name: "base moved in the deploy path", prepare: func(t testing.TB, s *fakegithub.Server) {
		mustReconcile(t, s, production())
		s.Commit("main", "Add", map[string]string{"streaming/production/README.md": "theirs"})
	}, want: production(), operation: Updated, writes: 4},
	{name: "base moved elsewhere", prepare: func(t testing.TB, s *fakegithub.Server) {
		mustReconcile(t, s, production())
		s.Commit("main", "Add", map[string]string{"streaming/staging/README.md": "theirs"})
	}, want: production(), operation: None},
	{name: "human commits", prepare: humanCommit, want: production(), operation: Blocked},
	{name: "human commits, overwrite", prepare: humanCommit, want: production(), options: Options{Overwrite: true}, operation: Updated, writes: 3},
	{name: "amended by a person", prepare: func(t testing.TB, s *fakegithub.Server) {
		mustReconcile(t, s, production())
		s.Amend(proposalBranch, map[string]string{"streaming/production/namespace.yaml": "mine"})
	}, want: production(), operation: Blocked},
	{name: "closed by a person", prepare: closedByPerson, want: production(), operation: Blocked},
	{name: "closed by a person, other content now", prepare: closedByPerson, want: outdated(), operation: Created, writes: 4},
	{name: "closed by a person, reopen", prepare: closedByPerson, want: production(), options: Options{Reopen: true}, operation: Created, writes: 1},
	{name: "nothing left", prepare: func(t testing.TB, s *fakegithub.Server) {
		mustReconcile(t, s, production())
		s.Comment(1, "Why?")
		s.Commit("main", "Deploy by hand", deployed(production()))
	}, want: production(), operation: Closed, writes: 3},
	{name: "merged, branch left", prepare: func(t testing.TB, s *fakegithub.Server) {
		mustReconcile(t, s, production())
		s.Squash(1)
	}, want: production(), operation: Closed, writes: 1},
	{name: "merged, and changed since", prepare: func(t testing.TB, s *fakegithub.Server) {
		mustReconcile(t, s, outdated())
		s.Merge(1)
	}, want: production(), operation: Created, writes: 5},
	{name: "older run", prepare: proposedBefore(withRun(outdated(), 8)), want: production(), operation: Blocked},
	{name: "proposal of another path", prepare: proposedBefore(at(production(), "elsewhere")), want: production(), operation: Blocked},
	{name: "proposal of another path, overwrite", prepare: proposedBefore(at(production(), "elsewhere")), want: production(), options: Options{Overwrite: true}, operation: Updated, writes: 3},
	{name: "proposal of another path, nothing to change", prepare: func(t testing.TB, s *fakegithub.Server) {
		s.Commit("main", "Deploy", deployed(production()))
		mustReconcile(t, s, at(production(), "elsewhere"))
	}, want: production(), operation: Blocked},
	{name: "edited", prepare: editedOnBase, want: production(), operation: Blocked},
	{name: "edited, overwrite", prepare: editedOnBase, want: production(), options: Options{Overwrite: true}, operation: Created, writes: 5},
	{name: "not efgen's", prepare: func(_ testing.TB, s *fakegithub.Server) {
		s.Commit("main", "Add", map[string]string{"streaming/production/namespace.yaml": "theirs"})
	}, want: production(), operation: Blocked},
	{name: "body with words of a person", prepare: func(t testing.TB, s *fakegithub.Server) {
		mustReconcile(t, s, outdated())
		s.Edit(1, func(p *fakegithub.Pull) { p.Body = "Mine.\r\n\r\n" + p.Body + "\r\n\r\nToo." })
	}, want: production(), operation: Updated, writes: 4},
	{name: "a stranger's pull request from a branch of the same name", prepare: func(_ testing.TB, s *fakegithub.Server) {
		s.Fork("mallory", proposalBranch, "Mine", map[string]string{"x": "y"})
	}, want: production(), operation: Created, writes: 4},
	{name: "renamed repository", prepare: func(_ testing.TB, s *fakegithub.Server) { s.Rename("moved") }, want: production(), operation: Created, writes: 4},
}

func proposedBefore(w Want) func(testing.TB, *fakegithub.Server) {
	return func(t testing.TB, s *fakegithub.Server) { mustReconcile(t, s, w) }
}

func humanCommit(t testing.TB, s *fakegithub.Server) {
	mustReconcile(t, s, production())
	s.Commit(proposalBranch, "Fix", map[string]string{"streaming/production/fix.yaml": "mine"})
}

func closedByPerson(t testing.TB, s *fakegithub.Server) {
	mustReconcile(t, s, production())
	s.Close(1)
}

func editedOnBase(_ testing.TB, s *fakegithub.Server) {
	files := deployed(outdated())
	files["streaming/production/flow/service.yaml"] = "mine"
	s.Commit("main", "Deploy", files)
}

// found is all of a repository that a run may change.
type found struct {
	Main, Proposed map[string]string
	Pulls          []fakegithub.Pull
	Comments       []string
}

// look leaves out the names of commits, which hold the time.
func look(s *fakegithub.Server) found {
	f := found{Main: s.Files("refs/heads/main"), Pulls: s.Pulls()}
	if s.Head(proposalBranch) != "" {
		f.Proposed = s.Files("refs/heads/" + proposalBranch)
	}
	for i := range f.Pulls {
		p := f.Pulls[i]
		f.Pulls[i] = fakegithub.Pull{
			Number: p.Number, Title: p.Title, Body: p.Body, State: p.State, Merged: p.Merged, Draft: p.Draft, User: p.User,
			HeadOwner: p.HeadOwner, Head: p.Head, Base: p.Base,
			Labels: p.Labels, Assignees: p.Assignees, Reviewers: p.Reviewers, Teams: p.Teams,
		}
		for _, comment := range s.Comments(p.Number) {
			f.Comments = append(f.Comments, comment.User+": "+comment.Body)
		}
	}
	return f
}

func prepared(t testing.TB, c state) *fakegithub.Server {
	t.Helper()
	s := fakegithub.New(t)
	if c.prepare != nil {
		c.prepare(t, s)
	}
	s.Forget()
	return s
}
