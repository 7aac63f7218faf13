package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const tooOften = "EF205||0|the schema of this kind cannot be used: its parts would be applied more than 500000 times to this object|" +
	"correct the file under `schemas` that describes the kind\n"

// Each of these would keep kubeconform busy for ever.
func TestSchemasThatBranchAgainAndAgainAreRefused(t *testing.T) {
	var chain strings.Builder
	for i := range 60 {
		fmt.Fprintf(&chain, `"d%d": {"anyOf": [{"$ref": "#/definitions/d%d"}, {"$ref": "#/definitions/d%d"}]}, `, i, i+1, i+1)
	}
	deep := strings.Repeat(`{"a": `, 60) + "1" + strings.Repeat("}", 60)
	list := strings.Repeat("[", 60) + strings.Repeat("]", 60)
	const latest = "https://json-schema.org/draft/2020-12/schema"
	for _, c := range []struct{ draft, more, spec string }{
		{"", `"properties": {"spec": {"$ref": "#/definitions/d0"}}, "definitions": {` + chain.String() + `"d60": {"type": "string"}}`, "1"},
		{"", `"properties": {"spec": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}, "a": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}}`, deep},
		{"", `"properties": {"spec": {"$ref": "#/definitions/x"}}, "definitions": {"x": {"items": {"oneOf": [{"$ref": "#/definitions/x"}, {"$ref": "#/definitions/x"}]}}}`, list},
		{latest, `"properties": {"spec": {"$dynamicRef": "#x"}}, "$defs": {"x": {"$dynamicAnchor": "x", "patternProperties": {"^a": {"$ref": "#x"}, "a$": {"$ref": "#x"}}}}`, deep},
		{latest, `"properties": {"spec": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"prefixItems": [{"dependentSchemas": {"a": {}}, "contains": {}, "if": {"$ref": "#/$defs/x"}, "else": {"$ref": "#/$defs/x"}}]}}`, list},
	} {
		j := newJudge(t, "1.34", Quick, describing(c.draft, c.more))
		assert.Equal(t, tooOften, check(t, j, thing(c.spec)), c.more)
	}
}

// Neither deep nor large objects are refused, nor schemas that lead in circles.
func TestTheBudgetIsEnough(t *testing.T) {
	deep := strings.Repeat(`{"a": `, 900) + "1" + strings.Repeat("}", 900)
	large := "[" + strings.Repeat(`{"name": "x", "labels": {"a": "b"}}, `, 10_000) + "{}]"
	const tree = `"properties": {"spec": {"$ref": "#/definitions/tree"}}, "definitions": {"tree": {"type": ["object", "number", "array", "string"],
		"properties": {"a": {"$ref": "#/definitions/tree"}}, "additionalProperties": {"$ref": "#/definitions/tree"}, "items": {"$ref": "#/definitions/tree"}}}`
	j := newJudge(t, "1.34", Quick, describing("", tree))
	assert.Empty(t, check(t, j, thing(deep)))
	assert.Empty(t, check(t, j, thing(large)))
	circle := newJudge(t, "1.34", Quick, describing("", `"properties": {"spec": {"anyOf": [{"$ref": "#/properties/spec"}, {"type": "number"}]}}`))
	assert.Empty(t, check(t, circle, thing("1")))
}

func TestSchemasWithTooManyPartsAreRefused(t *testing.T) {
	parts := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"a%d": {}, `, i)
		}
		return `"properties": {` + b.String() + `"spec": {}}`
	}
	const more = 3 // the schema, its kind, its properties
	_, err := compile(describing("", parts(maxParts-more-1)).Data)
	require.NoError(t, err)
	j := newJudge(t, "1.34", Quick, describing("", parts(maxParts-more)))
	assert.Equal(t, "EF205||0|the schema of this kind cannot be used: it has 10001 parts, more than the 10000 that are read|"+
		"correct the file under `schemas` that describes the kind\n", check(t, j, thing("1")))
}
