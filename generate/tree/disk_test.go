//go:build linux

package tree

import (
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// smallDisk makes the working directory a file system of its own.
func smallDisk(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("efgen-test", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("needs the right to mount a small file system: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, unix.Unmount(dir, unix.MNT_DETACH)) })
	t.Chdir(dir)
}

// TestFullDiskLosesNothing leaves room for one page more in every round, so that
// each write is the first to fail once.
func TestFullDiskLosesNothing(t *testing.T) {
	smallDisk(t)
	for pages, ended := 0, false; !ended; pages++ {
		require.NoError(t, os.RemoveAll("out"))
		run(t, "production", inputs["one"])
		fill(t, pages)

		err := tryRun(t, "production", inputs["two"])
		ended = err == nil
		if !ended {
			assert.ErrorContains(t, err, "out/production/")
			assert.ErrorContains(t, err, ": no space left on device; nothing is lost: make room and run again")
		}
		assertWhole(t, inputs["one"], inputs["two"])
		assertNoTemporary(t)
		require.NoError(t, os.Remove("ballast"))
		run(t, "production", inputs["two"])
		assert.Equal(t, undisturbed(inputs["two"]), contents(t, "out"))
	}
}

// fill leaves so many pages free.
func fill(t *testing.T, pages int) {
	f, err := os.Create("ballast")
	require.NoError(t, err)
	page := make([]byte, os.Getpagesize())
	size := int64(0)
	for ; err == nil; size += int64(len(page)) {
		_, err = f.Write(page)
	}
	require.ErrorIs(t, err, unix.ENOSPC)
	require.NoError(t, f.Truncate(size-int64(len(page)*(pages+1))))
	require.NoError(t, f.Close())
}

func TestPipeIsNotWaitedFor(t *testing.T) {
	t.Chdir(t.TempDir())
	run(t, "production", inputs["one"])
	require.NoError(t, os.Remove("out/production/namespace.yaml"))
	require.NoError(t, unix.Mkfifo("out/production/namespace.yaml", 0o644))
	assert.EqualError(t, tryRun(t, "production", inputs["one"]), "out/production/namespace.yaml: neither a file nor a folder; move it away")
}

func TestReadOnlyDiskLosesNothing(t *testing.T) {
	smallDisk(t)
	run(t, "production", inputs["one"])
	require.NoError(t, unix.Mount("", ".", "", unix.MS_REMOUNT|unix.MS_RDONLY, ""))

	require.NoError(t, tryRun(t, "production", inputs["one"]), "nothing to write, nothing to refuse")
	err := tryRun(t, "production", inputs["two"])
	assert.EqualError(t, err, "out/production/efgen.lock: read-only file system; nothing is lost: make it writable and run again")
	assert.Equal(t, undisturbed(inputs["one"]), contents(t, "out"))
}

// TestFolderOfAnother runs as a user who may read the tree and not write it.
func TestFolderOfAnother(t *testing.T) {
	t.Chdir(t.TempDir())
	run(t, "production", inputs["one"])
	require.NoError(t, os.Chmod("out/production", 0o555))
	defer os.Chmod("out/production", 0o755)

	// Root may write everywhere; one thread of it can be another user to the disk.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	require.NoError(t, unix.Setfsuid(65534))
	err := tryRun(t, "production", inputs["two"])
	require.NoError(t, unix.Setfsuid(os.Getuid()))
	assert.EqualError(t, err, "out/production/efgen.lock: permission denied; nothing is lost: change the permissions and run again")
	assert.Equal(t, undisturbed(inputs["one"]), contents(t, "out"))
}
