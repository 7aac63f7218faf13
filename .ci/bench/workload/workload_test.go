package workload_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/.ci/bench/same"
	"github.com/efgen/efgen/.ci/bench/workload"
	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"

	"github.com/efgen/efgen/validate/schemas"
)

func TestNothingIsLeftToFill(t *testing.T) {
	dir := written(t)
	files := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		// The base of kustomize holds what every overlay replaces.
		if err != nil || entry.IsDir() || strings.Contains(path, "kustomize/base") {
			return err
		}
		text, err := os.ReadFile(path)
		require.NotContains(t, string(text), "placeholder", path)
		require.NotContains(t, string(text), ": 7\n", path)
		files++
		return err
	}))
	require.Greater(t, files, 30)
}

// TestHelmTemplates fills the chart without Helm, which does no more than this here.
func TestHelmTemplates(t *testing.T) {
	dir := written(t)
	for i := range environments {
		want, got := rendered(t, dir, i), filled(t, dir, i)
		require.Len(t, want, 12)
		require.NoError(t, same.Compare(want, got))
	}
	require.Error(t, same.Compare(rendered(t, dir, 0), filled(t, dir, 1)), "environments are all the same")
}

func TestChange(t *testing.T) {
	dir := written(t)
	before := rendered(t, dir, 1)
	require.NoError(t, workload.Change(dir, environments))
	err := same.Compare(before, rendered(t, dir, 1))
	require.ErrorContains(t, err, "apps/v1 StatefulSet streaming-00001/ef-kubernetes-app differs in .spec.template.spec.containers[0].image")
	require.ErrorContains(t, err, workload.Image(1, 1))
	require.NotContains(t, err.Error(), "\n", "more than one object differs")
}

const environments = 2

func written(t *testing.T) string {
	dir := t.TempDir()
	require.NoError(t, workload.Write(dir, environments))
	return dir
}

// rendered is what efgen makes of environment i.
func rendered(t *testing.T, dir string, i int) same.Objects {
	folder, err := config.Open(filepath.Join(dir, "efgen", "environments"), "environments", schemas.Minors())
	require.NoError(t, err)
	defer folder.Close()
	env, problems := folder.Read(workload.Name(i))
	require.Empty(t, problems)
	files, problems := generate.Render(env)
	require.Empty(t, problems)
	out := t.TempDir()
	for n, file := range files {
		if filepath.Ext(file.Path) == ".yaml" && file.Path != "kustomization.yaml" {
			require.NoError(t, os.WriteFile(filepath.Join(out, strconv.Itoa(n)+".yaml"), file.Data, 0o600))
		}
	}
	return objects(t, out)
}

func filled(t *testing.T, dir string, i int) same.Objects {
	text, err := os.ReadFile(filepath.Join(dir, "helm", "values", workload.Name(i)+".yaml"))
	require.NoError(t, err)
	var values map[string]any
	require.NoError(t, yaml.Unmarshal(text, &values))
	functions := template.FuncMap{"quote": strconv.Quote}
	chart, err := template.New("").Funcs(functions).ParseGlob(filepath.Join(dir, "helm", "chart", "templates", "*.yaml"))
	require.NoError(t, err)
	var stream bytes.Buffer
	for _, one := range chart.Templates() {
		stream.WriteString("---\n")
		require.NoError(t, one.Execute(&stream, map[string]any{"Values": values}))
	}
	file := filepath.Join(t.TempDir(), "stream.yaml")
	require.NoError(t, os.WriteFile(file, stream.Bytes(), 0o600))
	return objects(t, file)
}

func objects(t *testing.T, path string) same.Objects {
	found, err := same.Read(path)
	require.NoError(t, err)
	return found
}
