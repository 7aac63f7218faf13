package pullrequest

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-github/v60/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/tree"
)

// FuzzNothingOutsideChanges puts any files beside efgen's and into its way: what
// is committed is the wanted files, and everything else as it was.
func FuzzNothingOutsideChanges(f *testing.F) {
	for _, path := range []string{"README.md", "flow", "flow/service.yaml", "efgen.lock", "namespace.yaml/x", "a-b", "a.b", "flux-system/x", "flow-1/x"} {
		f.Add(path, "streaming/production", "text", true)
		f.Add("streaming/production/"+path, "streaming/production", "text", false)
		f.Add("streaming/"+path, "streaming", "service", false)
	}
	f.Fuzz(func(t *testing.T, path, deployPath, text string, listed bool) {
		w := production()
		w.Path = deployPath
		foreign := Want{Repository: w.Repository, Environment: "x", Path: path, Files: w.Files}
		if w.check() != nil || foreign.check() != nil {
			t.Skip("no such path in a repository")
		}
		files := map[string]string{path: text, "other/file": "theirs"}
		if listed {
			for p, data := range outdated().contents() {
				files[deployPath+"/"+p] = string(data)
			}
		}
		s, ok := observedIn(files, w)
		if !ok {
			t.Skip("both a file and a folder")
		}
		plan, err := decide(s, w, updated, Options{Overwrite: true})
		if err != nil {
			assert.Empty(t, plan)
			return
		}
		entries, err := new(Client).entries(t.Context(), repository{}, w, plan.changes)
		require.NoError(t, err)
		after := applied(t, files, slices.Concat(chunks(entries)...))
		for at := range files {
			if _, there := after[at]; !there || after[at] != files[at] {
				assert.True(t, s.isOwnFile(trimmed(at, deployPath)), "%s is not efgen's to change", at)
			}
		}
		assert.Equal(t, treeSHA(entriesOf(after)), expectedTree(s, w, plan.changes), "the rest of the repository is as it was")
		for p, data := range w.contents() {
			assert.Equal(t, string(data), after[deployPath+"/"+p])
		}
	})
}

// applied are files after GitHub has taken the entries of a tree.
func applied(t *testing.T, files map[string]string, entries []*github.TreeEntry) map[string]string {
	after := maps.Clone(files)
	for _, e := range entries {
		if e.SHA == nil && e.Content == nil {
			assert.Contains(t, after, e.GetPath(), "GitHub removes only what is there")
			delete(after, e.GetPath())
			continue
		}
		after[e.GetPath()] = e.GetContent()
	}
	return after
}

func TestChangesAreTheWholeDifference(t *testing.T) {
	s := base(outdated(), map[string]string{"README.md": "theirs"})
	var got []Change
	for _, change := range changesTo(s, production()) {
		got = append(got, change.Change)
	}
	assert.Equal(t, []Change{
		{"efgen.lock", tree.Modified}, {"flow/service.yaml", tree.Modified}, {"gone.yaml", tree.Removed}, {"namespace.yaml", tree.Added},
	}, got)
	assert.Equal(t, outdated().Files, ownFiles(s, production()), "all that efgen has there, and nothing else")
}
