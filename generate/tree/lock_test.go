package tree

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTwoRunsAtOnce lets runs of different inputs meet in one tree: one waits
// for the other, and the tree is that of the later one. They meet ten times, with
// -exhaustive a hundred times.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	inputs := []map[string][]File{generation(0, 3), generation(1, 3)}
	meetings := 10
	if *exhaustive {
		meetings = 100
	}
	for range meetings {
		var group sync.WaitGroup
		var errs [2]error
		for i, wanted := range inputs {
			group.Go(func() { errs[i] = runAll("out", wanted, func() {}) })
		}
		group.Wait()
		require.Equal(t, [2]error{}, errs)
		require.Contains(t, []map[string]string{undisturbedAll(inputs[0]), undisturbedAll(inputs[1])}, contents(t, "out"))
	}
}

func TestLockExcludesOthersAndLeavesNoFile(t *testing.T) {
	t.Chdir(t.TempDir())
	first := lock(t)
	assert.Equal(t, map[string]string{"out": "(empty)"}, contents(t, "."))

	soon, cancel := context.WithTimeout(t.Context(), 3*retry)
	defer cancel()
	_, err := Lock(soon, "out")
	assert.EqualError(t, err, "out: waiting for another run to end: context deadline exceeded")

	second := make(chan *Tree)
	go func() {
		locked, _ := Lock(context.Background(), "out")
		second <- locked
	}()
	time.Sleep(3 * retry) // so that it waits, which changes nothing in what follows
	require.NoError(t, first.Close())
	waited := <-second
	require.NotNil(t, waited, "the folder that the first run created and removed is made again")
	assert.DirExists(t, "out")
	require.NoError(t, waited.Close())
}

func TestLockIsOnTheFolderThatHasTheName(t *testing.T) {
	t.Chdir(t.TempDir())
	locked := lock(t)
	assert.True(t, sameFolder("out", locked.root))
	require.NoError(t, os.Rename("out", "moved"))
	assert.False(t, sameFolder("out", locked.root))
	require.NoError(t, os.Mkdir("out", 0o755))
	assert.False(t, sameFolder("out", locked.root))
	require.NoError(t, locked.Close())
}

func TestEnvironmentsHaveALedger(t *testing.T) {
	t.Chdir(t.TempDir())
	reading, err := Open("out")
	require.NoError(t, err)
	names, err := reading.Environments()
	require.NoError(t, err)
	assert.Empty(t, names, "a missing folder is an empty tree")
	c, err := reading.Compare("production", inputs["one"])
	require.NoError(t, err)
	assert.True(t, c.Stale())

	for _, name := range []string{"staging", "production", "b-1"} {
		run(t, name, inputs["one"])
	}
	locked := lock(t)
	defer locked.Close()
	require.NoError(t, locked.root.Mkdir("foreign", 0o755))
	require.NoError(t, locked.root.Symlink("production", "link"))
	require.NoError(t, locked.folder().makeWithLedger(".efgen-killed.tmp", nil))
	names, err = locked.Environments()
	require.NoError(t, err)
	assert.Equal(t, []string{"b-1", "production", "staging"}, names)
}

func TestTreeHasToBeAFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	run(t, "production", inputs["one"])
	_, err := Open("out/production/namespace.yaml")
	assert.ErrorContains(t, err, "out/production/namespace.yaml: not a directory")
	_, err = Lock(t.Context(), "out/production/namespace.yaml")
	assert.ErrorContains(t, err, "out/production/namespace.yaml: not a directory")
}

func TestTreeIsNoLink(t *testing.T) {
	t.Chdir(t.TempDir())
	run(t, "production", inputs["one"])
	require.NoError(t, os.Rename("out", "real"))
	for _, target := range []string{"real", ".", "nowhere"} {
		require.NoError(t, os.Symlink(target, "out"))
		for _, name := range []string{"out", "out/"} {
			_, err := Open(name)
			assert.ErrorContains(t, err, "a symbolic link, which efgen does not follow", target)
			_, err = Lock(t.Context(), name)
			assert.ErrorContains(t, err, "a symbolic link, which efgen does not follow", target)
		}
		require.NoError(t, os.Remove("out"))
	}
	assert.NoDirExists(t, "nowhere")
}
