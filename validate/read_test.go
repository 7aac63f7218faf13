package validate

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/internal/corpus"
	"github.com/efgen/efgen/validate/manifest"
)

// asTheClusterReads is what the API machinery makes of a document, strictly.
func asTheClusterReads(text []byte) (fields map[string]any, err error) {
	err = yaml.UnmarshalStrict(text, &fields)
	return fields, err
}

// sameReading holds our reading of a document against the API machinery's.
func sameReading(t *testing.T, text []byte) {
	want, err := asTheClusterReads(text)
	fields, findings := read(text)
	if len(findings) == 1 && findings[0].Line == 0 && err == nil {
		// The API machinery takes either value of a key that is 1 here and "1" there.
		assert.Contains(t, findings[0].Message, "already set in map")
		return
	}
	require.Equal(t, err != nil, findings != nil, "%q: %v %v", text, err, findings)
	if err != nil || want == nil {
		return
	}
	got, err := json.Marshal(fields)
	require.NoError(t, err, "%q", text)
	var plain map[string]any
	require.NoError(t, json.Unmarshal(got, &plain), "%q", text)
	assert.Equal(t, want, plain, "%q", text)
}

var readings = []string{
	"", "# nothing\n", "~", "null", "a", "- a", "{}", "a: {}\nb: []\nc: ~\nd:\n", "a: [1, 1.5, 1e3, 0x10, 0777, 0b11, 1_000, -0.0, +1, 1e400, 123456789012345678901234567890]\n",
	"a: [yes, no, on, off, y, n, true, True, null, ~, Null, '', \"yes\"]\n", "a: 2020-01-02\nb: 2020-01-02T03:04:05Z\nc: !!timestamp 2020-01-02\n",
	"1: a\n1.5: b\ntrue: c\n1e3: d\n", "~: a\n", "1: a\n'1': b\n", "a: 1\na: 2\n", "a: {b: 1, b: 2}\n", "a: .inf\n", "a: .nan\n", "[a]: b\n", "{a: b}: c\n",
	"a: &x {b: 1}\nc: *x\n", "a: &x {b: 1}\nc: {<<: *x, d: 2}\n", "a: &x {b: 1}\nc: {<<: *x, b: 2}\n", "<<: {a: 1}\n", "a: &x [*x]\n", "a: <<\n", "a: '<<'\n",
	"a: !!str 1\nb: !!int \"2\"\nc: !!float 3\n", "a: !!binary aGk=\n", "a: !!binary \"!\"\n", "a: !mine b\n", "a: !!set {x, y}\n", "a: |\n  x\n   y\nb: >-\n  x\n  y\n",
	"--- # first\na: 1\n", "a: 1\n...\nb: 2\n", "%YAML 1.1\n---\na: 1\n", "a: 18446744073709551615\nb: -9223372036854775808\nc: 9007199254740993\n", "a: \"\\x41\\u00e4\\xff\"\n", "a: b: c\n", "\ta: 1\n", "a: [\n",
	"{\"a\": {\"b\": [1, \"x\", null]}}", "? a\n: b\n", "a: 1\n\"a\": 2\n", "? \n: a\n", "=: a\nb: =\n", "a: 190:20:30\n", "a: \xff\n", "\xef\xbb\xbfa: 1\n", "a: 1\r\nb: 2\r\n",
}

func TestReadingIsTheClusters(t *testing.T) {
	for _, text := range readings {
		sameReading(t, []byte(text))
	}
	for _, document := range corpus.All(t) {
		sameReading(t, document)
	}
}

func TestFaultsOfWhatDoesNotRead(t *testing.T) {
	for document, want := range map[string][]manifest.Fault{
		"- kind: Service\n":     {{Message: "is not an object"}},
		"Service":               {{Message: "is not an object"}},
		"a: 1\nb: [\nc: 2\n":    {{Line: 4, Message: "did not find expected ',' or ']'"}},
		"a: 1\n\tb: 2\n":        {{Line: 2, Message: "found a tab character that violates indentation"}},
		"a: 1\na: 2\nb: 1\nb: ": {{Line: 2, Message: `key "a" already set in map`}, {Line: 4, Message: `key "b" already set in map`}},
		"a: \x01":               {{Message: "control characters are not allowed (value: 1)"}},
	} {
		_, faults := read([]byte(document))
		assert.Equal(t, want, faults, "%q", document)
	}
}

func TestAKeyThatIsThereTwiceInDisguise(t *testing.T) {
	_, findings := read([]byte("1: a\n'1': b\n"))
	assert.Equal(t, []manifest.Fault{{Message: `key "1" already set in map`}}, findings)
}

func TestAListWithAKeyTwiceIsNotReadAsIfItWereWhole(t *testing.T) {
	file := File{Path: "a.yaml", Data: []byte("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  data: {}\n  data: {}\n")}
	problems := NewChecker().Files([]File{file}, Facts{KubernetesVersion: "1.34"})
	require.NotEmpty(t, problems)
	assert.Equal(t, `a.yaml:8: key "data" already set in map [EF204]`, problems[0].String())
}

func FuzzReadingIsTheClusters(f *testing.F) {
	for _, text := range readings {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { sameReading(t, text) })
}
