package tree

import (
	"os"
	"path"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func isYAML(p string) bool { return path.Ext(p) == ".yaml" }

func TestReadTellsWhoseFilesAre(t *testing.T) {
	t.Chdir(t.TempDir())
	run(t, "production", inputs["one"])
	require.NoError(t, os.Remove("out/production/old/route.yaml"))
	for p, text := range map[string]string{
		"ef/service.yaml": "kind: Service # mine\n", "ef/mine.yaml": "mine", "mine/deep/notes.yaml": "mine",
		"notes.md": "mine", ".git/config.yaml": "mine",
	} {
		require.NoError(t, os.MkdirAll(path.Dir("out/production/"+p), 0o755))
		require.NoError(t, os.WriteFile("out/production/"+p, []byte(text), 0o644))
	}
	require.NoError(t, os.Symlink("/etc", "out/production/etc"))

	owned := []Stored{
		{inputs["one"][2], Owned},
		{File{"ef/service.yaml", []byte("kind: Service # mine\n")}, Edited},
		{inputs["one"][0], Owned},
		{File{Path: "old/route.yaml"}, Missing},
	}
	all := append([]Stored{owned[0], {File{"ef/mine.yaml", []byte("mine")}, Foreign}, owned[1],
		{File{"mine/deep/notes.yaml", []byte("mine")}, Foreign}}, owned[2:]...)

	reading, err := Open("out")
	require.NoError(t, err)
	defer reading.Close()
	stored, err := reading.Read("production", nil)
	require.NoError(t, err)
	assert.Equal(t, owned, stored)
	stored, err = reading.Read("production", isYAML)
	require.NoError(t, err)
	assert.Equal(t, all, stored)
	stored, err = reading.Read("staging", isYAML)
	require.NoError(t, err)
	assert.Empty(t, stored)
}

func TestReadRefusesWhatCannotBeTrusted(t *testing.T) {
	large := make([]byte, maxFile+1)
	for _, c := range []struct {
		break_ func() error
		want   string
	}{
		{func() error { return os.Symlink("/etc/passwd", "out/production/mine.yaml") }, ""},
		{func() error { return os.Rename("out/production/ef", "out/production/efgen.d") }, ""},
		{func() error { return os.WriteFile("out/production/mine.yaml", large, 0o644) }, "out/production/mine.yaml: larger than 4194304 bytes"},
		{func() error { return os.WriteFile("out/production/efgen.lock", []byte("?"), 0o644) }, "out/production/efgen.lock:1: want 64"},
		{func() error { return os.Rename("out", "moved") }, ""},
	} {
		t.Chdir(t.TempDir())
		run(t, "production", inputs["one"])
		require.NoError(t, c.break_())
		reading, err := Open("out")
		require.NoError(t, err)
		_, err = reading.Read("production", isYAML)
		require.NoError(t, reading.Close())
		if c.want == "" {
			assert.NoError(t, err)
			continue
		}
		assert.ErrorContains(t, err, c.want)
		var refused Refused
		assert.ErrorAs(t, err, &refused)
	}
}
