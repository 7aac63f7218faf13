package tree

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSwappedAtAnyWrite puts links in the place of the tree's folders and files,
// between comparing and writing and before each write. They lead to files of the
// same names, which stay as they are.
func TestSwappedAtAnyWrite(t *testing.T) {
	for i, place := range []string{"out/production", "out/production/ef", "out/production/namespace.yaml", "out/production/efgen.lock"} {
		t.Run(place, func(t *testing.T) {
			t.Chdir(t.TempDir())
			run(t, "production", inputs["one"])
			require.NoError(t, os.CopyFS("elsewhere", os.DirFS("out")))
			before := contents(t, "elsewhere")
			for n, swapped := 0, true; swapped; n++ {
				if n > 0 && !isSampled(i, n) {
					continue
				}
				require.NoError(t, os.RemoveAll("out"))
				run(t, "production", inputs["one"])
				var err error
				swapped, err = runSwapped(t, n, place)
				assert.Equal(t, before, contents(t, "elsewhere"), "swapped at write %d", n)
				if n == 0 {
					assert.ErrorContains(t, err, "out/production")
				}
			}
		})
	}
}

// runSwapped swaps at the n-th write; the first is before Apply looks at all.
func runSwapped(t *testing.T, n int, place string) (swapped bool, err error) {
	locked := lock(t)
	defer locked.Close()
	swap := func(string) error {
		if n == 0 {
			swapped = true
			require.NoError(t, os.Rename(place, "out/moved"))
			target := strings.Repeat("../", strings.Count(place, "/")) + "elsewhere" + strings.TrimPrefix(place, "out")
			require.NoError(t, os.Symlink(target, place))
		}
		n--
		return nil
	}
	locked.beforeWrite = swap
	c, err := locked.Compare("production", inputs["two"])
	require.NoError(t, err)
	require.NoError(t, swap(""))
	return swapped, locked.Apply(c, inputs["two"], Options{})
}

// TestWrittenByAHandMeanwhile edits a file between comparing and writing.
func TestWrittenByAHandMeanwhile(t *testing.T) {
	for _, path := range []string{"namespace.yaml", "old/route.yaml", "new/deep/route.yaml"} {
		t.Run(path, func(t *testing.T) {
			t.Chdir(t.TempDir())
			run(t, "production", inputs["one"])
			locked := lock(t)
			defer locked.Close()
			c, err := locked.Compare("production", inputs["two"])
			require.NoError(t, err)
			require.NoError(t, os.MkdirAll("out/production/new/deep", 0o755))
			require.NoError(t, os.WriteFile("out/production/"+path, []byte("mine"), 0o644))

			err = locked.Apply(c, inputs["two"], Options{Force: true})
			assert.EqualError(t, err, "out/production/"+path+": changed while efgen ran; look who else writes here, then run again")
			assert.Equal(t, "mine", contents(t, "out/production")[path])
		})
	}
}

func TestLinkPutThereMeanwhile(t *testing.T) {
	t.Chdir(t.TempDir())
	run(t, "production", inputs["one"])
	locked := lock(t)
	defer locked.Close()
	c, err := locked.Compare("production", inputs["two"])
	require.NoError(t, err)
	require.NoError(t, os.Rename("out/production/namespace.yaml", "out/production/mine.yaml"))
	require.NoError(t, os.Symlink("mine.yaml", "out/production/namespace.yaml"))

	assert.EqualError(t, locked.Apply(c, inputs["two"], Options{}),
		"out/production/namespace.yaml: a symbolic link, which efgen does not follow; move it away")
}
