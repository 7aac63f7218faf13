package schema

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/yannh/kubeconform/pkg/resource"
	"github.com/yannh/kubeconform/pkg/validator"

	"github.com/efgen/efgen/validate/manifest"
)

// drafts are the versions of JSON Schema that a file may follow; none is draft 4.
var drafts = []string{
	"", "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-06/schema#", "http://json-schema.org/draft-07/schema#",
	"https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema",
}

// keywordSchemas are schemas of the field `spec`. Each draft knows some of the
// keywords, knows some by another meaning, and refuses some of the forms.
var keywordSchemas = []string{
	`{}`, `true`, `false`, `[]`, `null`, `"x"`, `{"unheardOf": 1}`,
	`{"type": "string"}`, `{"type": "integer"}`, `{"type": "number"}`, `{"type": "null"}`, `{"type": ["array", "boolean"]}`, `{"type": "object"}`,
	`{"type": []}`, `{"type": ["null", "null"]}`, `{"type": "text"}`, `{"type": ["string", 1]}`, `{"type": 3}`,
	`{"enum": ["a", 1, null, [1], {"a": 1}]}`, `{"enum": []}`, `{"enum": [1, 1.0]}`, `{"enum": "a"}`,
	`{"const": "a"}`, `{"const": {"a": [1, 2]}}`, `{"const": null}`, `{"const": 1.0}`,
	`{"minimum": 3}`, `{"maximum": 3}`, `{"minimum": "3"}`, `{"minimum": 1.5, "maximum": 2.5}`, `{"maximum": 1e300}`,
	`{"minimum": 3, "exclusiveMinimum": true}`, `{"maximum": 3, "exclusiveMaximum": true}`, `{"exclusiveMaximum": true}`, `{"minimum": 3, "exclusiveMinimum": false}`,
	`{"exclusiveMinimum": 3}`, `{"exclusiveMaximum": 3}`, `{"minimum": 3, "exclusiveMinimum": 3}`,
	`{"multipleOf": 2}`, `{"multipleOf": 0.1}`, `{"multipleOf": 0}`, `{"multipleOf": -1}`, `{"multipleOf": 1e-9}`,
	`{"minLength": 2}`, `{"maxLength": 2}`, `{"maxLength": 2.0}`, `{"maxLength": 2.5}`, `{"maxLength": -1}`, `{"maxLength": "2"}`,
	`{"pattern": "^a+$"}`, `{"pattern": "b"}`, `{"pattern": "("}`, `{"pattern": 1}`, `{"pattern": "^(?!a)"}`,
	`{"minItems": 2}`, `{"maxItems": 1}`, `{"uniqueItems": true}`, `{"uniqueItems": "yes"}`,
	`{"items": {"type": "integer"}}`, `{"items": [{"type": "integer"}, {"type": "string"}]}`, `{"items": []}`, `{"items": true}`, `{"items": false}`, `{"items": 1}`,
	`{"items": [{"type": "integer"}], "additionalItems": false}`, `{"items": [{"type": "integer"}], "additionalItems": {"type": "string"}}`, `{"additionalItems": false}`,
	`{"items": {"type": "integer"}, "additionalItems": false}`, `{"items": [{}], "additionalItems": true}`, `{"additionalItems": 1}`,
	`{"prefixItems": [{"type": "integer"}, {"type": "string"}]}`, `{"prefixItems": [{"type": "integer"}], "items": {"type": "string"}}`, `{"prefixItems": [{"type": "integer"}], "items": false}`, `{"prefixItems": []}`,
	`{"contains": {"type": "integer"}}`, `{"contains": {"type": "integer"}, "minContains": 2}`, `{"contains": {"type": "integer"}, "minContains": 0}`,
	`{"contains": {"type": "integer"}, "maxContains": 1}`, `{"minContains": 2}`, `{"minContains": -1}`, `{"contains": false}`, `{"contains": true, "minContains": 1, "maxContains": 2}`,
	`{"minProperties": 2}`, `{"maxProperties": 1}`, `{"required": ["a"]}`, `{"required": []}`, `{"required": ["a", "a"]}`, `{"required": [1]}`, `{"required": true}`,
	`{"properties": {"a": {"type": "string"}}}`, `{"properties": {"a": true, "b": false}}`, `{"properties": []}`, `{"properties": {"a": 1}}`,
	`{"properties": {"a": {}}, "additionalProperties": false}`, `{"additionalProperties": {"type": "integer"}}`, `{"additionalProperties": true}`, `{"additionalProperties": 1}`,
	`{"patternProperties": {"^a": {"type": "integer"}}}`, `{"patternProperties": {"^a": {"type": "integer"}}, "additionalProperties": false}`, `{"patternProperties": {"(": {}}}`,
	`{"properties": {"a": {"type": "integer"}}, "patternProperties": {"a": {"maximum": 1}}}`,
	`{"propertyNames": {"pattern": "^a$"}}`, `{"propertyNames": {"maxLength": 1}}`, `{"propertyNames": false}`, `{"propertyNames": {"enum": ["a", "b"]}}`,
	`{"dependencies": {"a": ["b"]}}`, `{"dependencies": {"a": {"required": ["b"]}}}`, `{"dependencies": {"a": []}}`, `{"dependencies": {"a": 1}}`, `{"dependencies": {"a": false}}`,
	`{"dependentRequired": {"a": ["b"]}}`, `{"dependentRequired": {"a": "b"}}`, `{"dependentSchemas": {"a": {"required": ["b"]}}}`, `{"dependentSchemas": {"a": false}}`, `{"dependentSchemas": 1}`,
	`{"allOf": [{"type": "string"}, {"minLength": 2}]}`, `{"anyOf": [{"type": "string"}, {"type": "integer"}]}`, `{"oneOf": [{"type": "integer"}, {"minimum": 2}]}`, `{"not": {"type": "string"}}`,
	`{"allOf": []}`, `{"anyOf": []}`, `{"oneOf": {}}`, `{"not": 1}`, `{"allOf": [true, false]}`, `{"not": {}}`, `{"anyOf": [{"not": {"type": "null"}}, {"oneOf": [{}, {}]}]}`,
	`{"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "integer"}}`, `{"if": true, "then": {"type": "string"}, "else": false}`, `{"then": false}`, `{"if": false, "then": {"$ref": "#/nowhere"}}`, `{"else": 1}`, `{"if": {"required": ["a"]}, "else": {"type": "string"}}`,
	`{"$ref": "#/definitions/text"}`, `{"$ref": "#/definitions/text", "maxLength": 1}`, `{"$ref": "#/definitions/nowhere"}`, `{"$ref": "#/definitions/text", "pattern": "("}`,
	`{"$ref": "#/definitions/loop"}`, `{"$ref": "#/definitions/a~1b%25"}`, `{"$ref": "#/definitions/x~2"}`, `{"$ref": "#%zz"}`, `{"$ref": 1}`, `{"$ref": "#name"}`, `{"$ref": "#/definitions/list/enum/0"}`,
	`{"$ref": "#"}`, `{"anyOf": [{"$ref": "#/definitions/loop"}, {"type": "string"}]}`, `{"not": {"$ref": "#/definitions/loop"}}`, `{"$ref": "#/definitions/tree"}`, `{"$ref": "#/definitions/list/unknown"}`,
	`{"$defs": {"x": {"$anchor": "near", "type": "string"}}, "$ref": "#near"}`, `{"$anchor": "1"}`, `{"allOf": [{"$anchor": "a"}, {"$anchor": "a"}]}`,
	`{"$defs": {"x": {"$dynamicAnchor": "near", "type": "string"}}, "$dynamicRef": "#near"}`, `{"$dynamicRef": "#/definitions/text"}`, `{"$recursiveRef": "#"}`, `{"properties": {"a": {"$recursiveRef": "#"}}}`, `{"$recursiveAnchor": true}`, `{"$recursiveAnchor": "x"}`,
	`{"$defs": 1}`, `{"definitions": {"a": {"pattern": "("}}}`, `{"definitions": {"a": {"$ref": "#/nowhere"}}}`, `{"definitions": {"a": {"patternProperties": {"(": {}}}}}`,
	`{"unevaluatedProperties": false}`, `{"properties": {"a": {}}, "unevaluatedProperties": false}`, `{"anyOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"b": {}}}], "unevaluatedProperties": false}`,
	`{"allOf": [{"patternProperties": {"a": {}}}], "unevaluatedProperties": {"type": "integer"}}`, `{"if": {"properties": {"a": {"const": 1}}, "required": ["a"]}, "then": {"properties": {"b": {}}}, "unevaluatedProperties": false}`,
	`{"oneOf": [{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"b": {}}, "required": ["b"]}], "unevaluatedProperties": false}`, `{"not": {"not": {"properties": {"a": {}}}}, "unevaluatedProperties": false}`,
	`{"dependentSchemas": {"a": {"properties": {"a": {}, "b": {}}}}, "unevaluatedProperties": false}`, `{"allOf": [{"unevaluatedProperties": true}], "unevaluatedProperties": false}`, `{"additionalProperties": {"type": "integer"}, "unevaluatedProperties": false}`,
	`{"unevaluatedItems": false}`, `{"prefixItems": [{}], "unevaluatedItems": false}`, `{"items": [{}], "unevaluatedItems": {"type": "string"}}`, `{"contains": {"type": "integer"}, "unevaluatedItems": false}`, `{"allOf": [{"prefixItems": [{}, {}]}], "unevaluatedItems": false}`, `{"anyOf": [{"items": {"type": "integer"}}, {"items": [{}]}], "unevaluatedItems": false}`,
	`{"$ref": "#/definitions/open", "unevaluatedProperties": false}`,
	`{"title": 1}`, `{"description": []}`, `{"$comment": 1}`, `{"examples": 1}`, `{"readOnly": 1}`, `{"deprecated": 1}`, `{"contentMediaType": 1}`, `{"contentSchema": 1}`, `{"contentEncoding": "base64"}`, `{"$vocabulary": {"x": 1}}`, `{"$vocabulary": {"https://example.com/x": true}}`, `{"default": 1}`, `{"format": 1}`,
	`{"format": "regex"}`, `{"format": "unheard-of"}`, `{"format": "date-time"}`, `{"format": "ipv4"}`, `{"format": "uuid"}`, `{"format": "duration"}`, `{"format": "int32"}`,
}

// keywordDefinitions are what the schemas may refer to.
const keywordDefinitions = `"definitions": {"text": {"type": "string"}, "loop": {"$ref": "#/definitions/loop"}, "a/b%": {"maxLength": 1}, "list": {"enum": [{"type": "string"}], "unknown": {"type": "integer"}},
	"tree": {"type": "object", "properties": {"a": {"$ref": "#/definitions/tree"}}}, "open": {"properties": {"a": {}}}}`

// keywordValues are values of the field `spec`.
var keywordValues = []string{
	`null`, `true`, `0`, `1`, `2`, `3`, `4`, `-1`, `1.0`, `1.5`, `0.3`, `2.5`, `1e300`, `9007199254740993`, `18446744073709551615`,
	`""`, `"a"`, `"aa"`, `"b"`, `"äö"`, `"("`, `"2006-01-02T15:04:05Z"`, `"127.0.0.1"`, `"123e4567-e89b-12d3-a456-426614174000"`, `"10m"`,
	`[]`, `[1]`, `[1, 1.0]`, `[1, "a"]`, `["a", 1]`, `[1, 2, 3]`, `["a", "a"]`, `[[1], [1]]`, `[{"a": 1}, {"a": 1.0}]`, `[1, "a", null]`, `[null]`,
	`{}`, `{"a": 1}`, `{"a": "x"}`, `{"b": 1}`, `{"a": 1, "b": 2}`, `{"a": 2, "b": 2}`, `{"a": {"a": {}}}`, `{"a": {"a": 1}}`, `{"a": [1, 2]}`, `{"aa": 1, "c": "x"}`, `{"a": null}`, `{"a": 1, "b": 2, "c": 3}`,
}

// saysWhy holds what is said of a document against kubeconform's verdict, and is true if
// it refuses the document.
func saysWhy(t *testing.T, j *Judge, value, schema string) (refused bool) {
	kind := j.described[kindName{"1.34", "example.com/v1", "Thing"}]
	got := check(t, j, thing(value))
	assert.NotContains(t, got, "does not fit its schema", "%s %s has no words of ours", schema, value)
	if v, err := kind.kubeconform(); err == nil {
		valid := v.ValidateResource(resource.Resource{Bytes: []byte(thing(value))}).Status == validator.Valid
		assert.Equal(t, valid, got == "", "%s %s: %s", schema, value, got)
	}
	return got != ""
}

// Whatever kubeconform refuses by the keywords of any draft has a sentence, and a schema
// that it cannot use, too.
func TestEveryKeywordOfEveryDraftHasWords(t *testing.T) {
	every := 40
	if *exhaustive {
		every = 1
	}
	cases, refused, unusable := 0, 0, 0
	for d, draft := range drafts[1:] {
		for s, schema := range keywordSchemas {
			j, findings := New("1.34", []manifest.File{describing(draft, `"properties": {"spec": `+schema+"}, "+keywordDefinitions)}, Quick)
			assert.Empty(t, findings, schema)
			_, err := j.described[kindName{"1.34", "example.com/v1", "Thing"}].compiled()
			values := keywordValues
			if err != nil {
				unusable++
				values = values[:1]
			}
			for v, value := range values {
				if (d+s+v)%every == 0 {
					cases++
					if saysWhy(t, j, value, draft+" "+schema) {
						refused++
					}
				}
			}
		}
	}
	t.Logf("%d cases, %d refused, %d unusable schemas", cases, refused, unusable)
	assert.Greater(t, cases, 30000/every)
	assert.Greater(t, refused, cases/10)
	assert.Greater(t, unusable, 300)
}

// Keywords meet each other: schemas are put together by chance, the same ones each
// time.
func TestKeywordsTogetherHaveWords(t *testing.T) {
	rounds := 150
	if *exhaustive {
		rounds = 5000
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		draft, schema := drafts[random.IntN(len(drafts))], together(random, 2)
		j, _ := New("1.34", []manifest.File{describing(draft, `"properties": {"spec": `+schema+"}, "+keywordDefinitions)}, Quick)
		for range 6 {
			saysWhy(t, j, keywordValues[random.IntN(len(keywordValues))], draft+" "+schema)
		}
	}
}

// together merges some of the keywords' schemas, and puts others inside of them.
func together(random *rand.Rand, depth int) string {
	merged := map[string]any{}
	for range 1 + random.IntN(3) {
		var some map[string]any
		if json.Unmarshal([]byte(keywordSchemas[random.IntN(len(keywordSchemas))]), &some) == nil {
			maps.Copy(merged, some)
		}
	}
	if depth > 0 {
		inside := func() json.RawMessage { return json.RawMessage(together(random, depth-1)) }
		for range 1 + random.IntN(2) {
			switch keywords := []string{"not", "if", "then", "else", "contains", "items", "additionalProperties", "propertyNames", "unevaluatedProperties", "unevaluatedItems"}; random.IntN(4) {
			case 0:
				merged["properties"] = map[string]any{"a": inside(), "b": inside()}
			case 1:
				merged[[]string{"allOf", "anyOf", "oneOf", "prefixItems"}[random.IntN(4)]] = []any{inside(), inside()}
			case 2:
				merged["dependentSchemas"] = map[string]any{"a": inside()}
			default:
				merged[keywords[random.IntN(len(keywords))]] = inside()
			}
		}
	}
	text, _ := json.Marshal(merged)
	return string(text)
}
