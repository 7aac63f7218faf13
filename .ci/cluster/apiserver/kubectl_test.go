package apiserver

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/parts"
	"github.com/efgen/efgen/.ci/cluster/proof"
)

// TestKubectl builds every environment as users of kubectl do, and compares the objects
// with those in the files that kustomization.yaml lists.
func TestKubectl(t *testing.T) {
	started, count := time.Now(), 0
	kubectl, err := parts.Binary("kubectl")
	require.NoError(t, err)
	version, err := parts.Version(kubectl)
	require.NoError(t, err)
	folders, err := filepath.Glob(filepath.Join(parts.Repository(), "out", "*"))
	require.NoError(t, err)
	for _, folder := range folders {
		want, got := listed(t, folder), built(t, kubectl, folder)
		assert.Equal(t, want, got, folder)
		count += len(got)
	}
	proof.Record(t, "kubectl kustomize builds what is listed", "kubectl "+version, count, "objects", started)

	// A comparison that cannot fail proves nothing: a file less has to be noticed.
	copied := filepath.Join(t.TempDir(), "production")
	require.NoError(t, os.CopyFS(copied, os.DirFS(filepath.Join(parts.Repository(), "out/production"))))
	index := filepath.Join(copied, "kustomization.yaml")
	text, err := os.ReadFile(index)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(index, []byte(strings.Replace(string(text), "- namespace.yaml\n", "", 1)), 0o600))
	whole, less := listed(t, filepath.Join(parts.Repository(), "out/production")), built(t, kubectl, copied)
	assert.Equal(t, []string{"v1 Namespace /production"}, slices.DeleteFunc(slices.Sorted(maps.Keys(whole)), func(id string) bool {
		_, found := less[id]
		return found
	}))
}

// listed are the objects in the files that the folder's kustomization.yaml lists.
func listed(t *testing.T, folder string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "kustomization.yaml"))
	require.NoError(t, err)
	var index struct{ Resources []string }
	require.NoError(t, yaml.Unmarshal(text, &index))
	var paths []string
	for _, name := range index.Resources {
		paths = append(paths, filepath.Join(folder, name))
	}
	return objects(t, paths...)
}

// built are the objects that kubectl kustomize prints.
func built(t *testing.T, kubectl, folder string) map[string]any {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), kubectl, "kustomize", folder).Output()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "built.yaml")
	require.NoError(t, os.WriteFile(path, out, 0o600))
	return objects(t, path)
}

func objects(t *testing.T, paths ...string) map[string]any {
	t.Helper()
	manifests, err := cluster.Read(paths...)
	require.NoError(t, err)
	require.NotEmpty(t, manifests)
	all := map[string]any{}
	for _, m := range manifests {
		require.NotContains(t, all, m.ID(), "twice")
		all[m.ID()] = m.Object.Object
	}
	return all
}
