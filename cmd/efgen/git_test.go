package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/tree"
)

// newRepository makes a repository with a commit of these files.
func newRepository(t *testing.T, files map[string]string) string {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on PATH")
	}
	dir := t.TempDir()
	runGit(t, dir, "", "init", "-q")
	for name, text := range files {
		at := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		require.NoError(t, os.WriteFile(at, []byte(text), 0o644))
	}
	runGit(t, dir, "", "add", "-A")
	commitTree(t, dir, runGit(t, dir, "", "write-tree"))
	return dir
}

func commitTree(t *testing.T, dir, tree string) {
	runGit(t, dir, "", "update-ref", "HEAD", runGit(t, dir, "", "commit-tree", "-m", "x", tree))
}

func runGit(t *testing.T, dir, input string, args ...string) string {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(input)
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.TrimSpace(string(out))
}

// readCommit reads an environment of out/ at HEAD.
func readCommit(t *testing.T, dir, environment string) ([]tree.Stored, error) {
	c := &cli{Directory: dir, Out: "out", ctx: t.Context(), streams: streams{err: os.Stderr, getenv: os.Getenv}}
	b, err := c.openCommit("HEAD")
	require.NoError(t, err)
	defer b.Close()
	return b.Read(environment, isChecked)
}

func TestCommitTellsWhoseAFileIs(t *testing.T) {
	owned := "kind: Owned\n"
	hash := tree.HashOf([]byte(owned)).String()
	dir := newRepository(t, map[string]string{
		"out/production/a/owned.yaml":   owned,
		"out/production/edited.yaml":    "kind: Edited\n",
		"out/production/foreign.yaml":   "kind: Foreign\n",
		"out/production/notes.txt":      "not picked\n",
		"out/production/.hidden/x.yaml": "not searched\n",
		"out/production/efgen.lock":     hash + "  a/owned.yaml\n" + hash + "  edited.yaml\n" + hash + "  missing.yaml\n",
	})
	stored, err := readCommit(t, dir, "production")
	require.NoError(t, err)
	states := map[string]tree.State{}
	for _, s := range stored {
		states[s.Path] = s.State
	}
	assert.Equal(t, map[string]tree.State{"a/owned.yaml": tree.Owned, "edited.yaml": tree.Edited, "foreign.yaml": tree.Foreign}, states)
	stored, err = readCommit(t, dir, "nobody")
	require.NoError(t, err)
	assert.Empty(t, stored)
}

func TestWhatACommitHoldsIsBounded(t *testing.T) {
	t.Run("one file", func(t *testing.T) {
		dir := newRepository(t, map[string]string{"out/a/large.yaml": strings.Repeat("x", maxGitObject+1)})
		_, err := readCommit(t, dir, "a")
		assert.ErrorContains(t, err, "HEAD:out/a/large.yaml: git: object ")
		assert.ErrorContains(t, err, " is larger than 8388608 bytes")
	})
	t.Run("all files", func(t *testing.T) {
		files := map[string]string{}
		for i := range 9 {
			files[fmt.Sprintf("out/a/%d.yaml", i)] = strings.Repeat("x", maxGitObject)
		}
		_, err := readCommit(t, newRepository(t, files), "a")
		assert.EqualError(t, err, "HEAD:out/a: more than 67108864 bytes in all")
	})
	t.Run("a tree in itself, many times over", func(t *testing.T) {
		dir := newRepository(t, map[string]string{"a.yaml": "x"})
		tree := runGit(t, dir, "", "rev-parse", "HEAD^{tree}")
		for range 40 {
			tree = runGit(t, dir, fmt.Sprintf("040000 tree %s\ta\n040000 tree %s\tb\n", tree, tree), "mktree")
		}
		commitTree(t, dir, runGit(t, dir, fmt.Sprintf("040000 tree %s\tout\n", tree), "mktree"))
		_, err := readCommit(t, dir, "a")
		assert.EqualError(t, err, "HEAD:out/a: more than 10000 files")
	})
}

// fakeGit puts a script on PATH in the place of git.
func fakeGit(t *testing.T, script string) *git {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs a POSIX shell")
	}
	bin := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "git"), []byte("#!/bin/sh\n"+script), 0o755))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	g, err := startGit(t.Context(), ".", os.Getenv)
	require.NoError(t, err)
	t.Cleanup(g.close)
	return g
}

func TestGitSeesNoToken(t *testing.T) {
	for _, name := range []string{"EFGEN_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "GIT_DIR", "SSH_AUTH_SOCK"} {
		t.Setenv(name, "secret")
	}
	out := filepath.Join(t.TempDir(), "environment")
	g := fakeGit(t, "env > "+out+"\nread name\necho $name missing\nread name\n")
	object, err := g.object("HEAD")
	require.NoError(t, err)
	assert.Nil(t, object)
	seen, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Contains(t, string(seen), "GIT_TERMINAL_PROMPT=0")
	assert.NotContains(t, string(seen), "secret")
}

func TestGitIsNotTrusted(t *testing.T) {
	for script, want := range map[string]string{
		"read name; echo $name ambiguous; read name":   "",
		"read name; echo $name commit many; read name": "",
		"exit 1": "git: ",
		"read name; echo 'fatal: it broke' >&2; echo more >&2":    "git: it broke",
		"read name; echo 12 blob 99; echo short":                  "git: unexpected EOF",
		"read name; echo 12 blob 99999999999; read name":          "is larger than",
		"read name; yes fatal: again | head -c 1000000 >&2; exit": "git: again",
	} {
		t.Run(script, func(t *testing.T) {
			object, err := fakeGit(t, script+"\n").object("HEAD")
			assert.Nil(t, object)
			if want == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}

func TestGitThatHangsIsStopped(t *testing.T) {
	g := fakeGit(t, "exec sleep 600\n")
	g.patience = time.Millisecond
	_, err := g.object("HEAD")
	assert.EqualError(t, err, "git: no answer within 1ms")
}

func TestCommitNeedsGit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	code, out, problem := runIn(t, playground(t), "diff", "--base", "HEAD")
	assert.Equal(t, exitUsage, code)
	assert.Empty(t, out)
	assert.Equal(t, "efgen: --base \"HEAD\": there is no such folder, and no git on PATH to look for a commit\n"+
		"efgen: hint: install git, or name a folder\n", problem)
	code, _, _ = runIn(t, playground(t), "diff", "--base", "out", "--exit-code")
	assert.Zero(t, code, "a folder needs none")
}

func TestTreesOfGitAreReadWithoutTrust(t *testing.T) {
	id := strings.Repeat("0a", 20)
	entry := func(mode, name string) string { return mode + " " + name + "\x00" + strings.Repeat("\x0a", 20) }
	for data, want := range map[string][]gitEntry{
		"":                        nil,
		"100644":                  nil,
		"100644 a":                nil,
		"100644 a\x00short":       nil,
		entry("100644", "a b"):    {{"100644", "a b", id}},
		entry("40000", "a") + "1": {{"40000", "a", id}},
		entry("120000", "a") + entry("160000", "b"): {{"120000", "a", id}, {"160000", "b", id}},
	} {
		assert.Equal(t, want, entriesOf(&gitObject{id: id, data: []byte(data)}), "%q", data)
	}
	long := &gitObject{id: strings.Repeat("0b", 32), data: []byte("40000 a\x00" + strings.Repeat("\x0b", 32))}
	assert.Equal(t, []gitEntry{{"40000", "a", long.id}}, entriesOf(long), "a repository of SHA-256")
	assert.False(t, gitEntry{mode: "120000"}.isFile(), "a symbolic link")
	assert.False(t, gitEntry{mode: "160000"}.isFile() || gitEntry{mode: "160000"}.isFolder(), "a submodule")
}
