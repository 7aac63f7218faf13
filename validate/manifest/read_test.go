package manifest

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// asTheClusterReads is what the API machinery makes of a document, strictly.
func asTheClusterReads(text []byte) (fields map[string]any, err error) {
	err = yaml.UnmarshalStrict(text, &fields)
	return fields, err
}

// sameReading holds our reading of a document against the API machinery's.
func sameReading(t *testing.T, text []byte) {
	want, err := asTheClusterReads(text)
	fields, findings := Read(text)
	if err == nil && len(findings) == 1 && strings.HasPrefix(findings[0].Message, "something follows") {
		// The API machinery passes over it.
		return
	}
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

// corpus are the documents of this repository.
func corpus(t testing.TB) (all [][]byte) {
	for _, root := range []string{"../testdata", "../../out", "../../generate/testdata"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !IsYAML(path) {
				return err
			}
			data, err := os.ReadFile(path)
			for _, document := range Documents(data) {
				all = append(all, document.Text)
			}
			return err
		}))
	}
	return all
}

var readings = []string{
	"", "# nothing\n", "~", "null", "a", "- a", "{}", "a: {}\nb: []\nc: ~\nd:\n", "a: [1, 1.5, 1e3, 0x10, 0777, 0b11, 1_000, -0.0, +1, 1e400, 123456789012345678901234567890]\n",
	"a: [yes, no, on, off, y, n, true, True, null, ~, Null, '', \"yes\"]\n", "a: 2020-01-02\nb: 2020-01-02T03:04:05Z\nc: !!timestamp 2020-01-02\n",
	"1: a\n1.5: b\ntrue: c\n1e3: d\n", "~: a\n", "1: a\n'1': b\n", "a: 1\na: 2\n", "a: {b: 1, b: 2}\n", "a: .inf\n", "a: .nan\n", "[a]: b\n", "{a: b}: c\n",
	"a: &x {b: 1}\nc: *x\n", "a: &x {b: 1}\nc: {<<: *x, d: 2}\n", "a: &x {b: 1}\nc: {<<: *x, b: 2}\n", "<<: {a: 1}\n", "a: &x [*x]\n", "a: <<\n", "a: '<<'\n",
	"a: !!str 1\nb: !!int \"2\"\nc: !!float 3\n", "a: !!binary aGk=\n", "a: !!binary \"!\"\n", "a: !mine b\n", "a: !!set {x, y}\n", "a: |\n  x\n   y\nb: >-\n  x\n  y\n",
	"--- # first\na: 1\n", "%YAML 1.1\n---\na: 1\n", "a: 18446744073709551615\nb: -9223372036854775808\nc: 9007199254740993\n", "a: \"\\x41\\u00e4\\xff\"\n", "a: b: c\n", "\ta: 1\n", "a: [\n",
	"{\"a\": {\"b\": [1, \"x\", null]}}", "? a\n: b\n", "a: 1\n\"a\": 2\n", "? \n: a\n", "=: a\nb: =\n", "a: 190:20:30\n", "a: \xff\n", "\xef\xbb\xbfa: 1\n", "a: 1\r\nb: 2\r\n",
}

func TestReadingIsTheClusters(t *testing.T) {
	for _, text := range readings {
		sameReading(t, []byte(text))
	}
	for _, document := range corpus(t) {
		sameReading(t, document)
	}
}

func TestAKeyThatIsThereTwiceInDisguise(t *testing.T) {
	_, findings := Read([]byte("1: a\n'1': b\n"))
	assert.Equal(t, []Fault{{Message: `key "1" already set in map`}}, findings)
}

func FuzzReadingIsTheClusters(f *testing.F) {
	for _, text := range readings {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { sameReading(t, text) })
}
