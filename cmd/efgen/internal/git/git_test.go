package git

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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

func TestWhatACommitHoldsIsBounded(t *testing.T) {
	t.Parallel()
	dir := newRepository(t, map[string]string{"out/large/a.yaml": strings.Repeat("x", maxObject+1), "most.yaml": strings.Repeat("x", maxObject)})
	t.Run("one file", func(t *testing.T) {
		_, err := contents(t, dir, "large")
		assert.ErrorContains(t, err, "large/a.yaml: git: object ")
		assert.ErrorContains(t, err, " is larger than 8388608 bytes")
	})
	t.Run("all files", func(t *testing.T) {
		most, list := runGit(t, dir, "", "rev-parse", "HEAD:most.yaml"), ""
		for i := range maxBytes/maxObject + 1 {
			list += fmt.Sprintf("100644 blob %s\t%d.yaml\n", most, i)
		}
		commitOut(t, dir, runGit(t, dir, list, "mktree"))
		_, err := contents(t, dir, "a")
		assert.EqualError(t, err, "a: more than 67108864 bytes in all")
	})
	t.Run("one tree at many paths", func(t *testing.T) {
		tree := runGit(t, dir, "", "rev-parse", "HEAD^{tree}")
		for range 3 {
			list := ""
			for i := range 100 {
				list += fmt.Sprintf("040000 tree %s\t%d\n", tree, i)
			}
			tree = runGit(t, dir, list, "mktree")
		}
		commitOut(t, dir, tree)
		_, err := contents(t, dir, "a")
		assert.EqualError(t, err, "a: more than 10000 files")
	})
}

// commitOut commits a tree as out/a.
func commitOut(t *testing.T, dir, tree string) {
	out := runGit(t, dir, "040000 tree "+tree+"\ta\n", "mktree")
	commitTree(t, dir, runGit(t, dir, "040000 tree "+out+"\tout\n", "mktree"))
}

func open(t *testing.T, dir string) *Repository {
	r, err := Client{os.Getenv}.Open(t.Context(), dir)
	require.NoError(t, err)
	t.Cleanup(r.Close)
	return r
}

// contents reads all files of a folder of out/ at HEAD.
func contents(t *testing.T, dir, sub string) ([]File, error) {
	r := open(t, dir)
	id, err := r.Commit(t.Context(), "HEAD")
	require.NoError(t, err)
	f, err := r.Folder(id, filepath.Join(dir, "out"))
	require.NoError(t, err)
	return f.Read(sub, func(string) bool { return true })
}

func TestWhatGitPrintsIsBounded(t *testing.T) {
	b := &bounded{most: 3}
	_, err := io.Copy(b, io.LimitReader(strings.NewReader("abcdef"), 6))
	require.NoError(t, err)
	assert.Equal(t, "abc", b.kept.String())
}

func TestNamesOfCommitsAreNotTrusted(t *testing.T) {
	for _, ref := range []string{"-h", "--all", "HEAD\nHEAD", "HEAD\x00"} {
		_, err := (&Repository{}).Commit(t.Context(), ref)
		assert.ErrorIs(t, err, ErrNoName, "%q", ref)
	}
}

// fakeGit puts a script on PATH in the place of git.
func fakeGit(t *testing.T, script string) *objects {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs a POSIX shell")
	}
	bin := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "git"), []byte("#!/bin/sh\n"+script), 0o755))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	o, err := Client{os.Getenv}.open(t.Context(), ".")
	require.NoError(t, err)
	t.Cleanup(o.close)
	return o
}

func TestGitSeesNoToken(t *testing.T) {
	for _, name := range []string{"EFGEN_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "GIT_DIR", "SSH_AUTH_SOCK", "GIT_CONFIG_VALUE_0"} {
		t.Setenv(name, "secret")
	}
	t.Setenv("GIT_CONFIG_COUNT", "2")
	t.Setenv("GIT_CONFIG_KEY_0", "http.extraHeader")
	t.Setenv("GIT_CONFIG_KEY_1", "safe.directory")
	t.Setenv("GIT_CONFIG_VALUE_1", "/checkout")
	out := filepath.Join(t.TempDir(), "environment")
	o := fakeGit(t, "env > "+out+"\nread name\necho $name missing\nread name\n")
	object, err := o.get("HEAD")
	require.NoError(t, err)
	assert.Nil(t, object)
	seen, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Contains(t, string(seen), "GIT_TERMINAL_PROMPT=0")
	assert.NotContains(t, string(seen), "secret")
	assert.Contains(t, string(seen), "GIT_CONFIG_COUNT=1\n")
	assert.Contains(t, string(seen), "GIT_CONFIG_KEY_0=safe.directory\n")
	assert.Contains(t, string(seen), "GIT_CONFIG_VALUE_0=/checkout\n")
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
			object, err := fakeGit(t, script+"\n").get("HEAD")
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
	o := fakeGit(t, "exec sleep 600\n")
	o.patience = time.Millisecond
	_, err := o.get("HEAD")
	assert.EqualError(t, err, "git: no answer within 1ms")
}

func TestTreesOfGitAreReadWithoutTrust(t *testing.T) {
	id := strings.Repeat("0a", 20)
	line := func(mode, name string) string { return mode + " " + name + "\x00" + strings.Repeat("\x0a", 20) }
	for data, want := range map[string][]entry{
		"":                       nil,
		"100644":                 nil,
		"100644 a":               nil,
		"100644 a\x00short":      nil,
		line("100644", "a b"):    {{"100644", "a b", id}},
		line("40000", "a") + "1": {{"40000", "a", id}},
		line("120000", "a") + line("160000", "b"): {{"120000", "a", id}, {"160000", "b", id}},
	} {
		assert.Equal(t, want, (&object{id, []byte(data)}).entries(), "%q", data)
	}
	long := &object{strings.Repeat("0b", 32), []byte("40000 a\x00" + strings.Repeat("\x0b", 32))}
	assert.Equal(t, []entry{{"40000", "a", long.id}}, long.entries(), "a repository of SHA-256")
	assert.False(t, entry{mode: "120000"}.isFile(), "a symbolic link")
	assert.False(t, entry{mode: "160000"}.isFile() || entry{mode: "160000"}.isFolder(), "a submodule")
}
