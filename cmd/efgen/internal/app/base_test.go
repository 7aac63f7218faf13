package app

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/git"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/manifest"
)

// newRepository makes a repository with a commit of these files.
func newRepository(t *testing.T, files map[string]string) string {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on PATH")
	}
	dir := t.TempDir()
	for name, text := range files {
		at := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		require.NoError(t, os.WriteFile(at, []byte(text), 0o644))
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "x"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	return dir
}

// commitOf opens out/ at HEAD.
func commitOf(t *testing.T, dir string) base {
	b, err := Project{Directory: dir, Environments: "environments", Out: "out", Git: git.Client{Getenv: os.Getenv}}.openCommit(t.Context(), "HEAD")
	require.NoError(t, err)
	t.Cleanup(func() { b.Close() })
	return b
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
	stored, err := commitOf(t, dir).Read("production", isChecked)
	require.NoError(t, err)
	states := map[string]tree.State{}
	for _, s := range stored {
		states[s.Path] = s.State
	}
	assert.Equal(t, map[string]tree.State{"a/owned.yaml": tree.Owned, "edited.yaml": tree.Edited, "foreign.yaml": tree.Foreign}, states)
	stored, err = commitOf(t, dir).Read("nobody", isChecked)
	require.NoError(t, err)
	assert.Empty(t, stored)
}

func TestErrorsNameTheCommit(t *testing.T) {
	dir := newRepository(t, map[string]string{"out/production/efgen.lock": "no ledger\n"})
	_, err := commitOf(t, dir).Read("production", isChecked)
	assert.ErrorContains(t, err, "HEAD:out/production/efgen.lock: ")
}

func TestObjectsByHandAreWhereKustomizeOrTheEnvironmentPutsThem(t *testing.T) {
	service := func(namespace string) manifest.File {
		return manifest.File{Path: "service.yaml", Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: a" + namespace + "}\n")}
	}
	kustomization := manifest.File{Path: "kustomization.yaml", Data: []byte("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: streaming\n")}
	assert.Equal(t, "streaming", namespaceByHand([]manifest.File{service(""), kustomization}, "production"))
	assert.Equal(t, "production", namespaceByHand([]manifest.File{service("")}, "production"))
	assert.Empty(t, namespaceByHand([]manifest.File{service(", namespace: other")}, "production"))
}
