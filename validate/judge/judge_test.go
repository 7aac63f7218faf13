package judge_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/judge"
)

func decode(t testing.TB, text string) (value any) {
	require.NoError(t, json.Unmarshal([]byte(text), &value), text)
	return value
}

// faults are those of a value, a line each, sorted.
func faults(schema *judge.Schema, value any) string {
	var lines []string
	for _, fault := range schema.Judge(value) {
		lines = append(lines, strings.TrimSuffix(fault.Field+"|"+fault.Message+"|"+fault.Hint, "|"))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestFaultsAreSentences(t *testing.T) {
	const latest = `"$schema": "https://json-schema.org/draft/2020-12/schema", `
	for _, c := range []struct{ schema, value, want string }{
		{`{"type": ["integer", "null"]}`, `"a"`, `|is a string, must be an integer`},
		{`{"type": "null"}`, `{}`, `|is an object, must be null`},
		{`{"type": ["string", "object"]}`, `1`, `|is a number, must be a string or an object|quote the value to make it a text`},
		{`{"type": "string", "title": "a size"}`, `[]`, `|is a list, must be a size`},
		{`{"pattern": "^a$"}`, `"b"`, `|"b" does not match ^a$`},
		{`{"pattern": "^a$", "title": "a secret"}`, `"b"`, `|is not a secret`},
		{`{"enum": ["a", null]}`, `"b"`, `|is "b", must be one of "a", null`},
		{`{` + latest + `"const": {"a": 1}}`, `{"a": 2}`, `|is {"a":2}, must be {"a":1}`},
		{`{"enum": ["a"]}`, `"` + strings.Repeat("ä", 60) + `"`, `|is "` + strings.Repeat("ä", 39) + `…, must be "a"`},
		{`{"format": "ipv4"}`, `"1.2.3"`, `|"1.2.3" is not a valid ipv4`},
		{`{"minimum": 1.5}`, `1`, `|must be at least 1.5`},
		{`{"maximum": 1e21}`, `2e21`, `|must be at most 1000000000000000000000`},
		{`{` + latest + `"exclusiveMinimum": 1, "exclusiveMaximum": 1}`, `1`, "|must be less than 1\n|must be more than 1"},
		{`{"multipleOf": 0.1}`, `0.35`, `|must be a multiple of 0.1`},
		{`{"minLength": 3}`, `"äö"`, `|has 2 characters, needs at least 3`},
		{`{"maxLength": 1}`, `"äö"`, `|has 2 characters, may have at most 1`},
		{`{"minItems": 1}`, `[]`, `|has 0 items, needs at least 1`},
		{`{"maxItems": 1}`, `[1, 2]`, `|has 2 items, may have at most 1`},
		{`{"uniqueItems": true}`, `[1, {"a": [0]}, {"a": [-0.0]}]`, `|items 1 and 2 are equal`},
		{`{"items": [{}], "additionalItems": false}`, `[1, 2]`, `|has 2 items, may have at most 1`},
		{`{` + latest + `"contains": {"type": "null"}}`, `[1]`, `|has 0 items of the form that it must contain, needs at least 1`},
		{`{` + latest + `"contains": {"type": "null"}, "maxContains": 1}`, `[null, null]`, `|has 2 items of the form that it must contain, may have at most 1`},
		{`{"minProperties": 1}`, `{}`, `|has 0 fields, needs at least 1`},
		{`{"maxProperties": 0}`, `{"a": 1}`, `|has 1 fields, may have at most 0`},
		{`{"required": ["a", "b.c"]}`, `{}`, "[\"b.c\"]|required field is missing\na|required field is missing"},
		{`{"properties": {"replicas": {}}, "additionalProperties": false}`, `{"replcias": 1}`, `replcias|unknown field, did you mean "replicas"?`},
		{`{"properties": {"a": {"items": {"type": "string"}}}}`, `{"a": ["x", true]}`, `a[1]|is a boolean, must be a string|quote the value to make it a text`},
		{`{"additionalProperties": {"type": "null"}}`, `{"": 1}`, `[""]|is a number, must be null`},
		{`{` + latest + `"propertyNames": {"pattern": "^a"}}`, `{"b": 1}`, `b|its name "b" does not match ^a`},
		{`{"dependencies": {"a": ["b"]}}`, `{"a": 1}`, `b|required field is missing beside "a"`},
		{`{` + latest + `"properties": {"a": false}}`, `{"a": 1}`, `a|must not be set`},
		{`{` + latest + `"properties": {"a": {}}, "unevaluatedProperties": false}`, `{"a": 1, "b": 2}`, `b|must not be set`},
		{`{"not": {"type": "null"}}`, `null`, `|is null, must be set`},
		{`{"not": {"type": "object"}}`, `{}`, `|has a form that its schema excludes`},
		{`{"oneOf": [{}, {}]}`, `1`, `|fits several alternatives that exclude each other`},
		{`{"anyOf": [{"type": "string"}, {"minimum": 2}, {"minimum": 2}]}`, `1`, `|fits none of the alternatives: is a number, must be a string; must be at least 2`},
		{`{"allOf": [{"minimum": 2}, {"multipleOf": 2}]}`, `1`, "|must be a multiple of 2\n|must be at least 2"},
		{`{"$ref": "#"}`, `1`, `|has a schema that refers to itself without end`},
		{`{` + latest + `"if": {"type": "number"}, "then": {"minimum": 2}, "else": false}`, `1`, `|must be at least 2`},
	} {
		schema, err := judge.Compile([]byte(c.schema))
		require.NoError(t, err, c.schema)
		assert.Equal(t, c.want, faults(schema, decode(t, c.value)), "%s %s", c.schema, c.value)
	}
}

func TestIntegersAreNumbers(t *testing.T) {
	schema, err := judge.Compile([]byte(`{"type": "integer", "enum": [9007199254740993, 2], "maximum": 9007199254740992}`))
	require.NoError(t, err)
	assert.Empty(t, schema.Judge(int64(2)))
	assert.Empty(t, schema.Judge(int64(9007199254740993)), "as every reader of JSON that knows no integers sees it")
	assert.Equal(t, "|is 3, must be one of 9007199254740992, 2", faults(schema, int64(3)))
}

// Of several faults of a schema the one whose place comes first is told, each time.
func TestFaultsOfASchemaHaveAPlace(t *testing.T) {
	for schema, want := range map[string]string{
		`[]`: "is not an object",
		`{"properties": {"b": {"type": "text"}, "a": {"type": "txt"}}}`: `/properties/a/type is "txt", must be one of "array", "boolean", "integer", "null", "number", "object", "string"`,
		`{"items": {"$ref": "#/nowhere"}}`:                              `/items/$ref leads to "#/nowhere", but there is no "nowhere"`,
		`{"allOf": [{}, {"minLength": -1}]}`:                            "/allOf/1/minLength must be at least 0",
		`{"exclusiveMinimum": true}`:                                    "/exclusiveMinimum needs minimum beside it",
	} {
		for range 5 {
			_, err := judge.Compile([]byte(schema))
			require.Error(t, err)
			assert.Equal(t, want, err.Error())
		}
	}
}

func TestALibraryReadsNoMoreThanAValueReaches(t *testing.T) {
	var lock sync.Mutex
	read := map[string]int{}
	library := judge.NewLibrary(func(name string) string {
		lock.Lock()
		defer lock.Unlock()
		read[name]++
		return map[string]string{
			"pod":    `{"properties": {"volume": {"$ref": "#/definitions/volume"}, "tree": {"$ref": "#/definitions/pod"}}}`,
			"volume": `{"type": "string"}`,
		}[name]
	})
	schema := library.Schema(`{"properties": {"pod": {"$ref": "#/definitions/pod"}}}`)
	assert.Empty(t, schema.Judge(decode(t, `{"other": 1}`)))
	assert.Empty(t, read)
	assert.Empty(t, schema.Judge(decode(t, `{"pod": {"tree": {"tree": {}}}}`)))
	assert.Equal(t, map[string]int{"pod": 1}, read)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			assert.Equal(t, `pod.volume|is a list, must be a string`, faults(schema, decode(t, `{"pod": {"volume": []}}`)))
		})
	}
	group.Wait()
	assert.Equal(t, map[string]int{"pod": 1, "volume": 1}, read)
	assert.Panics(t, func() { library.Schema(`{"type": "text"}`) })
}

// Two lists, for the way into the value and for the schemas on it.
func TestAValueThatFitsCostsHardlyAnyMemory(t *testing.T) {
	schema, err := judge.Compile([]byte(`{"type": "object", "properties": {"a": {"items": {"$ref": "#/definitions/a"}}}, "additionalProperties": false, "required": ["a"],
		"definitions": {"a": {"type": "string", "pattern": "^a", "maxLength": 3, "enum": ["ab"], "anyOf": [{"minLength": 1}, {"maxLength": 1}], "not": {"type": "null"}}}}`))
	require.NoError(t, err)
	value := decode(t, `{"a": ["ab", "ab", "ab"]}`)
	require.Empty(t, schema.Judge(value))
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { schema.Judge(value) }), 2.0)
}

func ExampleSchema_Judge() {
	schema, _ := judge.Compile([]byte(`{"properties": {"port": {"type": "integer", "maximum": 65535}}}`))
	for _, fault := range schema.Judge(map[string]any{"port": int64(70000)}) {
		fmt.Println(fault.Field, fault.Message)
	}
	// Output: port must be at most 65535
}
