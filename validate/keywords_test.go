package validate

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
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
const keywordDefinitions = `{"text": {"type": "string"}, "loop": {"$ref": "#/definitions/loop"}, "a/b%": {"maxLength": 1}, "list": {"enum": [{"type": "string"}], "unknown": {"type": "integer"}},
	"tree": {"type": "object", "properties": {"a": {"$ref": "#/definitions/tree"}}}, "open": {"properties": {"a": {}}}}`

// keywordValues are values of the field `spec`.
var keywordValues = []string{
	`null`, `true`, `0`, `1`, `2`, `3`, `4`, `-1`, `1.0`, `1.5`, `0.3`, `2.5`, `1e300`, `9007199254740993`, `18446744073709551615`,
	`""`, `"a"`, `"aa"`, `"b"`, `"äö"`, `"("`, `"2006-01-02T15:04:05Z"`, `"127.0.0.1"`, `"123e4567-e89b-12d3-a456-426614174000"`, `"10m"`,
	`[]`, `[1]`, `[1, 1.0]`, `[1, "a"]`, `["a", 1]`, `[1, 2, 3]`, `["a", "a"]`, `[[1], [1]]`, `[{"a": 1}, {"a": 1.0}]`, `[1, "a", null]`, `[null]`,
	`{}`, `{"a": 1}`, `{"a": "x"}`, `{"b": 1}`, `{"a": 1, "b": 2}`, `{"a": 2, "b": 2}`, `{"a": {"a": {}}}`, `{"a": {"a": 1}}`, `{"a": [1, 2]}`, `{"aa": 1, "c": "x"}`, `{"a": null}`, `{"a": 1, "b": 2, "c": 3}`,
}

// keywordDocument has a value for its spec.
func keywordDocument(value string) []byte {
	return fmt.Appendf(nil, `{"apiVersion": "example.com/v1", "kind": "Thing", "spec": %s}`, value)
}

// keywordFile is a file of `schemas` with a schema for the field `spec`.
func keywordFile(draft, schema string) []byte {
	if draft != "" {
		draft = fmt.Sprintf(`"$schema": %q, `, draft)
	}
	return fmt.Appendf(nil, `{%s"x-kubernetes-group-version-kind": [{"version": "v1", "group": "example.com", "kind": "Thing"}],
		"properties": {"spec": %s}, "definitions": %s}`, draft, schema, keywordDefinitions)
}

// fromFile judges as a file of `schemas` says.
func fromFile(t testing.TB, data []byte) *schemaJudge {
	s := newSchemas(t, "1.34", File{Path: "s.json", Data: data})
	return s.judge(schemaKey{"1.34", "example.com/v1", "Thing"})
}

func TestEveryKeywordOfEveryDraftIsKubeconforms(t *testing.T) {
	cases, refused, unusable := 0, 0, 0
	for _, draft := range drafts[1:] {
		for _, schema := range keywordSchemas {
			data := keywordFile(draft, schema)
			judge, opinion := fromFile(t, data), kubeconform(t, data)
			values := keywordValues
			if _, err := judge.schema(); err != nil {
				unusable++
				values = values[:1]
			}
			for _, value := range values {
				document := keywordDocument(value)
				we, they := ours(judge, document), opinion(document)
				assert.Empty(t, disagreement(we, they, document), "%s %s", draft, schema)
				cases++
				if !they.fits {
					refused++
				}
			}
		}
	}
	t.Logf("%d cases, %d refused, %d unusable schemas", cases, refused, unusable)
	assert.Greater(t, cases, 30000)
	assert.Greater(t, refused, cases/10)
	assert.Greater(t, unusable, 300)
}

// Keywords meet each other: schemas are put together by chance, the same ones each
// time.
func TestKeywordsTogetherAreKubeconforms(t *testing.T) {
	rounds := 300
	if *exhaustive {
		rounds = 5000
	}
	random, cases := rand.New(rand.NewPCG(1, 2)), 0
	for range rounds {
		draft, schema := drafts[random.IntN(len(drafts))], together(random, 2)
		data := keywordFile(draft, schema)
		judge, opinion := fromFile(t, data), kubeconform(t, data)
		for range 12 {
			document := keywordDocument(keywordValues[random.IntN(len(keywordValues))])
			cases++
			require.Empty(t, disagreement(ours(judge, document), opinion(document), document), "%s %s", draft, schema)
		}
	}
	t.Logf("%d cases", cases)
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

// formatTexts are right and wrong texts of each format.
var formatTexts = map[string][]string{
	"date":                  {"2006-01-02", "2006-1-2", "2006-02-30", "20060102", "2004-02-29"},
	"time":                  {"15:04:05Z", "15:04:05z", "24:00:00Z", "15:04:60Z", "23:59:60Z", "00:59:60+01:00", "15:29:60-08:30", "23:59:60-05:00", "15:04:05", "15:04:05.5Z", "15:04:05.Z", "15:04:05+1:00", "15:04:05+24:00", "+1:04:05Z", "1::04:05Z", "15:04:05+-1:00"},
	"date-time":             {"2006-01-02T15:04:05Z", "2006-01-02t15:04:05.123+02:00", "2006-01-02 15:04:05Z", "2006-01-02T15:04:05", "2006-13-02T15:04:05Z", "2006-01-02T15:04Z     "},
	"duration":              {"10m", "1.5h", "-1h", "1d", "2 weeks", "3 secondsish", "10 parsecs", "often", "P1D", "PT1H30M", "P1W", "PT", "P", "P1YW", "P1H", "PT1D", "P1M1Y", "P1DT", "T1H", "99999999999999999999h", "1 99999999999999999999s", "1µs", "1 MICROS", "P1D1D", "P1DT1H1H", "1"},
	"period":                {"2006-01-02T15:04:05Z/P1D", "P1D/2006-01-02T15:04:05Z", "2006-01-02T15:04:05Z/2007-01-02T15:04:05Z", "P1D/P1D", "P1D", "10m/2006-01-02T15:04:05Z", "/"},
	"email":                 {"a@example.com", "a@", "@a", "a", ".a@b", "a.@b", "a..b@c", "a b@c", "\"a b\"@c", "\"a@c", "\"@c", "\"a\"b\"@c", "a@[127.0.0.1]", "a@[IPv6:::1]", "a@[::1]", "a@-b", "a@b@c", strings.Repeat("a", 65) + "@b"},
	"hostname":              {"example.com", "example.com.", "", ".", "-a", "a-", "a_b", "ä", strings.Repeat("a", 64), strings.Repeat("a.", 127) + "a", "1.2.3.4"},
	"ipv4":                  {"127.0.0.1", "256.0.0.1", "1.2.3", "01.2.3.4", "+1.2.3.4", "-0.1.1.1", "1.2.3.4.5", "a.b.c.d"},
	"ipv6":                  {"::1", "1::2::3", "::ffff:1.2.3.4", "fe80::1%eth0", "1.2.3.4", ":::", "1:2:3:4:5:6:7:8"},
	"uri":                   {"https://example.com/a?b#c", "/a", "a b://c", "urn:a", "http://[::1]/", "http://::1/", "http://[fe80::1%25en0]/", "http://[zz]/", "%zz", "\\"},
	"iri":                   {"https://ä.example/", "ä"},
	"uri-reference":         {"/a", "", "#a", "\\a", "%zz", "a b", "//[::1", "http://a:b:c/"},
	"iri-reference":         {"ä", "\\"},
	"uri-template":          {"http://a/{b}", "http://a/{b", "http://a/b}", "http://a/{{b}}", "http://a/%7Bb", "a{b}c{d}", "{a}}", ":"},
	"json-pointer":          {"", "/", "/a~0b", "/a~2", "/a~", "a", "/a/~1"},
	"relative-json-pointer": {"0", "1/a", "01/a", "1#", "#", "1a", "1/~2", ""},
	"uuid":                  {"123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g", "123e4567-e89b-12d3-a456-4266141740000"},
	"semver":                {"1.2.3", "1.2", "01.2.3", "1.2.3-rc.1+build.5", "1.2.3-01", "1.2.3-0a", "1.2.3-", "1.2.3+", "1.2.3+a_b", "1.2.3-a..b", "1.2.3+a-b", "1.2.-3", "1..3", "1.2.3+01"},
	"regex":                 {"^a+$", "(", "(?!a)"},
}

func TestEveryFormatIsKubeconforms(t *testing.T) {
	for format, texts := range formatTexts {
		data := keywordFile(drafts[3], fmt.Sprintf(`{"format": %q}`, format))
		judge, opinion, fitting := fromFile(t, data), kubeconform(t, data), 0
		for _, text := range texts {
			value, err := json.Marshal(text)
			require.NoError(t, err)
			document := keywordDocument(string(value))
			they := opinion(document)
			assert.Empty(t, disagreement(ours(judge, document), they, document), "%s %q", format, text)
			if they.fits {
				fitting++
			}
		}
		assert.True(t, 0 < fitting && fitting < len(texts) || len(texts) == 2, "%s has %d right texts of %d", format, fitting, len(texts))
	}
}

// Where we differ from kubeconform, and on purpose.
func TestKnownDifferences(t *testing.T) {
	for why, c := range map[string]struct {
		draft  int
		schema string
		fits   bool
	}{
		"kubeconform cuts sizes off at 64 bits": {0, `{"maxLength": 18446744073709551616}`, true},
		"in draft 4 a boolean is no schema, even if a reference leads to the one of additionalProperties": {
			0, `{"allOf": [{"additionalProperties": true}, {"$ref": "#/properties/spec/allOf/0/additionalProperties"}]}`, false,
		},
		"2020-12 has no additionalItems, so an anchor inside of it is none": {5, `{"additionalItems": {"$anchor": "x"}, "$ref": "#x"}`, false},
	} {
		data, document := keywordFile(drafts[c.draft], c.schema), keywordDocument(`"a"`)
		assert.Equal(t, c.fits, ours(fromFile(t, data), document).fits, why)
		assert.Equal(t, !c.fits, kubeconform(t, data)(document).fits, why)
	}
	// kubeconform takes the reference of a name to lead to itself.
	data := fmt.Appendf(nil, `{"$schema": %q, "x-kubernetes-group-version-kind": [{"version": "v1", "group": "example.com", "kind": "Thing"}],
		"$recursiveAnchor": true, "propertyNames": {"$recursiveRef": "#"}}`, drafts[4])
	assert.True(t, ours(fromFile(t, data), keywordDocument("1")).fits)
	assert.False(t, kubeconform(t, data)(keywordDocument("1")).fits)
}

// differs matches schemas in which TestKnownDifferences may show.
var differs = regexp.MustCompile(`[0-9]{10}|[0-9.][eE]\+?[0-9]{2}|#[^"]*additional|recursiveAnchor|additionalItems.*nchor`)

// FuzzTheJudgeAgreesWithKubeconform holds the judge against kubeconform with any
// schema and any document.
func FuzzTheJudgeAgreesWithKubeconform(f *testing.F) {
	for i, schema := range keywordSchemas {
		f.Add(i, schema, keywordValues[i%len(keywordValues)])
	}
	for format, texts := range formatTexts {
		for _, text := range texts {
			value, _ := json.Marshal(text)
			f.Add(3, fmt.Sprintf(`{"format": %q}`, format), string(value))
		}
	}
	f.Fuzz(func(t *testing.T, draft int, schema, value string) {
		data := keywordFile(drafts[uint(draft)%uint(len(drafts))], schema)
		s, problems := NewSchemas("1.34", []File{{Path: "s.json", Data: data}})
		judge := s.extra[schemaKey{"1.34", "example.com/v1", "Thing"}]
		var object map[string]any
		if problems != nil || judge == nil || differs.MatchString(schema) || yaml.UnmarshalStrict(data, &object) != nil || selfContained(object) != nil || !json.Valid([]byte(value)) {
			return
		}
		text, err := json.Marshal(object)
		require.NoError(t, err)
		document := keywordDocument(value)
		require.Empty(t, disagreement(ours(judge, document), kubeconform(t, text)(document), document), "%s", text)
	})
}
