package generate_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/yamltree"

	"github.com/efgen/efgen/validate/schemas"
)

// Without a field that somebody wrote, an application renders to something else, or does
// not read. The environment has every field, as a test of config makes sure.
func TestEveryFieldOfAnApplicationIsRendered(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS("config/testdata/full")))
	file := filepath.Join(folder, "everything.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	render := func() map[string]string {
		environments, err := config.Open(folder, folder, schemas.Minors())
		require.NoError(t, err)
		defer environments.Close()
		env, _ := environments.Read("everything")
		if env == nil {
			return nil
		}
		files, _ := generate.Render(env)
		texts := map[string]string{}
		for _, f := range files {
			texts[f.Path] = string(f.Data)
		}
		return texts
	}
	whole := render()
	require.NotEmpty(t, whole)
	for _, field := range yamltree.StructureOf(reflect.TypeFor[config.Application]()).Names {
		if field == "replicas" {
			continue // written as the default
		}
		var environment map[string]any
		require.NoError(t, yaml.Unmarshal(text, &environment))
		for _, application := range environment["applications"].(map[string]any) {
			delete(application.(map[string]any), field)
		}
		without, err := yaml.Marshal(environment)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, without, 0o644))
		assert.False(t, maps.Equal(whole, render()), "nothing is rendered otherwise without %s", field)
	}
}
