package source_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/source"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/schemas"
)

// m is a mapping of YAML.
type m = map[string]any

// read reads an environment called "test" that finds the files of testdata.
func read(t *testing.T, text string) *config.Environment {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "files"), os.DirFS("testdata/files")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "test.yaml"), []byte(text), 0o644))
	folder, err := config.Open(dir, "environments", schemas.Minors())
	require.NoError(t, err)
	defer folder.Close()
	env, problems := folder.Read("test")
	require.Empty(t, problems)
	return env
}

func render(t *testing.T, env *config.Environment) []tree.File {
	t.Helper()
	files, problems := generate.Render(env)
	require.Empty(t, problems)
	return files
}

func sourcesOf(t *testing.T, env *config.Environment) *source.Sources {
	t.Helper()
	return source.New(env, render(t, env), generate.Render)
}

// byPath renders an environment to texts by their paths.
func byPath(t *testing.T, env *config.Environment) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, file := range render(t, env) {
		texts[file.Path] = string(file.Data)
	}
	return texts
}

// fieldOf is the value of a field in a manifest, nil if there is none, and the
// whole text for an empty field.
func fieldOf(t *testing.T, text, field string) any {
	t.Helper()
	if field == "" {
		return text
	}
	var object any
	require.NoError(t, yaml.Unmarshal([]byte(text), &object), text)
	steps, _ := rule.Steps(field)
	return source.ValueAt(object, steps)
}

// change sets a field to a value, or removes it for nil.
func change(t *testing.T, object any, field string, value any) {
	t.Helper()
	steps, ok := rule.Steps(field)
	require.True(t, ok)
	last := len(steps) - 1
	switch parent := source.ValueAt(object, steps[:last]).(type) {
	case m:
		if parent[steps[last].Key] = value; value == nil {
			delete(parent, steps[last].Key)
		}
	case []any:
		parent[steps[last].Index] = value
	default:
		require.Fail(t, "nothing to change", field)
	}
}

func marshal(t *testing.T, value any) string {
	t.Helper()
	text, err := yaml.Marshal(value)
	require.NoError(t, err)
	return string(text)
}
