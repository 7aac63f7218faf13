package config_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/schemas"
)

// explain explains a field of an environment and returns its value as JSON.
func explain(t *testing.T, x *config.Explainer, field string) (config.Explanation, string) {
	t.Helper()
	made, err := x.Field(field)
	require.NoError(t, err, field)
	value, err := json.Marshal(made.Value)
	require.NoError(t, err)
	return made, string(value)
}

func TestTheValueThatCountsIsExplained(t *testing.T) {
	x, problems := open(t, "testdata/full").Explain("everything")
	require.Empty(t, problems)
	app := "applications.ef-kubernetes-app."
	for field, want := range map[string]struct{ value, by, typ string }{
		app + "replicas":                         {`3`, config.ByFile, "whole number"},
		app + "gracefulStop":                     {`false`, config.ByFile, "true or false"},
		app + "image.pullPolicy":                 {`"IfNotPresent"`, config.ByFile, "Always, IfNotPresent or Never"},
		app + "image.tag":                        {`"1.0.0_rc-1"`, config.ByFile, "text"},
		app + "resources.requests":               {`{"cpu":"500m","memory":"2Gi"}`, config.ByFile, "mapping, each value: quantity"},
		app + "resources.requests.cpu":           {`"500m"`, config.ByFile, "quantity"},
		app + "disruptionBudget":                 {`{"maxUnavailable":"25%"}`, config.ByFile, "mapping or false"},
		app + "disruptionBudget.maxUnavailable":  {`"25%"`, config.ByFile, "whole number or text"},
		app + "ports[1]":                         {`{"name":"b","port":10001}`, config.ByFile, "mapping"},
		app + "ports[1].nodePort":                {`null`, config.ByNobody, "whole number"},
		app + "topologySpreadConstraints":        {`[]`, config.ByFile, "list, each item: mapping"},
		app + "updateStrategy.partition":         {`null`, config.ByNobody, "whole number"},
		`labels["nobody/has-it"]`:                {`null`, config.ByNobody, "text"},
		app + "probes.readiness.periodSeconds":   {`1`, config.ByFile, "whole number"},
		app + "license.secret":                   {`"licence"`, config.ByFile, "text"},
		app + "node.availabilityZones":           {"", config.ByFile, "mapping"},
		app + "node.availabilityZones.zone.on":   {`true`, config.ByFile, "anything"},
		app + "node.availabilityZones.zone.list": {`["a",null]`, config.ByFile, "anything"},
		"applications.quiet.service":             {`false`, config.ByFile, "mapping or false"},
		"applications.quiet.service.type":        {`null`, config.ByNobody, "ClusterIP, NodePort or LoadBalancer"},
		"applications.quiet.minReadySeconds":     {"", config.ByDefault, "whole number"},
		"registry.insecure":                      {`true`, config.ByFile, "true or false"},
		"defaults.license":                       {`{"secret":"licence"}`, config.ByFile, "mapping"},
		"rbac.scope":                             {"", config.ByFile, "cluster or namespace"},
		`labels["example.com/team"]`:             {`"flows"`, config.ByFile, "text"},
	} {
		made, value := explain(t, x, field)
		if want.value != "" {
			assert.JSONEq(t, want.value, value, field)
		}
		assert.Equal(t, want.by, made.Origin.By, field)
		assert.Equal(t, want.typ, made.Type, field)
		assert.NotEmpty(t, made.Doc, field)
	}
}

func TestWhatNullRemovedIsExplained(t *testing.T) {
	x, problems := open(t, environments(t, originFiles)).Explain("case")
	require.Empty(t, problems)
	made, value := explain(t, x, "applications.a.ingress")
	assert.Equal(t, "null", value)
	assert.Equal(t, "environments/case.yaml:8:14", made.Origin.Position.String())
	assert.Equal(t, map[string]any{"host": "a.example.com"}, made.Overrode[0].Value)
}

func TestWhatCannotBeReadIsShownAsItWasWritten(t *testing.T) {
	x, problems := open(t, environments(t, map[string]string{"case.yaml": header + "applications: {a: {replicas: many, oops: 1, image: null}}\n"})).Explain("case")
	assert.True(t, rule.Failed(problems))
	_, value := explain(t, x, "applications.a.replicas")
	assert.Equal(t, `"many"`, value)
	_, value = explain(t, x, "applications.a.terminationGracePeriodSeconds")
	assert.Equal(t, "120", value)
	var written []string
	for _, made := range x.Written() {
		written = append(written, made.Field)
	}
	assert.Equal(t, []string{"apiVersion", "applications.a.image", "applications.a.replicas", "kind"}, written)
}

func TestUnknownFieldsAreNotExplained(t *testing.T) {
	x, _ := open(t, "testdata/full").Explain("everything")
	for field, near := range map[string]string{
		"aplications":    "applications",
		"clustr.version": "cluster.version",
		"applications.ef-kubernetes-ap.ports[0].nam":              "applications.ef-kubernetes-app.ports[0].nam",
		"applications.quiet.imagee":                               "applications.quiet.image",
		"applications.ef-kubernetes-app.ports[9]":                 "",
		"applications.ef-kubernetes-app.ports.name":               "",
		"applications[0]":                                         "",
		"cluster.version.minor":                                   "",
		"applications.quiet.service.type[0]":                      "",
		"a..b":                                                    "",
		"applications.quiet.resources.limits.cpu.i":               "",
		"applications.quiet.disruptionBudget.maxUnavailable.Type": "",
	} {
		_, err := x.Field(field)
		var unknown *config.UnknownFieldError
		require.ErrorAs(t, err, &unknown, field)
		assert.Equal(t, field, unknown.Field)
		assert.Equal(t, near, unknown.Near, field)
	}
}

// Whatever the schema knows can be asked for: every field of every type that no
// list or mapping of one's own lies above.
func TestEveryFieldOfTheTypesCanBeExplained(t *testing.T) {
	x, _ := open(t, "testdata/full").Explain("everything")
	asked := 0
	var visit func(typ reflect.Type, path string)
	visit = func(typ reflect.Type, path string) {
		if strings.HasPrefix(typ.Name(), "Switch[") {
			on, _ := typ.FieldByName("On")
			typ = on.Type
		}
		for typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		made, err := x.Field(path)
		require.NoError(t, err, path)
		assert.NotEmpty(t, made.Type, path)
		asked++
		if typ.Kind() == reflect.Struct && len(made.Fields) > 0 {
			assert.Equal(t, keysOf(typ), made.Fields, path)
			for f := range flat(typ) {
				visit(f.Type, rule.Key(path, strings.Split(f.Tag.Get("json"), ",")[0]))
			}
		}
	}
	visit(reflect.TypeFor[config.Application](), "applications.quiet")
	visit(reflect.TypeFor[config.ClusterMonitor](), "clusterMonitor")
	assert.Greater(t, asked, 200)
}

// flat yields the fields of a struct that a file can set, embedded ones included.
func flat(typ reflect.Type) func(yield func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for _, f := range reflect.VisibleFields(typ) {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); !f.Anonymous && name != "-" && !yield(f) {
				return
			}
		}
	}
}

func FuzzExplain(f *testing.F) {
	for _, path := range []string{"applications.quiet.service.type", `labels["example.com/team"]`, "applications.ef-kubernetes-app.ports[0].name", "extends[0]", "a..b", `[""]`, "patches[0].patch.spec"} {
		f.Add(path)
	}
	folder, err := config.Open("testdata/full", "environments", schemas.Minors())
	require.NoError(f, err)
	x, _ := folder.Explain("everything")
	f.Fuzz(func(t *testing.T, path string) {
		for _, completed := range x.Complete(path) {
			_, err := x.Field(completed)
			require.NoError(t, err, "%q is offered for %q", completed, path)
		}
		made, err := x.Field(path)
		if err == nil {
			_, err = json.Marshal(made)
		}
		require.Equal(t, err == nil, made.Type != "")
	})
}
