package schema

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/yannh/kubeconform/pkg/validator"

	"github.com/efgen/efgen/validate/schema/words"
)

func TestKubeconformsFindingsAreSentences(t *testing.T) {
	const draft4, latest = "", "https://json-schema.org/draft/2020-12/schema"
	for _, c := range []struct{ draft, schema, value, want string }{
		{draft4, `{"type": ["integer", "null"]}`, `"a"`, `spec|is a string, must be an integer`},
		{draft4, `{"type": "null"}`, `{}`, `spec|is an object, must be null`},
		{draft4, `{"type": ["string", "object"]}`, `1`, `spec|is a number, must be a string or an object|quote the value to make it a text`},
		{draft4, `{"type": "string", "title": "a size"}`, `[]`, `spec|is a list, must be a size`},
		{draft4, `{"pattern": "^a$"}`, `"b"`, `spec|"b" does not match ^a$`},
		{draft4, `{"pattern": "^a$", "title": "a secret"}`, `"b"`, `spec|is not a secret`},
		{draft4, `{"enum": ["a", null]}`, `"b"`, `spec|is "b", must be one of "a", null`},
		{latest, `{"const": {"a": 1}}`, `{"a": 2}`, `spec|is {"a":2}, must be {"a":1}`},
		{draft4, `{"format": "ipv4"}`, `"1.2.3"`, `spec|"1.2.3" is not a valid ipv4`},
		{draft4, `{"minimum": 1.5}`, `1`, `spec|must be at least 1.5`},
		{draft4, `{"maximum": 1e21}`, `2e21`, `spec|must be at most 1000000000000000000000`},
		{latest, `{"exclusiveMinimum": 1, "exclusiveMaximum": 1}`, `1`, "spec|must be less than 1\nspec|must be more than 1"},
		{draft4, `{"multipleOf": 0.1}`, `0.35`, `spec|must be a multiple of 0.1`},
		{draft4, `{"minLength": 3}`, `"äö"`, `spec|has 2 characters, needs at least 3`},
		{draft4, `{"maxLength": 1}`, `"äö"`, `spec|has 2 characters, may have at most 1`},
		{draft4, `{"minItems": 1}`, `[]`, `spec|has 0 items, needs at least 1`},
		{draft4, `{"maxItems": 1}`, `[1, 2]`, `spec|has 2 items, may have at most 1`},
		{draft4, `{"uniqueItems": true}`, `[1, {"a": [0]}, {"a": [-0.0]}]`, `spec|items 1 and 2 are equal`},
		{draft4, `{"items": [{}], "additionalItems": false}`, `[1, 2]`, `spec|has 2 items, may have at most 1`},
		{latest, `{"contains": {"type": "null"}}`, `[1]`, `spec|has 0 items of the form that it must contain, needs at least 1`},
		{latest, `{"contains": {"type": "null"}, "minContains": 2}`, `[1, null]`, `spec|has 1 items of the form that it must contain, needs at least 2`},
		{latest, `{"contains": {"type": "null"}, "maxContains": 1}`, `[null, null]`, `spec|has 2 items of the form that it must contain, may have at most 1`},
		{draft4, `{"minProperties": 1}`, `{}`, `spec|has 0 fields, needs at least 1`},
		{draft4, `{"maxProperties": 0}`, `{"a": 1}`, `spec|has 1 fields, may have at most 0`},
		{draft4, `{"required": ["a", "b.c"]}`, `{}`, "spec.a|required field is missing\nspec[\"b.c\"]|required field is missing"},
		{draft4, `{"properties": {"replicas": {}}, "additionalProperties": false}`, `{"replcias": 1}`, `spec.replcias|unknown field, did you mean "replicas"?`},
		{draft4, `{"properties": {"a/b~c %": {"items": {"properties": {"name": {}}, "additionalProperties": false}}}}`, `{"a/b~c %": [{}, {"nam": 1}]}`, `spec["a/b~c %"][1].nam|unknown field, did you mean "name"?`},
		{draft4, `{"properties": {"a": {"items": {"type": "string"}}}}`, `{"a": ["x", true]}`, `spec.a[1]|is a boolean, must be a string|quote the value to make it a text`},
		{draft4, `{"additionalProperties": {"type": "null"}}`, `{"": 1, "0": 2}`, "spec.0|is a number, must be null\nspec[\"\"]|is a number, must be null"},
		{latest, `{"propertyNames": {"pattern": "^a"}}`, `{"b": 1}`, `|field "b": its name "b" does not match ^a`},
		{draft4, `{"dependencies": {"a": ["b"]}}`, `{"a": 1}`, `spec.b|required field is missing beside "a"`},
		{latest, `{"dependentRequired": {"a": ["b"]}}`, `{"a": 1}`, `spec.b|required field is missing beside "a"`},
		{latest, `{"properties": {"a": false}}`, `{"a": 1}`, `spec.a|must not be set`},
		{latest, `{"properties": {"a": {}}, "unevaluatedProperties": false}`, `{"a": 1, "b": 2}`, `spec.b|must not be set`},
		{draft4, `{"not": {"type": "null"}}`, `null`, `spec|is null, must be set`},
		{draft4, `{"not": {"type": "object"}}`, `{}`, `spec|has a form that its schema excludes`},
		{draft4, `{"oneOf": [{}, {}]}`, `1`, `spec|fits several alternatives that exclude each other`},
		{draft4, `{"oneOf": [{"type": "string"}, {"minimum": 2}]}`, `1`, `spec|fits none of the alternatives: spec: is a number, must be a string; spec: must be at least 2`},
		{draft4, `{"anyOf": [{"type": "string"}, {"minimum": 2}, {"minimum": 2}]}`, `1`, `spec|fits none of the alternatives: spec: is a number, must be a string; spec: must be at least 2`},
		{draft4, `{"allOf": [{"minimum": 2}, {"multipleOf": 2}]}`, `1`, "spec|must be a multiple of 2\nspec|must be at least 2"},
		{draft4, `{"$ref": "#/properties/spec"}`, `1`, `spec|has a schema that refers to itself without end`},
		{latest, `{"if": {"type": "number"}, "then": {"minimum": 2}, "else": false}`, `1`, `spec|must be at least 2`},
	} {
		j := newJudge(t, "1.34", Quick, describing(c.draft, `"properties": {"spec": `+c.schema+`}`))
		assert.Equal(t, c.want, faultsIn(t, j, thing(c.value)), "%s %s", c.schema, c.value)
	}
}

// What nobody but kubeconform sees is passed on.
func TestKubeconformsOwnWords(t *testing.T) {
	value := map[string]any{"a": []any{map[string]any{"0": int64(1)}}}
	result := validator.Result{ValidationErrors: []validator.ValidationError{{Path: "/a/0/0", Msg: "is odd"}, {Path: "", Msg: "is even"}}}
	assert.Equal(t, []words.Fault{words.At("a[0].0", "does not fit its schema: is odd"), words.At("", "does not fit its schema: is even")}, ownWords(value, result))
	assert.Equal(t, []words.Fault{words.At("", "does not fit its schema: %v", assert.AnError)}, ownWords(value, validator.Result{Err: assert.AnError}))
}
