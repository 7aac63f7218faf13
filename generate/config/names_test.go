package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNamesThatASystemReserves(t *testing.T) {
	for _, name := range []string{
		"con", "CON", "aux", "nul.yaml", "prn", "com1", "lpt9.txt", "com¹", "com0", "conin$", "aux .x", "a.", "a ", "a:b", "a?",
		".git", ".GIT", ".git.", ".git ", "git~1", ".git::$INDEX_ALLOCATION", ".g\u200cit", "\ufeff.git",
	} {
		assert.NotEmpty(t, reservedOn(name), "%q", name)
	}
	for _, name := range []string{"console", "com", "com10", "lpt", "lptx", "auxiliary", "null", "git", ".github", ".gitignore", "a.git", "git~2", "x.con", "com1x", "com 1"} {
		assert.Empty(t, reservedOn(name), "%q", name)
	}
}

// TestNoFileOfAnEnvironmentIsInGit takes the ways into .git that stay in the folder.
func TestNoFileOfAnEnvironmentIsInGit(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{".git/config": "secret", "files/a.txt": "fine", "sub/.git": "gitdir: /secret", "files.git/a.txt": "fine"} {
		at := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		require.NoError(t, os.WriteFile(at, []byte(text), 0o644))
	}
	for link, target := range map[string]string{
		"files/link.txt": "../.git/config", "folder": ".git", "files/chain.txt": "../files/link.txt", "files/fine.txt": "a.txt", "more": "files", "loop": "loop", "outside": "../..",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(dir, link)))
	}
	f, err := Open(dir, "environments", nil)
	require.NoError(t, err)
	defer f.Close()
	for _, name := range []string{".git/config", "sub/.git", "files/link.txt", "folder/config", "files/chain.txt", "more/link.txt", "more/chain.txt"} {
		_, err := f.readFile(name, maxBytes)
		assert.ErrorIs(t, err, errInGit, name)
	}
	for _, name := range []string{"files/a.txt", "files/fine.txt", "more/fine.txt", "files.git/a.txt"} {
		text, err := f.readFile(name, maxBytes)
		require.NoError(t, err, name)
		assert.Equal(t, "fine", string(text))
	}
	for _, name := range []string{"loop", "outside/x"} {
		_, err := f.readFile(name, maxBytes)
		assert.Error(t, err, name)
	}
	for _, name := range []string{".git/config", "x/../.git/config", "x/.GIT/../a", "sub/.git"} {
		_, err := resolve(".", name)
		assert.ErrorIs(t, err, errInGit, name)
	}
}

func TestTheFolderIsNoLink(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "environments")
	require.NoError(t, os.Symlink(".", link))
	for _, name := range []string{link, link + "/"} {
		_, err := Open(name, "environments", nil)
		assert.EqualError(t, err, "open environments folder: environments is a symbolic link, which efgen does not follow")
	}
	f, err := Open(link+"/.", "environments", nil)
	if err == nil {
		f.Close()
	}
	assert.Error(t, err, "the shortest form counts")
}

func TestEnvironmentsHaveNamesThatAllSystemsTake(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"aux.yaml", "com1.yaml", "console.yaml", "_nul.yaml"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("apiVersion: efgen/v1\n"), 0o644))
	}
	f, err := Open(dir, "environments", nil)
	require.NoError(t, err)
	defer f.Close()
	names, problems, err := f.Names()
	require.NoError(t, err)
	assert.Equal(t, []string{"console"}, names)
	require.Len(t, problems, 2)
	const want = `environments/aux.yaml:1:1: "aux" is no name for an environment: Windows reserves it for a device [EF119]`
	assert.Equal(t, want, problems[0].String())
	env, problems := f.Read("aux")
	assert.Nil(t, env)
	require.Len(t, problems, 1)
	assert.Equal(t, want, problems[0].String())
}
