package schema

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/manifest"
)

// definition is a CustomResourceDefinition with what structural schemas can say.
func definition(t testing.TB) manifest.File {
	data, err := os.ReadFile("testdata/files/thing.yaml")
	require.NoError(t, err)
	return manifest.File{Path: "crds/thing.yaml", Data: data}
}

func TestKindsOfCustomResourceDefinitions(t *testing.T) {
	j := newJudge(t, "1.34", Quick, definition(t))
	for _, c := range []struct{ name, spec, want string }{
		{"whole", "{port: web, size: 3, template: {apiVersion: v1, kind: Pod, metadata: {labels: {a: b}}, spec: {any: thing}}, free: {a: {b: c}}, maybe: null, mode: null, enabled: true}", ""},
		{"int or string", "{port: 80}", ""},
		{"default decides", "{mode: fast}", ""},
		{"UUID", "{id: 123e4567-e89b-12d3-a456-426614174000}", ""},
		{"UUID without dashes", "{id: 123E4567e89b12d3a456426614174000}", ""},
		{"no UUID", "{id: 123e4567}", "EF201|spec.id|0|is not a UUID|\n"},
		{"unknown field", "{prot: 80}", `EF201|spec.prot|0|unknown field, did you mean "port"?|` + "\n"},
		{"neither int nor string", "{port: [80]}", "EF201|spec.port|0|is a list, must be an integer or a string|\n"},
		{"null that the server drops", "{size: null, named: null}", ""},
		{"null in place of what is required", "{named: {name: null}}", "EF201|spec.named.name|0|is null, must be a string|\n"},
		{"null in a list", "{checks: [null]}", "EF201|spec.checks[0]|0|is null, must be an object|\n"},
		{"items of a list that keeps unknown fields", "{steps: [{decode: json}]}", ""},
		{"items of another list", "{checks: [{decode: json}]}", "EF201|spec.checks[0].decode|0|unknown field|\n"},
		{"enum", "{mode: fsat}", `EF201|spec.mode|0|is "fsat", must be one of "fast", "slow", null|` + "\n"},
		{"range", "{size: 11}", "EF201|spec.size|0|must be at most 10|\n"},
		{"alternatives", "{size: 1, empty: {x: 1}}", "EF201|spec.empty.x|0|unknown field|\n"},
		{"embedded metadata", "{template: {metadata: {label: {}}}}", `EF201|spec.template.metadata.label|0|unknown field, did you mean "labels"?|` + "\n"},
		{"one of two", "{a: 1, b: 1}", "EF201|spec|0|fits several alternatives that exclude each other|\n"},
	} {
		document := "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: " + c.spec + "\nstatus: {any: thing}\n"
		assert.Equal(t, c.want, check(t, j, document), c.name)
	}
	assert.Contains(t, check(t, j, "apiVersion: example.com/v0\nkind: Thing\n"), "EF202", "v0 is not served")
}

func TestKindsOfJSONSchemas(t *testing.T) {
	for name, schema := range map[string]string{
		"enum":  `{"properties": {"apiVersion": {"enum": ["example.com/v1"]}, "kind": {"enum": ["Thing"]}, "spec": {"type": "string"}}}`,
		"const": `{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://example.com/thing", "properties": {"apiVersion": {"const": "example.com/v1"}, "kind": {"const": "Thing"}, "spec": {"$ref": "#/definitions/spec"}}, "definitions": {"spec": {"type": "string"}}}`,
		"group": `{"$schema": "https://json-schema.org/draft/2020-12/schema", "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Thing"}], "properties": {"spec": {"type": "string"}}}`,
	} {
		j := newJudge(t, "1.34", Quick, manifest.File{Path: name, Data: []byte(schema)})
		assert.Equal(t, "EF201|spec|0|is a number, must be a string|quote the value to make it a text\n", check(t, j, thing("1")), name)
		assert.Empty(t, check(t, j, thing(`"a"`)), name)
	}
}

func TestAFileGoesBeforeAnEmbeddedSchema(t *testing.T) {
	file := manifest.File{Path: "s.json", Data: []byte(`{"properties": {"apiVersion": {"const": "v1"}, "kind": {"const": "ConfigMap"}}}`)}
	document := "apiVersion: v1\nkind: ConfigMap\nanything: goes\n"
	assert.Empty(t, check(t, newJudge(t, "1.34", Quick, file), document))
	assert.NotEmpty(t, check(t, newJudge(t, "1.34", Quick), document))
}

func TestAnOperatorsInstallationIsASchemaFile(t *testing.T) {
	data := append([]byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: operator}\n---\n"), definition(t).Data...)
	j := newJudge(t, "1.34", Quick, manifest.File{Path: "install.yaml", Data: data})
	assert.Empty(t, check(t, j, "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {}\n"))
}

func TestFilesOfNoUse(t *testing.T) {
	crd := func(spec string) string {
		return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: " + spec
	}
	for data, want := range map[string]string{
		"":                                     "0|holds no CustomResourceDefinition and no JSON Schema",
		"apiVersion: v1\nkind: Service\n":      "0|holds no CustomResourceDefinition and no JSON Schema",
		"a: [\n":                               "2|did not find expected node content",
		"- a\n":                                "1|is not an object",
		"~":                                    "0|does not say which kind it describes: name it by an enum or const of properties.apiVersion and properties.kind",
		"x: 1\n---\na: 1\na: 2\n":              `4|does not say which kind it describes: name it by an enum or const of properties.apiVersion and properties.kind; key "a" already set in map`,
		"type: object\n":                       "0|does not say which kind it describes: name it by an enum or const of properties.apiVersion and properties.kind",
		`{"$ref": "https://example.com/x"}`:    `0|refers to "https://example.com/x": put what it refers to into the same file, under definitions`,
		`{"$schema": "https://example.com/x"}`: `0|"https://example.com/x" is not a known version of JSON Schema: use draft 4, 6, 7, 2019-09 or 2020-12`,
		"apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\n": `0|is a CustomResourceDefinition of "apiextensions.k8s.io/v1beta1", not a CustomResourceDefinition of apiextensions.k8s.io/v1`,
		crd("{}"):         "0|the CustomResourceDefinition names no spec.group or no spec.names.kind",
		crd("{group: 1}"): "0|is not a CustomResourceDefinition: json: cannot unmarshal number into Go struct field .spec.group of type string",
		crd("{group: example.com, names: {kind: T}}"):                                       "0|the CustomResourceDefinition serves no version",
		crd("{group: example.com, names: {kind: T}, versions: [{name: v1, served: true}]}"): `0|version "v1" of the CustomResourceDefinition has no schema.openAPIV3Schema`,
		strings.Repeat("#", maxFile+1):                                                      "0|is larger than 4 MiB",
	} {
		_, findings := New("1.34", []manifest.File{{Path: "s.yaml", Data: []byte(data)}}, Quick)
		require.Len(t, findings, 1, "%.80q", data)
		assert.Equal(t, want, fmt.Sprintf("%d|%s", findings[0].Line, findings[0].Message), "%.80q", data)
		assert.Equal(t, "s.yaml", findings[0].File)
		assert.Equal(t, "EF205", findings[0].Rule.ID)
	}
}

// Where the library would leave the document, at any depth; the same words elsewhere are
// data, or names.
func TestASchemaStaysInItsDocument(t *testing.T) {
	for _, leaving := range []string{
		`"items": {"$ref": "other.json"}`, `"allOf": [{"not": {"$ref": "file:///etc/hostname"}}]`, `"properties": {"enum": {"$ref": "a#/b"}}`,
		`"definitions": {"x": {"$dynamicRef": "https://example.com"}}`, `"unheardOf": {"$recursiveRef": "x"}`, `"if": {"$schema": "https://example.com/schema"}`,
	} {
		_, findings := New("1.34", []manifest.File{describing("", leaving)}, Quick)
		require.Len(t, findings, 1, leaving)
		assert.Regexp(t, `^refers to "|is not a known version of JSON Schema`, findings[0].Message, leaving)
	}
	for _, staying := range []string{
		`"enum": [{"$ref": "https://example.com", "id": "x"}]`, `"default": {"$schema": "x"}`, `"properties": {"$ref": {"type": "string"}}`,
		`"$id": "https://example.com", "properties": {"spec": {"id": "https://example.com/spec", "$ref": "#/definitions/x"}}, "definitions": {"x": {}}`,
	} {
		newJudge(t, "1.34", Quick, describing("", staying))
	}
	j := newJudge(t, "1.34", Quick, describing("", `"properties": {"spec": {"enum": [{"id": "https://example.com"}]}}`))
	assert.Empty(t, check(t, j, thing(`{"id": "https://example.com"}`)), "what is allowed stays as it is")
}

func TestASchemaThatDoesNotCompileIsAFinding(t *testing.T) {
	const latest = "https://json-schema.org/draft/2020-12/schema"
	for _, c := range []struct{ draft, more, want string }{
		{"", `"type": 3`, `/type is 3, must be one of "array", "boolean", "integer", "null", "number", "object", "string"`},
		{"", `"pattern": "("`, `/pattern "(" is not a valid regex`},
		{latest, `"pattern": "("`, `/pattern "(" is not a valid regex`},
		{"", `"minimum": "a"`, "/minimum is a string, must be a number"},
		{"", `"allOf": [{}, {"minLength": -1}]`, "/allOf/1/minLength must be at least 0"},
		{"", `"exclusiveMinimum": true`, `/minimum required field is missing beside "exclusiveMinimum"`},
		{"", `"properties": {"b": {"type": "text"}, "a": {"type": "txt"}}`, `/properties/a/type is "txt", must be one of "array", "boolean", "integer", "null", "number", "object", "string"`},
		{"", `"$ref": "#/definitions/no"`, `refers to "#/definitions/no", but nothing is there`},
		{latest, `"$ref": "#no"`, `refers to "#no", but no such anchor is there`},
		{latest, `"allOf": [{"$anchor": "a"}, {"$anchor": "a"}]`, `duplicate anchor "a" in "" at "/allOf/`},
		{"", `"enum": [{"$ref": "https://example.com/x"}], "$ref": "#/enum/0"`, `refers to "https://example.com/x": put what it refers to into the same file, under definitions`},
	} {
		for range 3 {
			got := check(t, newJudge(t, "1.34", Quick, describing(c.draft, c.more)), thing("1"))
			assert.Contains(t, got, "EF205||0|the schema of this kind cannot be used: "+c.want, c.more)
			assert.Contains(t, got, "|correct the file under `schemas` that describes the kind\n")
			assert.NotContains(t, got, os.TempDir())
		}
	}
}

// Kubeconform knows more durations than JSON Schema does.
func TestDurationsAreKubeconforms(t *testing.T) {
	file := describing("http://json-schema.org/draft-07/schema#", `"properties": {"spec": {"format": "duration"}, "other": {"type": "string"}}`)
	j, fitting := newJudge(t, "1.34", Quick, file), 0
	texts := []string{
		"10m", "1.5h", "-1h", "1d", "2 weeks", "3 secondsish", "10 parsecs", "often", "P1D", "PT1H30M", "P1W", "PT", "P", "P1YW", "P1H", "PT1D", "P1M1Y", "P1DT", "T1H",
		"99999999999999999999h", "1 99999999999999999999s", "1µs", "1 MICROS", "P1D1D", "P1DT1H1H", "1", "",
	}
	for _, text := range texts {
		value, err := json.Marshal(text)
		require.NoError(t, err)
		want := fmt.Sprintf("spec|%s is not a valid duration", value)
		if isDuration(text) == nil {
			want, fitting = "", fitting+1
		}
		assert.Equal(t, want, faultsIn(t, j, thing(string(value))), text)
	}
	assert.Equal(t, "other|is a number, must be a string|quote the value to make it a text",
		faultsIn(t, j, `{"apiVersion": "example.com/v1", "kind": "Thing", "spec": "10m", "other": 1}`))
	assert.True(t, 8 < fitting && fitting < len(texts)-8, "%d right texts", fitting)
}

func FuzzSchemaFile(f *testing.F) {
	f.Add(definition(f).Data, []byte("apiVersion: example.com/v1\nkind: Thing\nspec: {port: 1}\n"))
	f.Add([]byte(`{"properties": {"apiVersion": {"const": "a/v1"}, "kind": {"const": "T"}}}`), []byte("apiVersion: a/v1\nkind: T\n"))
	for i, more := range keywordSchemas {
		f.Add(describing(drafts[i%len(drafts)], `"properties": {"spec": `+more+"}, "+keywordDefinitions).Data, []byte(thing(keywordValues[i%len(keywordValues)])))
	}
	f.Fuzz(func(t *testing.T, schema, text []byte) {
		j, findings := New("1.34", []manifest.File{{Path: "s", Data: schema}}, Quick)
		document, ok := read(text)
		for name, kind := range j.described {
			if fields, isMap := document.Fields.(map[string]any); ok && isMap && fields != nil {
				fields["apiVersion"], fields["kind"], document.Text = name.apiVersion, name.kind, nil
				faults, err := kind.judge(document, Quick)
				if err == nil {
					assert.NotContains(t, lines(findingsOf(faults)), os.TempDir())
				}
			}
		}
		for _, finding := range findings {
			assert.NotContains(t, finding.Message, "\n")
		}
	})
}
