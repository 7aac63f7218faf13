package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/config"
)

// read reads an environment that must be good.
func read(t testing.TB, dir, name string) *config.Environment {
	t.Helper()
	folder := open(t, dir)
	env, problems := folder.Read(name)
	require.Empty(t, problems)
	require.NotNil(t, env)
	return env
}

func open(t testing.TB, dir string) *config.Folder {
	t.Helper()
	folder, err := config.Open(dir, "environments")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, folder.Close()) })
	return folder
}

func TestAnEnvironmentIsMergedAndComplete(t *testing.T) {
	env := read(t, "testdata/full", "production")
	app := env.Applications["ef-kubernetes-app"]
	assert.Equal(t, "1.33", env.Cluster.Version)
	assert.EqualValues(t, 3, *app.Replicas)
	assert.Equal(t, "1.0.0", app.Image.Tag)
	assert.Equal(t, "2Gi", app.Resources.Limits.Memory().String())
	assert.EqualValues(t, 9009, *app.Node.WebPort)
	assert.True(t, app.Node.WritesNodeConf)
	assert.Equal(t, "1Gi", app.Volumes[0].EmptyDir.SizeLimit.String())
	assert.Equal(t, map[string][]byte{"files/logback-test.xml": []byte("<configuration/>\n")}, env.Contents)
	assert.Equal(t, map[string]any{"spec": map[string]any{"revisionHistoryLimit": int64(3), "template": nil}}, env.Patches[0].Patch)
}
