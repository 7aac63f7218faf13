package yamltree_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

func TestWhatIsNoPlainYAMLIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "1:1: the file is empty [EF106]",
		"# a comment\n":                  "1:1: the file is empty [EF106]",
		"~\n":                            "1:1: the file is empty [EF106]",
		"- a\n":                          "1:1: want a mapping, not a list [EF103]",
		"name: a\n---\nname: b\n":        "2:1: a second document [EF106] write another file",
		"name:\n\t- a\n":                 "2:1: a tab cannot indent [EF106] use spaces",
		"name: \"é\x01\"\n":              `1:9: the control character '\x01' [EF106] write it as an escape in double quotes, or remove it`,
		"name: \xff\n":                   "1:7: not UTF-8 [EF106] save the file as UTF-8",
		"name: !!int 5\n":                "1:7: name: the tag !!int [EF106] leave the tag out",
		"? [a]\n: b\n":                   "1:3: want a text as a key, not a mapping or a list [EF106]",
		"log: &a [*a]\n":                 "1:10: log[0]: the alias *a holds itself [EF107]",
		"log: {a: b, \"a\": c}\n":        `1:13: log.a: the key stands here twice, first in line 1 [EF102] remove one of the two`,
		"log: {<<: {a: b}}\n":            "1:7: log: the merge key << [EF108] write it twice",
		deep(63) + "\n":                  "",
		deep(64) + "\n":                  "1:69: more than 64 levels [EF107]",
		"log: {a: b\n":                   "2:1: while parsing a flow mapping: did not find expected ',' or '}' [EF106]",
		"\ufeffname: a # a mark first\n": "",
	} {
		root, problems := format.Parse("ship.yaml", []byte(text))
		if want == "" {
			assert.NotNil(t, root, text)
			assert.Empty(t, problems, text)
			continue
		}
		assert.Equal(t, []string{want}, lines(problems), text)
	}
}

func deep(levels int) string {
	return "log: " + strings.Repeat("[", levels) + strings.Repeat("]", levels)
}

func TestNodesKnowWhereTheyWereWritten(t *testing.T) {
	root := parse(t, "ship.yaml", "name: a\ndecks:\n- name: b\n  level: &one 1\nlog: {é.x: *one, list: [c]}\n")
	for path, want := range map[string]string{
		"name":            "1:7",
		"decks":           "2:1",
		"decks[0]":        "3:3",
		"decks[0].level":  "4:10",
		`log["é.x"]`:      "5:12",
		"log.list[0]":     "5:25",
		"log.list[1]":     "5:24",
		"decks[0].nobody": "3:3",
		"":                "1:1",
	} {
		steps, ok := rule.Steps(path)
		require.True(t, ok)
		last, followed := root.Follow(steps)
		assert.Equal(t, "ship.yaml:"+want, last.Value.Position().String(), path)
		assert.Equal(t, strings.HasPrefix(path, "decks[0].n") || path == "log.list[1]", followed < len(steps), path)
	}
	name, found := root.Find("name")
	require.True(t, found)
	assert.Equal(t, "ship.yaml:1:1", name.At.String())
	var leaves []string
	root.Leaves("", func(field string) { leaves = append(leaves, field) })
	assert.Equal(t, []string{"decks[0].level", "decks[0].name", "log.list[0]", `log["é.x"]`, "name"}, leaves)
}

func TestBoundOnValuesCountsWhatAliasesRepeat(t *testing.T) {
	text := "a: &a [" + strings.Repeat("x,", 100) + "]\nb: &b [" + strings.Repeat("*a,", 100) + "]\nc: [" + strings.Repeat("*b,", 8)
	_, problems := format.Parse("ship.yaml", []byte(text+"]\n"))
	assert.Empty(t, problems)
	root, problems := format.Parse("ship.yaml", []byte(text+"*b]\n"))
	assert.Nil(t, root)
	assert.Equal(t, []string{"1:1: more than 100000 values [EF107]"}, lines(problems))
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"a: &a {b: [c, *d]}\n", "a: |\n  b\n? c\n: !!str d\n", "- ~\n---\n", "{<<: a, 'b': \"c\"}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, problems := format.Parse("a.yaml", []byte(text))
		require.True(t, root != nil || len(problems) > 0)
		rows := strings.Split(text, "\n")
		for _, p := range problems {
			require.Positive(t, p.Line)
			require.LessOrEqual(t, p.Line, len(rows)+1)
		}
		if root == nil {
			return
		}
		collector := yamltree.NewCollector(nil)
		decoder := yamltree.Decoder{Problems: collector}
		decoder.Decode(root, "", &ship{})
		root.Leaves("", func(field string) {
			steps, ok := rule.Steps(field)
			require.True(t, ok, "%q", field)
			_, followed := root.Follow(steps)
			require.Len(t, steps, followed)
		})
	})
}
