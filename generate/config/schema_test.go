package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/schemas"
)

// compiledSchema is the schema in the hands of an independent validator.
func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaText(t)))
	require.NoError(t, err)
	require.NoError(t, compiler.AddResource("efgen.json", document))
	compiled, err := compiler.Compile("efgen.json")
	require.NoError(t, err)
	return compiled
}

func schemaText(t *testing.T) []byte {
	t.Helper()
	text, err := config.Schema(schemas.Minors())
	require.NoError(t, err)
	return text
}

// judge holds YAML against the schema.
func judge(t *testing.T, schema *jsonschema.Schema, text []byte) error {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON(text)
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	require.NoError(t, err)
	return schema.Validate(value)
}

func TestTheSchemaAcceptsWhatTheReaderAccepts(t *testing.T) {
	schema := compiledSchema(t)
	for _, pattern := range []string{
		"../../environments/*.yaml", "testdata/full/*.yaml", "testdata/defaults/*.yaml", "../testdata/render/*/environments/*.yaml",
	} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.NoError(t, judge(t, schema, text), file)
		}
	}
}

// Each is refused by the schema and by the reader; without its mistake both accept it.
func TestTheSchemaRefusesWhatTheReaderRefuses(t *testing.T) {
	frame := map[string]string{"application": header + "applications: {a: {%s}}", "environment": header + "applications: {a: {}}\n%s"}
	schema := compiledSchema(t)
	for _, c := range []struct{ in, wrong, right string }{
		{"environment", "clutser: {}", "cluster: {}"},
		{"environment", "cluster: local", "cluster: {name: local}"},
		{"environment", "cluster: {platform: openshif}", "cluster: {platform: openshift}"},
		{"environment", `cluster: {version: "1.2"}`, `cluster: {version: "1.34"}`},
		{"environment", "cluster: {version: 1.34}", `cluster: {version: ""}`},
		{"environment", `createNamespace: "true"`, "createNamespace: true"},
		{"environment", "extends: _base.yaml", "extends: []"},
		{"environment", "defaults: {image: {tga: x}}", "defaults: {image: {tag: x}}"},
		{"environment", "policy: {exceptions: [{rule: EF501, resource: A/b}]}", "policy: {exceptions: [{rule: EF501, resource: A/b, reason: c}]}"},
		{"environment", "patches: [{patch: {a: b}}]", "patches: [{target: {kind: A, name: b}, patch: {a: b}}]"},
		{"environment", "patches: [{target: {kind: A, name: b}, patch: []}]", "patches: [{target: {kind: A, name: b}, patch: {spec: {a: [null, 1, {}]}}}]"},
		{"application", "replicsa: 3", "replicas: 3"},
		{"application", `replicas: "3"`, "replicas: 3"},
		{"application", "replicas: 1.5", "replicas: 1"},
		{"application", "replicas: 3000000000", "replicas: 3"},
		{"application", "image: {tag: 1.10}", `image: {tag: "1.10"}`},
		{"application", "image: {pullPolicy: Sometimes}", `image: {pullPolicy: ""}`},
		{"application", "env: [{nmae: A}]", "env: [{name: A}]"},
		{"application", "resources: {limits: {memory: 2 GiB}}", "resources: {limits: {memory: 2Gi}}"},
		{"application", "resources: {limits: {memory: true}}", "resources: {limits: {memory: 2000000000}}"},
		{"application", "disruptionBudget: {maxUnavailable: []}", "disruptionBudget: {maxUnavailable: 25%}"},
		{"application", "service: true", "service: false"},
		{"application", "service: []", "service: {}"},
		{"application", "ports: [{name: sb}]", "ports: [{name: sb, port: 10000}]"},
		{"application", "ports: [null]", "ports: []"},
		{"application", "ports: [{name: sb, port: 10000, nodePort: null}]", "ports: [{name: sb, port: 10000}]"},
	} {
		for text, wanted := range map[string]bool{c.wrong: false, c.right: true} {
			whole := fmt.Sprintf(frame[c.in], text)
			_, problems := open(t, environments(t, map[string]string{"case.yaml": whole + "\n"})).Read("case")
			assert.Equal(t, wanted, !rule.Failed(problems), "the reader: %s: %v", text, problems)
			assert.Equal(t, wanted, judge(t, schema, []byte(whole)) == nil, "the schema: %s", text)
		}
	}
}

func TestTheSchemaTellsEnvironmentsFromFragments(t *testing.T) {
	schema := compiledSchema(t)
	for text, good := range map[string]bool{
		header + "applications: {a: {}}":                             true,
		header + "extends: [_base.yaml]":                             true,
		"labels: {a: b}":                                             true,
		header + "labels: {a: b}":                                    false,
		"kind: Environment\napplications: {}":                        false,
		"apiVersion: efgen/v1\nextends: [a]":                         false,
		header + "applications: null":                                false,
		"apiVersion: efgen/v2\nkind: Environment\napplications: {}":  false,
		"apiVersion: efgen/v1\nkind: Environments\napplications: {}": false,
	} {
		assert.Equal(t, good, judge(t, schema, []byte(text)) == nil, text)
	}
}

func TestNullMayStandWhereItCanRemoveSomething(t *testing.T) {
	schema := compiledSchema(t)
	for text, good := range map[string]bool{
		"clusterMonitor: null": true,
		"rbac: null":           true,
		"applications: {a: null, b: {ingress: null, replicas: null, image: {pullPolicy: null, tag: null}}}": true,
		"defaults: {service: null, labels: null}":                                                           false,
		"defaults: {service: null, podLabels: {a: null}}":                                                   true,
		"defaults: {resources: {limits: {memory: null}}}":                                                   true,
		"applications: {a: {license: {secret: null, urls: []}}}":                                            true,
		"applications: {a: {node: {keystore: {secret: null}}}}":                                             false,
		"applications: {a: {env: [{name: A, valueFrom: null}]}}":                                            false,
		"applications: {a: {topologySpreadConstraints: [{maxSkew: null}]}}":                                 false,
	} {
		assert.Equal(t, good, judge(t, schema, []byte(text)) == nil, text)
	}
}

// The keys of the schema are those that encoding/json finds in the types.
func TestTheSchemaKnowsTheKeysOfTheTypes(t *testing.T) {
	var root jsonSchema
	require.NoError(t, json.Unmarshal(schemaText(t), &root))
	assert.Equal(t, keysOf(reflect.TypeFor[config.Environment]()), slices.Sorted(maps.Keys(root.Properties)))
	known := 0
	for _, typ := range typesOf(reflect.TypeFor[config.Environment]()) {
		for _, name := range []string{definitionOf(typ), definitionOf(typ) + ".inList"} {
			definition, defined := root.Definitions[name]
			if !defined {
				continue
			}
			known++
			assert.Equal(t, keysOf(typ), slices.Sorted(maps.Keys(definition.Properties)), typ)
			assert.JSONEq(t, "false", string(definition.AdditionalProperties), typ)
		}
	}
	assert.Len(t, root.Definitions, known, "a definition of no type")
}

type jsonSchema struct {
	Description          string
	Properties           map[string]jsonSchema
	Definitions          map[string]jsonSchema
	AdditionalProperties json.RawMessage
}

func definitionOf(typ reflect.Type) string {
	if typ.PkgPath() == reflect.TypeFor[config.Environment]().PkgPath() {
		return typ.Name()
	}
	return strings.ReplaceAll(strings.TrimPrefix(typ.PkgPath(), "k8s.io/"), "/", ".") + "." + typ.Name()
}

// keysOf lists what encoding/json takes for the fields of a struct.
func keysOf(typ reflect.Type) (keys []string) {
	for f := range typ.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			keys = append(keys, keysOf(f.Type)...)
		case name != "-":
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return keys
}

func TestEveryFieldIsDescribed(t *testing.T) {
	var root jsonSchema
	require.NoError(t, json.Unmarshal(schemaText(t), &root))
	root.Definitions["Environment"] = root
	for name, definition := range root.Definitions {
		for key, property := range definition.Properties {
			assert.NotEmpty(t, property.Description, "%s.%s has no comment", name, key)
		}
	}
}

// A type that stands inside and outside of lists has two definitions: one that null may
// stand for, and one that is complete.
func TestATypeInListsHasADefinitionOfItsOwn(t *testing.T) {
	schema := compiledSchema(t)
	for text, good := range map[string]bool{
		"applications: {a: {resources: null}}":                                                  true,
		"applications: {a: {resources: {limits: null}}}":                                        true,
		"applications: {a: {sidecars: [{name: a, image: b, resources: null}]}}":                 false,
		"applications: {a: {sidecars: [{name: a, image: b, resources: {limits: null}}]}}":       false,
		"applications: {a: {sidecars: [{name: a, image: b, resources: {limits: {cpu: 1}}}]}}":   true,
		"applications: {a: {probes: {action: {tcpSocket: {host: null}}}}}":                      true,
		"applications: {a: {sidecars: [{name: a, readinessProbe: {tcpSocket: {host: null}}}]}}": false,
	} {
		assert.Equal(t, good, judge(t, schema, []byte(text)) == nil, text)
	}
}

func TestTheSchemaIsTheSameEveryTime(t *testing.T) {
	assert.Equal(t, string(schemaText(t)), string(schemaText(t)))
}
