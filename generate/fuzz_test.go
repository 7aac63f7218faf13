package generate_test

import (
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/source"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/rule"
)

// Whatever can be read can be rendered, and what is rendered can be read by others.
func FuzzWhatIsReadIsRendered(f *testing.F) {
	dir := f.TempDir()
	for _, pattern := range []string{"testdata/render/*/environments", "testdata/errors/*", "source/testdata"} {
		folders, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, folder := range folders {
			for file, text := range contents(f, folder) {
				if path.Dir(file) == "." && path.Ext(file) == ".yaml" {
					f.Add([]byte(text))
				}
			}
			// What the seeds extend and name.
			addFiles(f, dir, folder)
		}
	}
	folder := open(f, dir)
	f.Fuzz(func(t *testing.T, text []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "fuzz.yaml"), text, 0o644))
		env, problems := folder.Read("fuzz")
		if env == nil {
			return
		}
		require.False(t, rule.Failed(problems))
		files, problems := generate.Render(env)
		if rule.Failed(problems) {
			return
		}
		for _, file := range files {
			requireReadable(t, file.Path, file.Data)
		}
		requireSources(t, env, files)
	})
}

func requireReadable(t *testing.T, file string, data []byte) {
	t.Helper()
	if path.Ext(file) == ".conf" {
		_, err := hocon.Parse(data)
		require.NoError(t, err, "%s:\n%s", file, data)
		return
	}
	var object map[string]any
	require.NoError(t, yaml.Unmarshal(data, &object), "%s:\n%s", file, data)
	require.NotEmpty(t, object["kind"], file)
	values, _ := object["data"].(map[string]any)
	if text, ok := values["node.conf"].(string); ok {
		requireReadable(t, "node.conf", []byte(text))
	}
}

// requireSources asks for the source of fields that every StatefulSet has.
func requireSources(t *testing.T, env *config.Environment, files []tree.File) {
	t.Helper()
	sources := source.New(env, files, generate.Render)
	for name := range env.Applications {
		for _, field := range []string{"", "spec.replicas", theContainer + ".env[3].value"} {
			require.NotEmpty(t, sources.Of("StatefulSet/"+name, name+"/statefulset.yaml", field))
		}
	}
}

// addFiles copies what is missing: cases may share names of files.
func addFiles(f *testing.F, dir, folder string) {
	f.Helper()
	for file, text := range contents(f, folder) {
		to := filepath.Join(dir, filepath.FromSlash(file))
		require.NoError(f, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(f, os.WriteFile(to, []byte(text), 0o644))
	}
}
