package pullrequest

import (
	"maps"
	"slices"
	"testing"

	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest/fakegithub"
)

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
	{name: "new, with all attributes", want: withAttributes(production()), operation: Created, writes: 9},
	{name: "changed, beside foreign files", prepare: func(_ testing.TB, s *fakegithub.Server) {
		s.Commit("main", "Deploy", deployed(outdated()))
		s.Commit("main", "Add", map[string]string{"streaming/production/README.md": "theirs", "streaming/staging/x.yaml": "theirs", "z": ""})
	}, want: production(), operation: Created, writes: 5}, // two trees: removals are apart
	{name: "already right", prepare: proposedBefore(withAttributes(production())), want: withAttributes(production()), operation: None},
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
	{name: "proposal of another path", prepare: proposedBefore(withPath(production(), "elsewhere")), want: production(), operation: Blocked},
	{name: "proposal of another path, overwrite", prepare: proposedBefore(withPath(production(), "elsewhere")), want: production(), options: Options{Overwrite: true}, operation: Updated, writes: 3},
	{name: "proposal of another path, nothing to change", prepare: func(t testing.TB, s *fakegithub.Server) {
		s.Commit("main", "Deploy", deployed(production()))
		mustReconcile(t, s, withPath(production(), "elsewhere"))
	}, want: production(), operation: Blocked},
	{name: "base changed", prepare: baseChanged, want: withBase(production(), "release"), operation: Created, writes: 6},
	{name: "base changed, a second one open", prepare: func(t testing.TB, s *fakegithub.Server) {
		baseChanged(t, s)
		s.Open(proposalBranch, "release", s.Pulls()[0].Body)
	}, want: withBase(production(), "release"), operation: Updated, writes: 6},
	{name: "base changed, human commits", prepare: func(t testing.TB, s *fakegithub.Server) {
		baseChanged(t, s)
		s.Commit(proposalBranch, "Fix", map[string]string{"fix": "mine"})
	}, want: withBase(production(), "release"), operation: Blocked},
	{name: "base changed, older run", prepare: func(t testing.TB, s *fakegithub.Server) {
		s.Push("release", s.Head("main"))
		mustReconcile(t, s, withRun(production(), 8))
	}, want: withBase(production(), "release"), operation: Blocked},
	{name: "base changed, nothing left", prepare: func(t testing.TB, s *fakegithub.Server) {
		baseChanged(t, s)
		s.Commit("release", "Deploy by hand", deployed(production()))
	}, want: withBase(production(), "release"), operation: Closed, writes: 3},
	{name: "base changed back", prepare: func(t testing.TB, s *fakegithub.Server) {
		baseChanged(t, s)
		mustReconcile(t, s, withBase(production(), "release"))
	}, want: production(), operation: Created, writes: 6},
	{name: "a person's pull request against another base", prepare: func(t testing.TB, s *fakegithub.Server) {
		baseChanged(t, s)
		s.Open(proposalBranch, "release", "Mine.")
	}, want: production(), operation: None},
	{name: "base rewritten", prepare: func(t testing.TB, s *fakegithub.Server) {
		mustReconcile(t, s, production())
		s.Amend("main", map[string]string{"README.md": "# Deploy from here"})
	}, want: production(), operation: Updated, writes: 3},
	{name: "merged, and reverted since", prepare: func(t testing.TB, s *fakegithub.Server) {
		mustReconcile(t, s, production())
		s.Merge(1)
		s.Commit("main", "Revert", nil, slices.Collect(maps.Keys(deployed(production())))...)
	}, want: production(), operation: Created, writes: 4},
	{name: "branch updated", prepare: branchUpdated(production()), want: production(), operation: None},
	{name: "branch updated twice, base moved since", prepare: func(t testing.TB, s *fakegithub.Server) {
		branchUpdated(production())(t, s)
		s.Commit("main", "Add", map[string]string{"streaming/more": ""})
		s.Update(proposalBranch, "main")
		s.Commit("main", "Add", map[string]string{"streaming/staging/more": ""})
	}, want: production(), operation: None},
	{name: "branch updated, outdated", prepare: branchUpdated(outdated()), want: production(), operation: Updated, writes: 4},
	{name: "branch updated, nothing left", prepare: func(t testing.TB, s *fakegithub.Server) {
		branchUpdated(production())(t, s)
		s.Commit("main", "Deploy by hand", deployed(production()))
	}, want: production(), operation: Closed, writes: 3},
	{name: "branch updated, squashed, branch left", prepare: func(t testing.TB, s *fakegithub.Server) {
		branchUpdated(production())(t, s)
		s.Squash(1)
	}, want: production(), operation: Closed, writes: 1},
	{name: "branch updated, merged, changed since", prepare: func(t testing.TB, s *fakegithub.Server) {
		branchUpdated(outdated())(t, s)
		s.Merge(1)
	}, want: production(), operation: Created, writes: 5},
	{name: "branch updated, proposal of another path", prepare: branchUpdated(withPath(production(), "elsewhere")), want: production(), operation: Blocked},
	{name: "branch updated after a human commit", prepare: func(t testing.TB, s *fakegithub.Server) {
		humanCommit(t, s)
		s.Commit("main", "Add", map[string]string{"more": ""})
		s.Update(proposalBranch, "main")
	}, want: production(), operation: Blocked},
	{name: "branch updated, and a human commit after", prepare: func(t testing.TB, s *fakegithub.Server) {
		branchUpdated(production())(t, s)
		s.Commit(proposalBranch, "Fix", map[string]string{"fix": "mine"})
	}, want: production(), operation: Blocked},
	{name: "another branch merged", prepare: func(t testing.TB, s *fakegithub.Server) {
		mustReconcile(t, s, production())
		s.Push("theirs", s.Head("main"))
		s.Commit("theirs", "Add", map[string]string{"theirs": ""})
		s.Update(proposalBranch, "theirs")
	}, want: production(), operation: Blocked},
	{name: "merge with a human edit in the deploy path", prepare: func(t testing.TB, s *fakegithub.Server) {
		branchUpdated(production())(t, s)
		s.Amend(proposalBranch, map[string]string{"streaming/production/namespace.yaml": "mine"})
	}, want: production(), operation: Blocked},
	{name: "merge with a human edit elsewhere", prepare: func(t testing.TB, s *fakegithub.Server) {
		branchUpdated(production())(t, s)
		s.Amend(proposalBranch, map[string]string{"streaming/fix": "mine"})
	}, want: production(), operation: Blocked},
	{name: "branch updated, with other people's files", prepare: func(t testing.TB, s *fakegithub.Server) {
		s.Commit("main", "Add", map[string]string{"streaming/production/README.md": "theirs"})
		mustReconcile(t, s, production())
		s.Commit("main", "Add", map[string]string{"streaming/production/README.md": "better", "streaming/production/docs/more": "theirs"})
		s.Update(proposalBranch, "main")
	}, want: production(), operation: Updated, writes: 4},
	{name: "branch updated, with an edit of other people's files", prepare: func(t testing.TB, s *fakegithub.Server) {
		s.Commit("main", "Add", map[string]string{"streaming/production/README.md": "theirs"})
		mustReconcile(t, s, production())
		s.Commit("main", "Add", map[string]string{"streaming/production/README.md": "better"})
		s.Update(proposalBranch, "main")
		s.Amend(proposalBranch, map[string]string{"streaming/production/README.md": "mine"})
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

// branchUpdated proposes, and lets a person press the button after the base has moved.
func branchUpdated(w Want) func(testing.TB, *fakegithub.Server) {
	return func(t testing.TB, s *fakegithub.Server) {
		mustReconcile(t, s, w)
		s.Commit("main", "Add", map[string]string{"streaming/staging/README.md": "theirs"})
		s.Update(proposalBranch, "main")
	}
}

// baseChanged proposes to main, which holds what release does not, and lacks what it does.
func baseChanged(t testing.TB, s *fakegithub.Server) {
	s.Push("release", s.Head("main"))
	s.Commit("release", "Add", map[string]string{"on-release": ""})
	s.Commit("main", "Add", map[string]string{"on-main": ""})
	mustReconcile(t, s, production())
}

func editedOnBase(_ testing.TB, s *fakegithub.Server) {
	files := deployed(outdated())
	files["streaming/production/flow/service.yaml"] = "mine"
	s.Commit("main", "Deploy", files)
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
