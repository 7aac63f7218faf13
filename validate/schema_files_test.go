package validate

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// thing is a CustomResourceDefinition with what structural schemas can say.
func thing(t testing.TB) File {
	data, err := os.ReadFile("testdata/schema/files/thing.yaml")
	require.NoError(t, err)
	return File{Path: "crds/thing.yaml", Data: data}
}

func TestKindsOfCustomResourceDefinitions(t *testing.T) {
	s := newSchemas(t, "1.34", thing(t))
	for _, c := range []struct{ name, spec, want string }{
		{"whole", "{port: web, size: 3, template: {apiVersion: v1, kind: Pod, metadata: {labels: {a: b}}, spec: {any: thing}}, free: {a: {b: c}}, maybe: null, mode: null, enabled: true}", ""},
		{"int or string", "{port: 80}", ""},
		{"default decides", "{mode: fast}", ""},
		{"UUID", "{id: 123e4567-e89b-12d3-a456-426614174000}", ""},
		{"UUID without dashes", "{id: 123E4567e89b12d3a456426614174000}", ""},
		{"no UUID", "{id: 123e4567}", "EF201|spec.id|0|is not a UUID|\n"},
		{"unknown field", "{prot: 80}", `EF201|spec.prot|0|unknown field, did you mean "port"?|` + "\n"},
		{"neither int nor string", "{port: [80]}", "EF201|spec.port|0|is a list, must be an integer or a string|\n"},
		{"null that is not nullable", "{size: null}", "EF201|spec.size|0|is null, must be an integer|\n"},
		{"enum", "{mode: fsat}", `EF201|spec.mode|0|is "fsat", must be one of "fast", "slow", null|` + "\n"},
		{"range", "{size: 11}", "EF201|spec.size|0|must be at most 10|\n"},
		{"alternatives", "{size: 1, empty: {x: 1}}", "EF201|spec.empty.x|0|unknown field|\n"},
		{"embedded metadata", "{template: {metadata: {label: {}}}}", `EF201|spec.template.metadata.label|0|unknown field, did you mean "labels"?|` + "\n"},
		{"one of two", "{a: 1, b: 1}", "EF201|spec|0|fits several alternatives that exclude each other|\n"},
	} {
		document := "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: " + c.spec + "\nstatus: {any: thing}\n"
		assert.Equal(t, c.want, lines(check(s, []byte(document))), c.name)
	}
	assert.Equal(t, "EF202", s.Check([]byte("{}"), "example.com/v0", "Thing")[0].Rule, "v0 is not served")
}

func TestKindsOfJSONSchemas(t *testing.T) {
	for name, schema := range map[string]string{
		"enum":  `{"properties": {"apiVersion": {"enum": ["example.com/v1"]}, "kind": {"enum": ["Thing"]}, "spec": {"type": "string"}}}`,
		"const": `{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://example.com/thing", "properties": {"apiVersion": {"const": "example.com/v1"}, "kind": {"const": "Thing"}, "spec": {"$ref": "#/definitions/spec"}}, "definitions": {"spec": {"type": "string"}}}`,
		"group": `{"$schema": "https://json-schema.org/draft/2020-12/schema", "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Thing"}], "properties": {"spec": {"type": "string"}}}`,
	} {
		s := newSchemas(t, "1.34", File{Path: name, Data: []byte(schema)})
		assert.Equal(t, "EF201|spec|0|is a number, must be a string|quote the value to make it a text\n", lines(check(s, []byte("apiVersion: example.com/v1\nkind: Thing\nspec: 1\n"))), name)
		assert.Empty(t, check(s, []byte("apiVersion: example.com/v1\nkind: Thing\nspec: a\n")), name)
	}
}

func TestAFileGoesBeforeAnEmbeddedSchema(t *testing.T) {
	file := File{Path: "s.json", Data: []byte(`{"properties": {"apiVersion": {"const": "v1"}, "kind": {"const": "ConfigMap"}}}`)}
	document := []byte("apiVersion: v1\nkind: ConfigMap\nanything: goes\n")
	assert.Empty(t, check(newSchemas(t, "1.34", file), document))
	assert.NotEmpty(t, check(newSchemas(t, "1.34"), document))
}

func TestAnOperatorsInstallationIsASchemaFile(t *testing.T) {
	data := append([]byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: operator}\n---\n"), thing(t).Data...)
	s := newSchemas(t, "1.34", File{Path: "install.yaml", Data: data})
	assert.Empty(t, check(s, []byte("apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {}\n")))
}

func TestFilesOfNoUse(t *testing.T) {
	crd := func(spec string) string {
		return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: " + spec
	}
	for data, want := range map[string]string{
		"":                                     "holds no CustomResourceDefinition and no JSON Schema",
		"apiVersion: v1\nkind: Service\n":      "holds no CustomResourceDefinition and no JSON Schema",
		"a: [\n":                               "did not find expected node content",
		"- a\n":                                "is not an object",
		"a: 1\na: 2\n":                         `key "a" already set in map`,
		"type: object\n":                       "does not say which kind it describes: name it by an enum or const of properties.apiVersion and properties.kind",
		`{"$ref": "https://example.com/x"}`:    `refers to "https://example.com/x": put what it refers to into the same file, under definitions`,
		`{"$schema": "https://example.com/x"}`: `"https://example.com/x" is not a known version of JSON Schema: use draft 4, 6, 7, 2019-09 or 2020-12`,
		"apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\n": `is a CustomResourceDefinition of "apiextensions.k8s.io/v1beta1", not a CustomResourceDefinition of apiextensions.k8s.io/v1`,
		crd("{}"):         "the CustomResourceDefinition names no spec.group or no spec.names.kind",
		crd("{group: 1}"): "is not a CustomResourceDefinition: json: cannot unmarshal number into Go struct field .spec.group of type string",
		crd("{group: example.com, names: {kind: T}}"):                                       "the CustomResourceDefinition serves no version",
		crd("{group: example.com, names: {kind: T}, versions: [{name: v1, served: true}]}"): `version "v1" of the CustomResourceDefinition has no schema.openAPIV3Schema`,
		strings.Repeat("#", maxSchemaFile+1):                                                "is larger than 4 MiB",
	} {
		_, problems := NewSchemas("1.34", []File{{Path: "s.yaml", Data: []byte(data)}})
		require.Len(t, problems, 1, "%.80q", data)
		assert.Equal(t, want, problems[0].Message, "%.80q", data)
		assert.Equal(t, "s.yaml", problems[0].File)
		assert.Equal(t, "EF205", problems[0].Rule)
	}
}

func TestASchemaThatDoesNotCompileIsAFinding(t *testing.T) {
	for rest, want := range map[string]string{
		`"type": 3`:                  `/type is 3, must be one of "array"`,
		`"$ref": "#/definitions/no"`: "",
		`"pattern": "("`:             `/pattern "(" is not a valid regex`,
		`"minimum": "a"`:             "/minimum is a string, must be a number",
	} {
		data := fmt.Sprintf(`{"properties": {"apiVersion": {"const": "example.com/v1"}, "kind": {"const": "T"}}, %s}`, rest)
		findings := newSchemas(t, "1.34", File{Path: "s", Data: []byte(data)}).Check([]byte("{}"), "example.com/v1", "T")
		require.Len(t, findings, 1, rest)
		assert.Equal(t, "EF205", findings[0].Rule)
		assert.Contains(t, findings[0].Message, "the schema of this kind cannot be used: "+want)
		assert.NotContains(t, findings[0].Message, os.TempDir())
	}
}

// What kubeconform alone understands is told in its own words.
func TestDurationsAreKubeconforms(t *testing.T) {
	file := File{Path: "s", Data: []byte(`{"properties": {"apiVersion": {"const": "example.com/v1"}, "kind": {"const": "T"}, "every": {"type": "string", "format": "duration"}}}`)}
	s := newSchemas(t, "1.34", file)
	assert.Empty(t, check(s, []byte("apiVersion: example.com/v1\nkind: T\nevery: 10m\n")))
	findings := check(s, []byte("apiVersion: example.com/v1\nkind: T\nevery: often\n"))
	require.Len(t, findings, 1)
	assert.Equal(t, "every", findings[0].Field)
}

func FuzzSchemaFile(f *testing.F) {
	f.Add(thing(f).Data, []byte("apiVersion: example.com/v1\nkind: Thing\nspec: {port: 1}\n"))
	f.Add([]byte(`{"properties": {"apiVersion": {"const": "a/v1"}, "kind": {"const": "T"}}}`), []byte("apiVersion: a/v1\nkind: T\n"))
	f.Fuzz(func(t *testing.T, schema, document []byte) {
		s, problems := NewSchemas("1.34", []File{{Path: "s", Data: schema}})
		for key := range s.extra {
			_, err := json.Marshal(s.Check(document, key.apiVersion, key.kind))
			require.NoError(t, err)
		}
		for _, problem := range problems {
			assert.NotContains(t, problem.Message, "\n")
		}
	})
}
