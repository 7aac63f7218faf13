package generate_test

import (
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"

	"github.com/efgen/efgen/validate/schemas"
)

var update = flag.Bool("update", false, "write the goldens anew")

// Each folder of testdata/render is a case: what is in environments renders to
// what is in out, with no file more or less.
func TestEnvironmentsRenderToTheirGoldens(t *testing.T) {
	for name, folder := range cases(t, "testdata/render") {
		t.Run(name, func(t *testing.T) {
			got := allTexts(t, filepath.Join(folder, "environments"))
			out := filepath.Join(folder, "out")
			if *update {
				rewrite(t, out, got)
			}
			assertSame(t, contents(t, out), got, "if this is wanted: go test ./generate -update")
		})
	}
}

// What an environment can consist of: each row is a kind of object and its file.
func TestTheGoldensShowEveryKindOfFile(t *testing.T) {
	shown := map[string]bool{}
	for _, folder := range cases(t, "testdata/render") {
		for path, text := range contents(t, filepath.Join(folder, "out")) {
			_, file, _ := strings.Cut(path, "/")
			shown[kindOf(t, file, text)+" "+application.ReplaceAllString(file, "application/")] = true
		}
	}
	for _, want := range []string{
		"Namespace namespace.yaml",
		"ClusterRole rbac/clusterrole.yaml", "ClusterRoleBinding rbac/clusterrolebinding.yaml",
		"Role rbac/role.yaml", "RoleBinding rbac/rolebinding.yaml",
		"ServiceAccount application/serviceaccount.yaml", "StatefulSet application/statefulset.yaml",
		"Ingress application/ingress.yaml", "Route application/route.yaml",
		"PodDisruptionBudget application/poddisruptionbudget.yaml", "NetworkPolicy application/networkpolicy.yaml",
		"Service application/service-headless.yaml", "Service application/service.yaml",
		"ConfigMap application/configmap-configuration.yaml", "ConfigMap application/configmap-resources.yaml",
		"HorizontalPodAutoscaler application/horizontalpodautoscaler.yaml", "ServiceMonitor application/servicemonitor.yaml",
		" application/security.conf",
		"ServiceAccount clustermonitor/serviceaccount.yaml", "StatefulSet clustermonitor/statefulset.yaml",
		"Service clustermonitor/service.yaml", "NetworkPolicy clustermonitor/networkpolicy.yaml",
		"Ingress clustermonitor/ingress.yaml", "Route clustermonitor/route.yaml",
		"ServiceAccount dashboard/serviceaccount.yaml", "RoleBinding dashboard/rolebinding.yaml",
		"ResourceQuota extra/quota.yaml", "LimitRange extra/limits.json",
		"Application _gitops/application.yaml",
		"GitRepository _gitops/gitrepository.yaml", "Kustomization _gitops/kustomization.yaml",
		"Kustomization kustomization.yaml",
	} {
		assert.True(t, shown[want], "no golden shows %s", want)
		delete(shown, want)
	}
	assert.Empty(t, shown, "goldens show what no row names")
}

// application matches the folder of an application.
var application = regexp.MustCompile(`^(flow|order-flow|order-view)/`)

// cases lists the folders in a folder by name.
func cases(t testing.TB, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	folders := map[string]string{}
	for _, entry := range entries {
		folders[entry.Name()] = filepath.Join(folder, entry.Name())
	}
	require.NotEmpty(t, folders)
	return folders
}

// readAll reads the environments of a folder, in order of their names.
func readAll(t testing.TB, dir string) []*config.Environment {
	t.Helper()
	folder := open(t, dir)
	names, problems, err := folder.Names()
	require.NoError(t, err)
	require.Empty(t, problems)
	require.NotEmpty(t, names)
	var all []*config.Environment
	for _, name := range names {
		env, problems := folder.Read(name)
		require.Empty(t, problems)
		all = append(all, env)
	}
	return all
}

func open(t testing.TB, dir string) *config.Folder {
	t.Helper()
	folder, err := config.Open(dir, "environments", schemas.Minors())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, folder.Close()) })
	return folder
}

// readText reads an environment called "test".
func readText(t testing.TB, text string) *config.Environment {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "test.yaml"), []byte(text), 0o644))
	return readAll(t, dir)[0]
}

// render renders an environment that has no problems.
func render(t testing.TB, env *config.Environment) []tree.File {
	t.Helper()
	files, problems := generate.Render(env)
	require.Empty(t, problems)
	return files
}

// byPath renders an environment to texts by their paths.
func byPath(t testing.TB, env *config.Environment) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, file := range render(t, env) {
		texts[file.Path] = string(file.Data)
	}
	return texts
}

// allTexts renders the environments of a folder to texts by their paths.
func allTexts(t *testing.T, folder string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, env := range readAll(t, folder) {
		for path, text := range byPath(t, env) {
			texts[env.Name+"/"+path] = text
		}
	}
	return texts
}

// contents reads all files below a folder by their paths.
func contents(t testing.TB, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(os.DirFS(folder), path)
		files[path] = string(data)
		return err
	}))
	return files
}

// assertSame compares files one by one, so that a failure shows the lines in question.
func assertSame(t testing.TB, want, got map[string]string, hint string) {
	t.Helper()
	assert.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)), hint)
	for file, text := range want {
		assert.Equal(t, text, got[file], "%s: %s", file, hint)
	}
}

func rewrite(t testing.TB, folder string, files map[string]string) {
	t.Helper()
	require.NoError(t, os.RemoveAll(folder))
	for path, text := range files {
		path = filepath.Join(folder, filepath.FromSlash(path))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
}

// kindOf is the kind of the object in a file, empty for a file without one.
func kindOf(t testing.TB, file, text string) string {
	t.Helper()
	if filepath.Ext(file) == ".conf" {
		return ""
	}
	return decoded(t, text)["kind"].(string)
}
