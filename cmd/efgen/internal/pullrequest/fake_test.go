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

// production wants two files.
func production() Want {
	return Want{
		Environment: "production", Repository: "example/deploy", Path: "streaming/production",
		Files:  []tree.File{{Path: "flow/service.yaml", Data: []byte("service")}, {Path: "namespace.yaml", Data: []byte("namespace")}},
		Source: Source{Commit: "abc", Run: 7},
	}
}

// outdated is production as it was: another service, and a file that is to go.
func outdated() Want {
	w := production()
	w.Files = []tree.File{{Path: "flow/service.yaml", Data: []byte("old")}, {Path: "gone.yaml", Data: []byte("gone")}}
	return w
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

// withPath is a Want with another deploy path.
func withPath(w Want, path string) Want {
	w.Path = path
	return w
}

// withBase is a Want against another base.
func withBase(w Want, base string) Want {
	w.Base = base
	return w
}

// withAttributes is a Want with everything that a pull request can have.
func withAttributes(w Want) Want {
	w.Labels, w.Reviewers, w.TeamReviewers, w.Assignees = []string{"efgen"}, []string{"kim"}, []string{"platform"}, []string{"jo"}
	return w
}

// snapshot is all of a repository that a run may change.
type snapshot struct {
	Main, Release, Proposed map[string]string
	Pulls                   []fakegithub.Pull
	Comments                []string
}

// snapshotOf leaves out the names of commits, which hold the time.
func snapshotOf(s *fakegithub.Server) snapshot {
	f := snapshot{Main: s.Files("refs/heads/main"), Release: s.Files("refs/heads/release"), Pulls: s.Pulls()}
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
