package tree

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// A case of testdata/runs is one run on the environment "production". The tree
// is what a run wrote from first/, then a hand changed: hand/ holds files, the
// text at the top lines of `delete`, `link` and `file`. The run gets second/ and
// the options of a line `run`. Expected are the changes, the refusals, and all
// of the environment's folder in after/; a ledger that is not there must be that
// of second/, or of first/ in a refused run.
func TestRuns(t *testing.T) {
	cases, err := filepath.Glob("testdata/runs/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, file := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			testRun(t, archive)
		})
	}
}

func testRun(t *testing.T, archive *txtar.Archive) {
	t.Chdir(t.TempDir())
	first, second := section(archive, "first/"), section(archive, "second/")
	run(t, "production", first)
	options := prepare(t, archive)

	locked := lock(t)
	defer locked.Close()
	c, err := locked.Compare("production", second)
	require.NoError(t, err)
	assert.Equal(t, expected(archive, "changes"), changes(c))
	refused := c.Refused(options)
	assert.Equal(t, expected(archive, "refused"), refused.Error())

	before := contents(t, "out")
	err = locked.Apply(c, second, options)
	if len(refused) > 0 {
		require.Equal(t, refused, err)
		assert.Equal(t, before, contents(t, "out"), "a refused run touches nothing")
		second = first
	} else {
		require.NoError(t, err)
		again, err := locked.Compare("production", second)
		require.NoError(t, err)
		assert.False(t, again.Stale(), "after Apply, Compare is empty")
		assert.Empty(t, again.Refusals)
	}
	assertAfter(t, archive, LedgerOf(second))
	assert.Equal(t, "untouched", contents(t, ".")["out/elsewhere"])
}

func assertAfter(t *testing.T, archive *txtar.Archive, ledger Ledger) {
	want := map[string]string{}
	for _, f := range section(archive, "after/") {
		want[f.Path] = string(f.Data)
	}
	if len(want) == 0 {
		assert.NoDirExists(t, "out/production")
		return
	}
	if _, found := want[LedgerName]; !found && len(ledger) > 0 {
		want[LedgerName] = string(ledger.Text())
	}
	assert.Equal(t, want, contents(t, "out/production"))
}

// prepare does what a hand did to the tree, and returns the options of the run.
func prepare(t *testing.T, archive *txtar.Archive) (o Options) {
	require.NoError(t, os.MkdirAll("out", 0o755))
	require.NoError(t, os.WriteFile("out/elsewhere", []byte("untouched"), 0o644))
	for _, f := range section(archive, "hand/") {
		at := filepath.Join("out/production", f.Path)
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		require.NoError(t, os.WriteFile(at, f.Data, 0o644))
	}
	for line := range strings.Lines(string(archive.Comment)) {
		switch words := strings.Fields(line); words[0] {
		case "run":
			o.Force = strings.Contains(line, "--force")
			o.AllowRemovals = strings.Contains(line, "--allow-removals")
		case "delete":
			require.NoError(t, os.Remove(filepath.Join("out", words[1])))
		case "file":
			require.NoError(t, os.WriteFile(filepath.Join("out", words[1]), nil, 0o644))
		case "link":
			at := filepath.Join("out", words[1])
			require.NoError(t, os.RemoveAll(at))
			require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
			require.NoError(t, os.Symlink(words[2], at))
		}
	}
	return o
}

func lock(t *testing.T) *Tree {
	locked, err := Lock(t.Context(), "out")
	require.NoError(t, err)
	return locked
}

// run brings one environment to files, with nothing refused.
func run(t *testing.T, environment string, files []File) {
	require.NoError(t, tryRun(t, environment, files))
}

func tryRun(t *testing.T, environment string, files []File) error {
	locked := lock(t)
	defer locked.Close()
	c, err := locked.Compare(environment, files)
	require.NoError(t, err)
	return locked.Apply(c, files, Options{})
}

func section(archive *txtar.Archive, prefix string) (files []File) {
	for _, f := range archive.Files {
		if path, ok := strings.CutPrefix(f.Name, prefix); ok {
			files = append(files, File{path, f.Data})
		}
	}
	return files
}

func expected(archive *txtar.Archive, name string) string {
	for _, f := range archive.Files {
		if f.Name == name {
			return strings.TrimSuffix(string(f.Data), "\n")
		}
	}
	return ""
}

func changes(c *Comparison) string {
	var lines []string
	for _, change := range c.Changes {
		lines = append(lines, string(change.Kind)+" "+change.Path)
	}
	return strings.Join(lines, "\n")
}

// contents is every file below a folder, a link as "-> target", an empty folder
// as "(empty)".
func contents(t testing.TB, dir string) map[string]string {
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, at)
		require.NoError(t, err)
		name = filepath.ToSlash(name)
		switch {
		case entry.IsDir():
			entries, err := os.ReadDir(at)
			if len(entries) == 0 && name != "." {
				found[name] = "(empty)"
			}
			return err
		case entry.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(at)
			found[name] = "-> " + target + "\n"
			return err
		}
		data, err := os.ReadFile(at)
		found[name] = string(data)
		return err
	}))
	return found
}
