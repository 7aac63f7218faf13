package tree

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inputs are what three runs want of one environment: files change, come, go,
// and the environment itself goes.
var inputs = map[string][]File{
	"one": {
		{"namespace.yaml", []byte("kind: Namespace\n")},
		{"ef/service.yaml", []byte("kind: Service\n")},
		{"ef/deep/ingress.yaml", []byte("kind: Ingress\n")},
		{"old/route.yaml", []byte("kind: Route\n")},
	},
	"two": {
		{"namespace.yaml", []byte("kind: Namespace # 2\n")},
		{"ef/service.yaml", []byte("kind: Service # 2\n")},
		{"new/deep/route.yaml", []byte("kind: Route # 2\n")},
	},
	"none": nil,
}

var errKilled = errors.New("killed")

// exhaustive is for the gate: it takes a quarter of a minute.
var exhaustive = flag.Bool("exhaustive", false, "stop a run at every write, kill a hundred processes, and let two runs meet a hundred times")

// isSampled tells whether the i-th case of a test stops at the n-th write: always
// with -exhaustive, else at each fourth one. Neighbouring cases start at different
// writes, so that four of them together stop at all.
func isSampled(i, n int) bool { return *exhaustive || (i+n)%4 == 0 }

// TestKilledAtAnyWrite stops a run before each of its writes in turn, as a kill
// would: nothing is cleaned up. Every next run, whatever it wants, goes on.
func TestKilledAtAnyWrite(t *testing.T) {
	names := []string{"none", "one", "two"}
	for i := range len(names) * len(names) * len(names) {
		before, killed, next := names[i/9], names[i/3%3], names[i%3]
		t.Run(fmt.Sprintf("%s_%s_%s", before, killed, next), func(t *testing.T) {
			t.Chdir(t.TempDir())
			for n, ended := 0, false; !ended; n++ {
				if !isSampled(i, n) {
					continue
				}
				require.NoError(t, os.RemoveAll("out"))
				run(t, "production", inputs[before])
				ended = runKilled(t, n, inputs[killed])
				assertWhole(t, inputs[before], inputs[killed])
				run(t, "production", inputs[next])
				assert.Equal(t, undisturbed(inputs[next]), contents(t, "out"), "killed at write %d", n)
			}
		})
	}
}

// TestKilledTwice kills a run that takes over from a killed one: what the first
// had made without being asked for by the second goes all the same.
func TestKilledTwice(t *testing.T) {
	t.Chdir(t.TempDir())
	first, second, third := inputs["one"][:1], inputs["two"][1:], []File{{"other.yaml", nil}}
	for n, ended := 0, false; !ended; n++ {
		for m, ended2 := 0, false; !ended2; m++ {
			if !isSampled(n, m) {
				continue
			}
			require.NoError(t, os.RemoveAll("out"))
			run(t, "production", first)
			ended = runKilled(t, n, second)
			ended2 = runKilled(t, m, third)
			run(t, "production", first)
			require.Equal(t, undisturbed(first), contents(t, "out"), "killed at writes %d and %d", n, m)
		}
	}
}

// runKilled tells whether the run ended before its n-th write.
func runKilled(t *testing.T, n int, files []File) bool {
	locked := lock(t)
	defer locked.unlock() // and no Close: a killed run does not tidy up
	locked.beforeWrite = func(string) error {
		if n--; n < 0 {
			return errKilled
		}
		return nil
	}
	c, err := locked.Compare("production", files)
	require.NoError(t, err)
	require.Empty(t, c.Refusals)
	if err = locked.Apply(c, files, Options{}); err == nil {
		return true
	}
	require.ErrorIs(t, err, errKilled)
	return false
}

// assertWhole finds files that no run wrote, half written ones first.
func assertWhole(t *testing.T, runs ...[]File) {
	known := map[string][]string{}
	for _, files := range runs {
		for _, f := range files {
			known[f.Path] = append(known[f.Path], string(f.Data))
		}
	}
	for path, text := range contents(t, "out") {
		path = strings.TrimPrefix(path, "production/")
		if strings.HasSuffix(path, LedgerName) {
			_, err := ParseLedger([]byte(text))
			assert.NoError(t, err)
		} else if !strings.HasSuffix(path, ".tmp") && text != "(empty)" {
			assert.Contains(t, known[path], text, path)
		}
	}
}

// undisturbed is what the tree holds once a run has ended.
func undisturbed(files []File) map[string]string {
	all := map[string]string{}
	for _, f := range files {
		all["production/"+f.Path] = string(f.Data)
	}
	if len(files) > 0 {
		all["production/efgen.lock"] = string(LedgerOf(files).Text())
	}
	return all
}

// TestFailedAtAnyWrite lets one write fail, after which the run tidies up.
func TestFailedAtAnyWrite(t *testing.T) {
	for i, before := range []string{"none", "one"} {
		t.Run(before, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for n, ended := 0, false; !ended; n++ {
				if !isSampled(i, n) {
					continue
				}
				require.NoError(t, os.RemoveAll("out"))
				run(t, "production", inputs[before])
				locked := lock(t)
				left := n
				locked.beforeWrite = func(string) error {
					if left--; left == -1 {
						return fs.ErrPermission
					}
					return nil
				}
				c, err := locked.Compare("production", inputs["two"])
				require.NoError(t, err)
				err = locked.Apply(c, inputs["two"], Options{})
				require.NoError(t, locked.Close())
				if ended = err == nil; !ended {
					assert.ErrorContains(t, err, ": permission denied; nothing is lost: change the permissions and run again")
				}
				assertNoTemporary(t)
			}
		})
	}
}

func assertNoTemporary(t *testing.T) {
	for path := range contents(t, ".") {
		assert.NotContains(t, path, ".tmp")
	}
}

// TestFilesAreReplacedWhole keeps the old bytes under a second name.
func TestFilesAreReplacedWhole(t *testing.T) {
	t.Chdir(t.TempDir())
	run(t, "production", inputs["one"])
	require.NoError(t, os.Link("out/production/namespace.yaml", "old"))
	run(t, "production", inputs["two"])
	assert.Equal(t, string(inputs["one"][0].Data), contents(t, ".")["old"])
}

// TestUnchangedFilesAreNotTouched looks at what a rewrite would change.
func TestUnchangedFilesAreNotTouched(t *testing.T) {
	t.Chdir(t.TempDir())
	run(t, "production", inputs["one"])
	kept, err := os.Stat("out/production/namespace.yaml")
	require.NoError(t, err)

	locked := lock(t)
	defer locked.Close()
	for _, files := range [][]File{inputs["one"], append([]File{{"added.yaml", nil}}, inputs["one"]...)} {
		locked.beforeWrite = func(path string) error {
			assert.Contains(t, []string{"out/production/added.yaml", "out/production/efgen.lock", "out/production/.efgen.tmp"}, path)
			assert.Greater(t, len(files), len(inputs["one"]), "nothing is written when nothing changed")
			return nil
		}
		c, err := locked.Compare("production", files)
		require.NoError(t, err)
		require.NoError(t, locked.Apply(c, files, Options{}))
	}
	now, err := os.Stat("out/production/namespace.yaml")
	require.NoError(t, err)
	assert.True(t, os.SameFile(kept, now))
	assert.Equal(t, kept.ModTime(), now.ModTime())
}

func TestApplyChecksWhatItIsGiven(t *testing.T) {
	t.Chdir(t.TempDir())
	locked := lock(t)
	c, err := locked.Compare("production", inputs["one"])
	require.NoError(t, err)

	assert.EqualError(t, locked.Apply(c, inputs["two"], Options{}),
		`out/production: "namespace.yaml" was generated twice with different bytes, which is a bug of efgen`)
	assert.EqualError(t, locked.Apply(c, inputs["one"][:3], Options{}),
		`out/production: "old/route.yaml" was generated only once of two times, which is a bug of efgen`)
	require.NoError(t, locked.Close())
	assert.NoDirExists(t, "out", "a run that wrote nothing leaves no folder")

	reading, err := Open("out")
	require.NoError(t, err)
	assert.EqualError(t, reading.Apply(c, inputs["one"], Options{}), "out: open for reading only")
}
