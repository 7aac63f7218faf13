package review_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
)

func TestHostileManifestsAreCompared(t *testing.T) {
	configMap := func(text string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: \"" + text + "\"}\n"
	}
	long := strings.Repeat("x", 5<<20)
	for name, c := range map[string][3]string{
		"long text":          {"a.yaml", configMap(long + "a"), configMap(long + "b")},
		"long file":          {"a.md", long + long + long + long, long},
		"deep":               {"a.yaml", strings.Repeat("{a: ", 5000), "kind: A\na: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000)},
		"aliases":            {"a.yaml", "kind: A\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f]\n", "kind: A\n"},
		"itself":             {"a.yaml", "kind: A\na: &a [*a]\n", "kind: A\n"},
		"not UTF-8":          {"a.conf", "a = \xff", "a = \xfe"},
		"binary":             {"a.yaml", "kind: A\na: !!binary /w==\n", "kind: A\na: !!binary /g==\n"},
		"no number":          {"a.yaml", "kind: A\na: .nan\nb: .inf\n", "kind: A\na: .nan\nb: -.inf\n"},
		"keys of all types":  {"a.yaml", "kind: A\n1: a\ntrue: b\n~: c\n[x]: d\n", "kind: A\n1: b\n"},
		"kind is no text":    {"a.yaml", "kind: [A]\nmetadata: x\n", "kind: {}\nmetadata: [x]\n"},
		"wrong types inside": {"a.yaml", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {replicas: three, template: []}\n", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {replicas: -1}\n"},
		"far too many":       {"a.yaml", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {replicas: 2147483647}\n", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {replicas: 1}\n"},
		"empty":              {"a.yaml", "", "---\n---\n# nothing\n---\nkind: A\n"},
		"many fields":        {"a.yaml", "kind: A\nspec: {" + strings.Repeat("a", 1000) + ": 1}\n", "kind: A\nspec: [" + strings.Repeat("{a: 1},", 20_000) + "]\n"},
		"many keys":          {"a.yaml", "kind: A\n", "kind: A\n" + lines(20_000)},
	} {
		t.Run(name, func(t *testing.T) {
			report := compareTexts(c[0], c[1], c[2])
			require.NotEmpty(t, report.Changes)
			data, err := json.Marshal(report)
			require.NoError(t, err)
			assert.Less(t, len(data), 25<<20)
			for _, d := range report.Changes {
				assert.LessOrEqual(t, len(d.Fields), 1001)
			}
		})
	}
}

// lines are so many keys.
func lines(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("k", 200+i%7) + strings.Repeat("q", i%911) + strings.Repeat("z", i/911) + ": 1\n")
	}
	return b.String()
}

func TestLongTextsThatDifferBehindTheEndStillDiffer(t *testing.T) {
	long := strings.Repeat("x", 2<<20)
	fields := fieldsOf(t, "a.md", long+"a", long+"b")
	require.Len(t, fields, 1)
	old, new := fields[0].Old.(string), fields[0].New.(string)
	assert.NotEqual(t, old, new)
	assert.Less(t, len(old), 1<<20+200)
	assert.Contains(t, old, "(2097153 bytes, SHA-256 ")
}

func FuzzAnyTwoFilesAreComparedAlike(f *testing.F) {
	c := readCase(f, "testdata/cases/ER105-trigger-application-goes.txtar")
	old, _ := c.side(f, "old")
	new, _ := c.side(f, "new")
	for i, file := range old.Files {
		f.Add(file.Data, new.Files[i%len(new.Files)].Data)
		f.Add(file.Data, []byte(strings.ReplaceAll(string(file.Data), "flow", "orders")))
		f.Add(file.Data, []byte(strings.ReplaceAll(string(file.Data), "1", "7")))
	}
	f.Fuzz(func(t *testing.T, old, new []byte) {
		for _, path := range []string{"flow/a.yaml", "flow/security.conf"} {
			report := compareTexts(path, string(old), string(new))
			data, err := json.Marshal(report)
			require.NoError(t, err)
			again, err := json.Marshal(compareTexts(path, string(old), string(new)))
			require.NoError(t, err)
			assert.Equal(t, string(data), string(again))
			for _, d := range report.Changes {
				assert.NotEmpty(t, d.Risks)
				assert.Equal(t, d.Action == review.Modified, len(d.Fields) > 0)
			}
			assert.Empty(t, compareTexts(path, string(new), string(new)).Changes)
		}
	})
}
