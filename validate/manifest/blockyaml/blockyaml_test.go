package blockyaml

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	yamlv2 "go.yaml.in/yaml/v2"
	yamlv4 "go.yaml.in/yaml/v4"
)

type fields = map[string]any

// once makes a map of items, none of which may be there twice.
func once(items []Item) (any, bool) {
	made := make(fields, len(items))
	for _, item := range items {
		made[item.Key] = item.Value
	}
	return made, len(made) == len(items)
}

func TestRead(t *testing.T) {
	for text, want := range map[string]fields{
		"---\na: b\n": {"a": "b"},
		"a:\nb: null\nc: true\nd: false\ne: 0\nf: 120\n":                             {"a": nil, "b": nil, "c": true, "d": false, "e": int64(0), "f": int64(120)},
		"a: {}\nb: []\nc:   d e  f\n":                                                {"a": fields{}, "b": []any{}, "c": "d e  f"},
		"a:\n- b\n- 1\nc:\n  - d\n":                                                  {"a": []any{"b", int64(1)}, "c": []any{"d"}},
		"a:\n- b: c\n  d:\n  - e\n-   - f\n    - g: h\n- {}\n":                       {"a": []any{fields{"b": "c", "d": []any{"e"}}, []any{"f", fields{"g": "h"}}, fields{}}},
		"a:\n  b:\n    c: d\n  e: f\ng: h\n":                                         {"a": fields{"b": fields{"c": "d"}, "e": "f"}, "g": "h"},
		"a: \"\"\nb: \"1\"\n\"c d\": \"\\\"e\\\\\\n\\t\"\n\"f\":\n":                  {"a": "", "b": "1", "c d": "\"e\\\n\t", "f": nil},
		"a: 10.0.0.1/8\nb: 500m\nc: 10.0.0.1\nd: 1a2f\ne: 0a1e2\nf: 1.2.3\ng: 25%\n": {"a": "10.0.0.1/8", "b": "500m", "c": "10.0.0.1", "d": "1a2f", "e": "0a1e2", "f": "1.2.3", "g": "25%"},
		"a:\n- -c\n- --fee\n- -Xmx1g\n- $(A)\n- /b\n- http://c:1\n- d#e\n":           {"a": []any{"-c", "--fee", "-Xmx1g", "$(A)", "/b", "http://c:1", "d#e"}},
		"a: |\n  b\n\n    c\td\n  \nd: |-\n  e\n\nf: |+\n  g\n \n\nh: i\n":           {"a": "b\n\n  c\td\n", "d": "e", "f": "g\n\n\n", "h": "i"},
		"a: |2-\n\n    b\n  c\nd:\n- |\n  e\n- f: |1\n    g\n":                       {"a": "\n  b\nc", "d": []any{"e\n", fields{"f": " g\n"}}},
		"a: ä – 🚀\n": {"a": "ä – 🚀"},
		"app.kubernetes.io/name: b\na-b: c\n_d: e\n$ref: f\n":                          {"app.kubernetes.io/name": "b", "a-b": "c", "_d": "e", "$ref": "f"},
		strings.Repeat("k", maxKey-1) + ": v\n":                                        {strings.Repeat("k", maxKey-1): "v"},
		strings.Repeat(" ", 0) + "a: 9223372036854775807\nb: 123456789012345678901c\n": {"a": int64(9223372036854775807), "b": "123456789012345678901c"},
	} {
		got, ok := Read([]byte(text), once)
		require.True(t, ok, "%q", text)
		assert.Equal(t, any(want), got, "%q", text)
		agrees(t, []byte(text))
	}
}

// What a library has to read, or to refuse.
var others = []string{
	"", "\n", "a: b", "a", "a\n", "- a\n", "{}\n", "  a: b\n", "a: b\n\nc: d\n", "a: b\r\n", "\ufeffa: b\n", "a: \u2028\n", "a: \u0085\n", "a: \xff\n", "a: \x00\n", "a: \ufffe\n",
	"# a\nb: c\n", "a: b # c\n", "a: b\n---\nc: d\n", "--- # a\nb: c\n", "...\n", "a: b\n...\n", "%YAML 1.1\n---\na: b\n", "a: 1\na: 2\n", "a:\n  b: 1\n  b: 2\n",
	"a: 'b'\n", "'a': b\n", "a: [b]\n", "a: {b: c}\n", "a: []b\n", "a: {} b\n", "a: >\n  b\n", "a: &b c\n", "a: *b\n", "a: !!str b\n", "<<: a\n", "=: a\n", "? a\n: b\n",
	"a: yes\n", "on: a\n", "a: N\n", "a: True\n", "a: NULL\n", "a: ~\n", "~: a\n", "1: a\n", "true: a\n", "null: a\n",
	"a: 1.5\n", "a: 1e3\n", "a: 0x10\n", "a: 0b1\n", "a: 0o7\n", "a: 07\n", "a: 00\n", "a: 1_0\n", "a: +1\n", "a: -1\n", "a: .5\n", "a: -.inf\n", "a: 1:20\n", "a: 2001-01-01\n", "a: 2001-01-01 x\n",
	"a: 9223372036854775808\n", "a: 12e34\n", "a: 1.\n", "a: 1.2e3\n",
	"a: b: c\n", "a: b:\n", "a: - b\n", "a: -\n", "a: ---\n", "a: ...\n", "a: b \n", "a: \n", "a : b\n", "a:b\n", "a: b\n c\n", "a: \"b\n  c\"\n", "a: \"b\" c\n", "a: \"b\\x41\"\n", "a: \"b\\\n", "a: \"b\n",
	"\"a\" : b\n", "\"a\"b: c\n", "a: b\n  c: d\n", "a:\n  b\n", "a:\n    b: c\n  d: e\n", "a:\n- b\n c: d\n", "a:\n- b\n  c\n", "a:\n-\n  b: c\n", "a:\n- - b\n   - c\n", "a: b\n- c\n",
	"a:\n- b: c\n  - d\n", "a:\n- yes: b\n", "a:\n- 1: b\n", "a:\n- \"b\":c\n",
	"a:\tb\n", "a: b\tc\n", "\ta: b\n", "a: |\n", "a: |\nb: c\n", "a: |\n\n  b\n", "a: |\n   \n  b\n", "a: |\n  \tb\n", "a: |x\n  b\n", "a: |22\n  b\n", "a: |--\n  b\n", "a: |0\n  b\n", "a: |\n   b\n  c\n",
	"a: | # b\n  c\n", "a: |2\n  \n", "a: |\n  b\n # c\n", strings.Repeat("k", maxKey) + ": v\n", "\"" + strings.Repeat("k", maxKey) + "\": v\n",
	deep("a:\n", "  ", maxDepth), "a:\n" + strings.Repeat("- ", maxDepth) + "b\n",
}

// deep is a mapping in a mapping, and so on.
func deep(line, indent string, depth int) string {
	var text strings.Builder
	for i := range depth + 1 {
		text.WriteString(strings.Repeat(indent, i) + line)
	}
	return text.String()
}

func TestOtherTextIsForALibrary(t *testing.T) {
	for _, text := range others {
		value, ok := Read([]byte(text), once)
		assert.False(t, ok, "%q is read as %v", text, value)
	}
}

// agrees fails if a text is read in another way than libraries do, by YAML 1.1 or 1.2.
func agrees(t *testing.T, text []byte) (read bool) {
	got, ok := Read(text, once)
	if !ok {
		return false
	}
	var old, current any
	require.NoError(t, yamlv2.UnmarshalStrict(text, &old), "%q", text)
	require.NoError(t, yamlv4.Unmarshal(text, &current), "%q", text)
	require.Equal(t, alike(old), got, "%q, YAML 1.1", text)
	require.Equal(t, alike(current), got, "%q, YAML 1.2", text)
	return true
}

// alike turns what libraries make of a document into what Read makes of it.
func alike(value any) any {
	switch v := value.(type) {
	case map[any]any:
		made := fields{}
		for key, inner := range v {
			name, _ := key.(string)
			made[name] = alike(inner)
		}
		return made
	case map[string]any:
		for key, inner := range v {
			v[key] = alike(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = alike(inner)
		}
	case int:
		return int64(v)
	}
	return value
}

// committed are the manifests of this repository's environments.
func committed(t testing.TB) (all [][]byte) {
	out := os.DirFS("../../../out")
	require.NoError(t, fs.WalkDir(out, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".yaml" {
			return err
		}
		text, err := fs.ReadFile(out, name)
		all = append(all, text)
		return err
	}))
	return all
}

func TestWhatIsGeneratedIsRead(t *testing.T) {
	texts := committed(t)
	require.NotEmpty(t, texts)
	for _, text := range texts {
		assert.True(t, agrees(t, text), "%s", text)
	}
}

// One change anywhere must not make the reader see what a library does not.
func TestSpoiltTextIsReadAsLibrariesReadIt(t *testing.T) {
	pieces := []string{"", " ", "  ", "\n", "\t", ":", ": ", "- ", "-", "#", " #", "\"", "'", "\\", "|", "|\n", ">", "{", "}", "[]", "&a ", "*a", "!", "~", "0", "1", "_", "e", ".", "---\n", "...\n", "a: b\n", "ä", "\u2028"}
	random := rand.New(rand.NewPCG(1, 1))
	read := 0
	for _, text := range append(committed(t), []byte(strings.Join(others, "")), []byte("a: |2-\n\n   b\nc:\n- - d\n  - e: |+\n      f\n\n    g: \"h\"\n")) {
		for range 100 {
			at, end, piece := random.IntN(len(text)), 0, pieces[random.IntN(len(pieces))]
			end = min(at+random.IntN(3), len(text))
			if agrees(t, append(append(append([]byte{}, text[:at]...), piece...), text[end:]...)) {
				read++
			}
		}
	}
	assert.Greater(t, read, 1000)
}

func FuzzRead(f *testing.F) {
	for _, text := range append(committed(f), []byte("a: |2-\n\n   b\nc:\n- - d\n  - e: |+\n      f\n\n    g: \"h\"\n")) {
		f.Add(text)
	}
	for _, text := range others {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { agrees(t, text) })
}

// BenchmarkRead compares reading what efgen generates with what a library takes for it.
func BenchmarkRead(b *testing.B) {
	texts := committed(b)
	for name, read := range map[string]func(text []byte) bool{
		"here": func(text []byte) bool { _, ok := Read(text, once); return ok },
		"by a library": func(text []byte) bool {
			var fields map[string]any
			return yamlv2.Unmarshal(text, &fields) == nil
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, text := range texts {
					require.True(b, read(text))
				}
			}
		})
	}
}
