package config_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

func TestTheOrderOfKeysMeansNothing(t *testing.T) {
	want := meaning(t, read(t, "testdata/full", "production"))
	for seed := range uint64(20) {
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/full")))
		random := rand.New(rand.NewPCG(seed, 0))
		for _, name := range []string{"_base.yaml", "production.yaml"} {
			shuffleFile(t, filepath.Join(dir, name), random)
		}
		require.Equal(t, want, meaning(t, read(t, dir, "production")))
	}
}

func shuffleFile(t *testing.T, file string, random *rand.Rand) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &document))
	shuffle(&document, random)
	text, err = yaml.Marshal(&document)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o600))
}

func shuffle(n *yaml.Node, random *rand.Rand) {
	if n.Kind == yaml.MappingNode {
		random.Shuffle(len(n.Content)/2, func(i, j int) {
			n.Content[2*i], n.Content[2*j] = n.Content[2*j], n.Content[2*i]
			n.Content[2*i+1], n.Content[2*j+1] = n.Content[2*j+1], n.Content[2*i+1]
		})
	}
	for _, child := range n.Content {
		shuffle(child, random)
	}
}

// The decoder knows the forms of these types; a type of Kubernetes that reads
// itself in another way must be added to it.
func TestEveryTypeOfAnEnvironmentCanBeRead(t *testing.T) {
	special := []string{"resource.Quantity", "intstr.IntOrString", "v1.Time", "v1.FieldsV1"}
	kinds := []reflect.Kind{reflect.String, reflect.Bool, reflect.Int32, reflect.Int64, reflect.Interface}
	for _, typ := range typesOf(reflect.TypeFor[config.Environment]()) {
		switch {
		case typ.Kind() == reflect.Struct && embedsPointer(typ):
			assert.Fail(t, "an embedded pointer", typ)
		case reflect.PointerTo(typ).Implements(reflect.TypeFor[json.Unmarshaler]()):
			assert.Contains(t, special, typ.String())
		case typ.Kind() == reflect.Map:
			assert.Equal(t, reflect.String, typ.Key().Kind(), typ)
		case typ.Kind() != reflect.Struct && typ.Kind() != reflect.Pointer && typ.Kind() != reflect.Slice:
			assert.Contains(t, kinds, typ.Kind(), typ)
		}
	}
}

func embedsPointer(typ reflect.Type) bool {
	for f := range typ.Fields() {
		if f.Anonymous && f.Type.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

// typesOf lists a type and all that a file can reach through it.
func typesOf(root reflect.Type) (types []reflect.Type) {
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		types = append(types, typ)
		switch typ.Kind() {
		case reflect.Struct:
			if reflect.PointerTo(typ).Implements(reflect.TypeFor[json.Unmarshaler]()) {
				return
			}
			for f := range typ.Fields() {
				if f.Tag.Get("json") != "-" {
					visit(f.Type)
				}
			}
		case reflect.Map, reflect.Pointer, reflect.Slice:
			visit(typ.Elem())
		}
	}
	visit(root)
	return types
}

// FuzzRead: whatever a file holds, reading it neither panics nor hangs, says why
// it fails, and leaves nothing open that has a default.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.yaml", "testdata/errors/*/*.yaml"} {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil {
				f.Add(text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := environments(t, map[string]string{"case.yaml": string(text), "_base.yaml": "labels: {a: b}\n"})
		env, problems := open(t, dir).Read("case")
		require.Equal(t, env == nil, rule.Failed(problems))
		for _, p := range problems {
			require.Positive(t, p.Line, p)
			require.NotEmpty(t, p.Message)
			_, ok := rule.Steps(p.Field)
			require.True(t, ok, "%q", p.Field)
		}
		if env != nil {
			requireComplete(t, env)
		}
	})
}

// requireComplete asks for every pointer that has a default.
func requireComplete(t *testing.T, env *config.Environment) {
	t.Helper()
	require.NotNil(t, env.CreateNamespace)
	require.NotEmpty(t, env.Applications)
	for name, app := range env.Applications {
		require.Equal(t, name, app.Name)
		for i, pointer := range []any{
			app.Replicas, app.MinReadySeconds, app.TerminationGracePeriodSeconds, app.GracefulStop,
			app.Probes.Readiness.InitialDelaySeconds, app.Probes.Readiness.PeriodSeconds,
			app.Probes.Liveness.InitialDelaySeconds, app.Probes.Liveness.PeriodSeconds,
			app.Security.DefaultRoute, app.Node.NumberSearchPorts, app.Node.WebPort,
		} {
			require.False(t, reflect.ValueOf(pointer).IsNil(), strconv.Itoa(i))
		}
		require.NotEqual(t, app.Service.Off, app.Service.On != nil)
		require.NotEqual(t, app.NetworkPolicy.Off, app.NetworkPolicy.On != nil)
		require.NotEqual(t, app.DisruptionBudget.Off, app.DisruptionBudget.On != nil)
	}
	if env.GitOps != nil {
		require.NotEmpty(t, env.Deploy.Base)
		require.NotEmpty(t, env.GitOps.URL)
	}
}
