package yamltree_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

func plain(t *testing.T, n *yamltree.Node) string {
	t.Helper()
	text, err := json.Marshal(n.Plain())
	require.NoError(t, err)
	return string(text)
}

func TestMappingsMergeAndAllElseReplaces(t *testing.T) {
	for _, c := range []struct{ over, under, want string }{
		{"a: 1", "b: 2", `{"a":1,"b":2}`},
		{"b: {c: 1}", "a: 0\nb: {c: 2, d: 3}\nz: 9", `{"a":0,"b":{"c":1,"d":3},"z":9}`},
		{"a: [1]", "a: [2, 3]", `{"a":[1]}`},
		{"a: []", "a: [2, 3]", `{"a":[]}`},
		{"a: {b: 1}", "a: 2", `{"a":{"b":1}}`},
		{"a: 2", "a: {b: 1}", `{"a":2}`},
		{"a: null", "a: {b: 1}\nc: 1", `{"c":1}`},
		{"a: {b: ~}", "a: {b: 1, c: 2}", `{"a":{"c":2}}`},
		{"a: {b: 1}", "a: null", `{"a":{"b":1}}`},
	} {
		over, under := parse(t, "over.yaml", c.over), parse(t, "under.yaml", c.under)
		assert.Equal(t, c.want, plain(t, yamltree.Merge(over, under)), "%s over %s", c.over, c.under)
		assert.Equal(t, plain(t, parse(t, "over.yaml", c.over)), plain(t, over), "merging changed its input")
	}
}

func TestMergedValuesKnowWhatTheyReplaced(t *testing.T) {
	low, middle, high := parse(t, "low.yaml", "a: {b: 1}\nc: 1"), parse(t, "middle.yaml", "a: {b: 2}"), parse(t, "high.yaml", "c: 3\na: {b: 3}")
	merged := yamltree.Merge(high, yamltree.Merge(middle, low))
	for path, want := range map[string][]string{
		"a.b": {"high.yaml:2:8 3", "middle.yaml:1:8 2", "low.yaml:1:8 1"},
		"a":   {`high.yaml:2:4 {"b":3}`, `middle.yaml:1:4 {"b":2}`, `low.yaml:1:4 {"b":1}`},
		"c":   {"high.yaml:1:4 3", "low.yaml:2:4 1"},
	} {
		steps, _ := rule.Steps(path)
		last, _ := merged.Follow(steps)
		var got []string
		for n := last.Value; n != nil; n = n.Replaced() {
			got = append(got, n.Position().String()+" "+plain(t, n))
		}
		assert.Equal(t, want, got, path)
	}
}

func TestMergeUnderEach(t *testing.T) {
	for text, want := range map[string]string{
		"base: {x: 1, y: {z: 2}}\nall: {a: {}, b: {x: 3, y: {q: 4}}, c: text}": `{"all":{"a":{"x":1,"y":{"z":2}},"b":{"x":3,"y":{"q":4,"z":2}},"c":"text"},"base":{"x":1,"y":{"z":2}}}`,
		"base: {x: 1}":            `{"base":{"x":1}}`,
		"all: {a: {}}":            `{"all":{"a":{}}}`,
		"base: [x]\nall: {a: {}}": `{"all":{"a":{}},"base":["x"]}`,
		"base: {x: 1}\nall: [{}]": `{"all":[{}],"base":{"x":1}}`,
		"base: {x: 1}\nall: null": `{"base":{"x":1}}`,
	} {
		assert.Equal(t, want, plain(t, parse(t, "a.yaml", text).MergeUnderEach("base", "all")), text)
	}
	keys := func(n int) string {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "k%d: {}, ", i)
		}
		return "{" + text.String() + "}"
	}
	assert.NotNil(t, parse(t, "a.yaml", "base: "+keys(300)+"\nall: "+keys(300)).MergeUnderEach("base", "all"))
	assert.Nil(t, parse(t, "a.yaml", "base: "+keys(300)+"\nall: "+keys(350)).MergeUnderEach("base", "all"))
}

func TestUselessNullsReplacedNoValue(t *testing.T) {
	low, middle, high := parse(t, "low.yaml", "a: {b: 1}\ne: ~"), parse(t, "middle.yaml", "a: {b: ~, c: ~}"), parse(t, "high.yaml", "a: {b: ~, c: ~}\nd: [~]\ne: 1")
	var got []string
	yamltree.Merge(high, yamltree.Merge(middle, low)).UselessNulls("top", func(field string, null *yamltree.Node) {
		got = append(got, field+" "+null.Position().String())
	})
	assert.Equal(t, []string{"top.a.c high.yaml:1:14", "top.a.c middle.yaml:1:14", "top.e low.yaml:2:4"}, got)
}

func TestWithoutAKey(t *testing.T) {
	root := parse(t, "a.yaml", "a: 1\nb: {c: 2}\n")
	assert.Equal(t, `{"a":1}`, plain(t, root.Without("b")))
	assert.Equal(t, `{"a":1,"b":{"c":2}}`, plain(t, root.Without("c")))
	assert.Equal(t, `{"a":1,"b":{"c":2}}`, plain(t, root))
}
