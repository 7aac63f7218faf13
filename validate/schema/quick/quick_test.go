package quick_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/schema/quick"
	"github.com/efgen/efgen/validate/schemas"
)

// alone is a schema that refers to no definition.
func alone(text string) *quick.Schema {
	return quick.NewLibrary(func(string) string { return "" }).Schema(text)
}

func decode(t testing.TB, text string) (value any) {
	require.NoError(t, json.Unmarshal([]byte(text), &value), text)
	return value
}

// faults are those of a value, a line each, sorted.
func faults(schema *quick.Schema, value any) string {
	var lines []string
	for _, fault := range schema.Faults(value) {
		lines = append(lines, strings.TrimSuffix(fault.Field+"|"+fault.Message+"|"+fault.Hint, "|"))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestFaultsAreSentences(t *testing.T) {
	for _, c := range []struct{ schema, value, want string }{
		{`{"type": ["integer", "null"]}`, `"a"`, `|is a string, must be an integer`},
		{`{"type": "integer"}`, `1.5`, `|is a number, must be an integer`},
		{`{"type": "null"}`, `{}`, `|is an object, must be null`},
		{`{"type": ["string", "object"]}`, `1`, `|is a number, must be a string or an object|quote the value to make it a text`},
		{`{"type": "string", "title": "a size"}`, `[]`, `|is a list, must be a size`},
		{`{"pattern": "^a$"}`, `"b"`, `|"b" does not match ^a$`},
		{`{"pattern": "^a$", "title": "a secret"}`, `"b"`, `|is not a secret`},
		{`{"enum": ["a", null]}`, `"b"`, `|is "b", must be one of "a", null`},
		{`{"enum": [0]}`, `[{"a": 1}]`, `|is [{"a":1}], must be 0`},
		{`{"enum": ["a"]}`, `"` + strings.Repeat("ä", 60) + `"`, `|is "` + strings.Repeat("ä", 39) + `…, must be "a"`},
		{`{"format": "date-time"}`, `"1.2.3"`, `|"1.2.3" is not a valid date-time`},
		{`{"minimum": 1.5}`, `1`, `|must be at least 1.5`},
		{`{"maximum": 1e21}`, `2e21`, `|must be at most 1000000000000000000000`},
		{`{"minLength": 3}`, `"äö"`, `|has 2 characters, needs at least 3`},
		{`{"maxLength": 1}`, `"äö"`, `|has 2 characters, may have at most 1`},
		{`{"maxItems": 1}`, `[1, 2]`, `|has 2 items, may have at most 1`},
		{`{"required": ["a", "b.c"]}`, `{}`, "[\"b.c\"]|required field is missing\na|required field is missing"},
		{`{"properties": {"replicas": {}}, "additionalProperties": false}`, `{"replcias": 1}`, `replcias|unknown field, did you mean "replicas"?`},
		{`{"properties": {"a": {"items": {"type": "string"}}}}`, `{"a": ["x", true]}`, `a[1]|is a boolean, must be a string|quote the value to make it a text`},
		{`{"additionalProperties": {"type": "null"}}`, `{"": 1}`, `[""]|is a number, must be null`},
		{`{"not": {"type": "null"}}`, `null`, `|is null, must be set`},
		{`{"not": {"type": "object"}}`, `{}`, `|has a form that its schema excludes`},
		{`{"anyOf": [{"type": "string"}, {"minimum": 2}, {"minimum": 2}]}`, `1`, `|fits none of the alternatives: is a number, must be a string; must be at least 2`},
		{`{"not": {"anyOf": [{"minimum": 2}, {"not": {"maximum": 0}}]}}`, `0`, ``},
		{`{"allOf": [{"minimum": 2}, {"maximum": 0}]}`, `1`, "|must be at least 2\n|must be at most 0"},
	} {
		assert.Equal(t, c.want, faults(alone(c.schema), decode(t, c.value)), "%s %s", c.schema, c.value)
	}
}

func TestIntegersAreNumbers(t *testing.T) {
	schema := alone(`{"type": "integer", "enum": [9007199254740993, 2], "maximum": 9007199254740992}`)
	assert.Empty(t, schema.Faults(int64(2)))
	assert.Empty(t, schema.Faults(int64(9007199254740993)), "as every reader of JSON that knows no integers sees it")
	assert.Equal(t, "|is 3, must be one of 9007199254740992, 2", faults(schema, int64(3)))
}

// A mapping stands for a map.
type mapping map[string]any

func (m mapping) Fields() map[string]any { return m }

func (m mapping) MarshalJSON() ([]byte, error) { return json.Marshal(map[string]any(m)) }

func TestMappingsAreObjects(t *testing.T) {
	schema := alone(`{"type": "object", "properties": {"a": {"type": "object", "additionalProperties": {"enum": ["x"]}}}, "additionalProperties": false}`)
	assert.Empty(t, schema.Faults(mapping{"a": mapping{"b": "x"}}))
	assert.Equal(t, "a.b|is {\"c\":1}, must be \"x\"\nunheardOf|unknown field", faults(schema, mapping{"a": mapping{"b": mapping{"c": int64(1)}}, "unheardOf": nil}))
}

// archived are the texts of all schemas and definitions, each with a way to find what it
// refers to.
func archived(t *testing.T) map[string]func(name string) string {
	all := map[string]func(string) string{}
	for _, served := range schemas.Kinds() {
		for _, minor := range served.Minors {
			root, found := schemas.Find(minor, served.APIVersion, served.Kind)
			require.True(t, found)
			definition := func(name string) string { return schemas.Definition(minor, name) }
			all[root] = definition
			for queue := schemas.References(root); len(queue) > 0; queue = queue[1:] {
				if text := definition(queue[0]); all[text] == nil {
					all[text] = definition
					queue = append(queue, schemas.References(text)...)
				}
			}
		}
	}
	return all
}

// A further keyword in the archive is one that this package must learn first.
func TestTheWorldIsClosed(t *testing.T) {
	texts := archived(t)
	assert.Greater(t, len(texts), 600)
	for text := range texts {
		assert.NotPanics(t, func() { alone(text) }, "%.200s", text)
	}
	for _, text := range []string{
		`{"oneOf": [{}]}`, `{"not": {"const": 1}}`, `{"properties": {"a": {"additionalProperties": {"minItems": 1}}}}`, `{"items": {"format": "ipv4"}}`,
		`{"type": "text"}`, `{"type": ["string", 1]}`, `{"enum": [[]]}`, `{"items": [{}]}`, `{"additionalProperties": true}`, `{"minLength": 1.5}`, ``,
	} {
		assert.Panics(t, func() { alone(text) }, text)
	}
}

// What refers to itself without going into the value would never end.
func TestNoSchemaRefersToItselfForOneValue(t *testing.T) {
	type part struct {
		Ref          string `json:"$ref"`
		AllOf, AnyOf []part
		Not          *part
	}
	var follow func(p part, definition func(string) string, through []string)
	follow = func(p part, definition func(string) string, through []string) {
		if name := strings.TrimPrefix(p.Ref, "#/definitions/"); name != "" {
			require.NotContains(t, through, name)
			var target part
			require.NoError(t, json.Unmarshal([]byte(definition(name)), &target))
			follow(target, definition, append(through, name))
		}
		for _, branch := range append(p.AllOf, p.AnyOf...) {
			follow(branch, definition, through)
		}
		if p.Not != nil {
			follow(*p.Not, definition, through)
		}
	}
	for text, definition := range archived(t) {
		var root part
		require.NoError(t, json.Unmarshal([]byte(text), &root))
		follow(root, definition, nil)
	}
}

func TestALibraryReadsNoMoreThanAValueReaches(t *testing.T) {
	var lock sync.Mutex
	read := map[string]int{}
	library := quick.NewLibrary(func(name string) string {
		lock.Lock()
		defer lock.Unlock()
		read[name]++
		return map[string]string{
			"pod":    `{"properties": {"volume": {"$ref": "#/definitions/volume"}, "tree": {"$ref": "#/definitions/pod"}}}`,
			"volume": `{"type": "string"}`,
		}[name]
	})
	schema := library.Schema(`{"properties": {"pod": {"$ref": "#/definitions/pod"}}}`)
	assert.Empty(t, schema.Faults(decode(t, `{"other": 1}`)))
	assert.Empty(t, read)
	assert.Empty(t, schema.Faults(decode(t, `{"pod": {"tree": {"tree": {}}}}`)))
	assert.Equal(t, map[string]int{"pod": 1}, read)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			assert.Equal(t, `pod.volume|is a list, must be a string`, faults(schema, decode(t, `{"pod": {"volume": []}}`)))
		})
	}
	group.Wait()
	assert.Equal(t, map[string]int{"pod": 1, "volume": 1}, read)
}

// One list, for the way into the value.
func TestAValueThatFitsCostsHardlyAnyMemory(t *testing.T) {
	schema := alone(`{"type": "object", "properties": {"a": {"items": {"type": "string", "pattern": "^a", "maxLength": 3, "enum": ["ab"],
		"anyOf": [{"minLength": 1}, {"maxLength": 1}], "not": {"type": "null"}}}}, "additionalProperties": false, "required": ["a"]}`)
	value := decode(t, `{"a": ["ab", "ab", "ab"]}`)
	require.Empty(t, schema.Faults(value))
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { schema.Faults(value) }), 1.0)
}

func ExampleSchema_Faults() {
	schema := alone(`{"properties": {"port": {"type": "integer", "maximum": 65535}}}`)
	for _, fault := range schema.Faults(map[string]any{"port": int64(70000)}) {
		fmt.Println(fault.Field, fault.Message)
	}
	// Output: port must be at most 65535
}
