package config_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/generate/config"

	"github.com/efgen/efgen/validate/schemas"
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
	folder, err := config.Open(dir, "environments", schemas.Minors())
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

func TestEveryFieldIsRead(t *testing.T) {
	env := read(t, "testdata/full", "everything")
	app := env.Applications["ef-kubernetes-app"]
	assert.Equal(t, "licence", app.License.Secret)
	assert.Empty(t, *app.Security.DefaultRoute)
	assert.Equal(t, []corev1.TopologySpreadConstraint{}, *app.TopologySpreadConstraints)
	assert.Equal(t, map[string]string{"extra.conf": "files/logback-test.xml"}, app.Files.Configuration)
	assert.Equal(t, "two\nlines\n", app.Env[1].Value)
	assert.Equal(t, map[string]any{
		"minimumNumberOfVotes": int64(2), "percentageOfVotes": 0.5, "quorumMemberPattern": ".*", "on": true, "list": []any{"a", nil},
	}, app.Node.AvailabilityZones["zone"])
	quiet := env.Applications["quiet"]
	assert.True(t, quiet.Service.Off && quiet.NetworkPolicy.Off && quiet.DisruptionBudget.Off)
	assert.Nil(t, quiet.License)
}

func TestEverythingHasEveryField(t *testing.T) {
	text, err := os.ReadFile("testdata/full/everything.yaml")
	require.NoError(t, err)
	for _, typ := range typesOf(reflect.TypeFor[config.Environment]()) {
		if typ.Kind() != reflect.Struct || typ.PkgPath() != reflect.TypeFor[config.Environment]().PkgPath() {
			continue
		}
		for f := range typ.Fields() {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
				assert.Regexp(t, `[\s{]`+name+`:`, string(text))
			}
		}
	}
}

func TestSecretsThatMustExistAreListed(t *testing.T) {
	assert.Equal(t,
		[]string{"admin", "exporter", "feed", "flow-tls", "git", "keystore", "licence", "registry-credentials", "substitutions", "wait"},
		read(t, "testdata/full", "everything").Secrets())
}

func TestEveryDefaultIsFilledIn(t *testing.T) {
	minimal, explicit := read(t, "testdata/defaults", "minimal"), read(t, "testdata/defaults", "explicit")
	assertSame(t, explicit, minimal)
	assert.False(t, minimal.Applications["a"].Node.WritesNodeConf)
	assert.True(t, explicit.Applications["a"].Node.WritesNodeConf)
	assert.True(t, minimal.Applications["b"].Node.WritesNodeConf, "nothing but node.conf carries the activation services")
}

// assertSame compares what two environments mean, not how they came to it.
func assertSame(t *testing.T, want, got *config.Environment) {
	t.Helper()
	assert.Equal(t, meaning(t, want), meaning(t, got))
}

func meaning(t *testing.T, env *config.Environment) string {
	t.Helper()
	bare := *env
	bare.Extends, bare.Defaults = nil, nil
	text, err := json.MarshalIndent(bare, "", "  ")
	require.NoError(t, err)
	return string(text)
}
