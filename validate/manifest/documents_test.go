package manifest_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	kubectl "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/manifest"
)

const (
	account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n"
	role    = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: b}\n"
	inJSON  = `{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a"}}`
)

// read lists what is seen of a file: objects as "Kind/name", or the fault of a document.
func read(text string) (seen []string) {
	for _, o := range manifest.NewSet([]manifest.File{file("a.yaml", text)}, manifest.Facts{}).Objects() {
		switch faults := o.Faults(); {
		case len(faults) > 0:
			line, _ := o.At("").OnLine(faults[0].Line).Position()
			seen = append(seen, strings.Repeat("\n", max(line-1, 0))+faults[0].Message)
		default:
			seen = append(seen, o.Kind+"/"+o.Name)
		}
	}
	return seen
}

// inCR has the old line ends of a Macintosh, which YAML takes for line ends, too.
func inCR(text string) string { return strings.ReplaceAll(text, "\n", "\r") }

func TestEveryDocumentOfAFileIsSeen(t *testing.T) {
	both := []string{"ServiceAccount/a", "ClusterRole/b"}
	for text, want := range map[string][]string{
		account + "---\n" + role:                                       both,
		account + "--- # more\n" + role:                                both,
		account + "---\t\r\n" + role:                                   both,
		"\ufeff" + account + "---\n\ufeff" + role:                      both,
		"\ufeff---\n" + account + "---\n# b\n\ufeff" + role:            both,
		"# a\n\ufeff\n\ufeff" + account + "---\n" + role:               both,
		account + "---\n---\n# nothing\n---\n" + role:                  both,
		account + "...\n---\n" + role + "...\n# the end\n":             both,
		inJSON + "\n---\n" + role:                                      both,
		"# a comment\r" + inCR(account):                                {"ServiceAccount/a"},
		account + "---\n# a comment\r" + inCR(role):                    both,
		account + "--- # a comment\u2028" + role:                       both,
		"kind: List\nitems:\n- " + indented(account) + "\n":            {"ServiceAccount/a"},
		"kind: List\nitems: [{kind: List, items: [" + inJSON + "]}]\n": {"ServiceAccount/a"},
		"apiVersion: v1\nkind: ServiceAccountList\nitems:\n- metadata: {name: a}\n- " + indented(role) + "\n": both,
	} {
		assert.Equal(t, want, read(text), "%q", text)
	}
}

// indented is an object as an item of a list.
func indented(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") }

func TestWhatAnotherReaderCouldTakeForADocumentIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		account + "...\n" + role:                              "\n\n\n\nsomething follows",
		account + "...\n# b\n...\n" + role:                    "something follows",
		account + "... # c\n" + role:                          "something follows",
		inJSON + "\n" + inJSON + "\n":                         "something follows",
		inJSON + inJSON:                                       "something follows",
		inJSON + " trailing garbage }}}":                      "something follows",
		strings.TrimSpace(account) + inCR("\n---\n"+role):     "something follows",
		inCR(account + "---\n" + role):                        "something follows",
		strings.TrimSpace(account) + "\u0085---\u0085" + role: "something follows",
		strings.TrimSpace(account) + "\u2028---\n" + role:     "something follows",
		account + "---more: x\n" + role:                       "\n\n\na line starts with \"---\"",
		account + "\ufeff" + role:                             "\n\n\na line starts with a byte order mark",
		account + "\ufeff---\n" + role:                        "a line starts with a byte order mark",
		"\xff\xfea\x00:\x00":                                  "the file is not UTF-8 text",
		"a: b\x00":                                            "the file is not UTF-8 text",
		account + "---\n# \xe4\n":                             "the file is not UTF-8 text",
	} {
		seen := read(text)
		require.NotEmpty(t, seen, "%q", text)
		assert.True(t, strings.Contains(strings.Join(seen, "|"), want), "%q: %q", text, seen)
	}
}

func TestFaultsSayWhatIsMeant(t *testing.T) {
	merged := "a: &x {note: one}\nb: {<<: *x, note: two}\n"
	for text, want := range map[string]manifest.Fault{
		"a:\n  b: {{ .Values.b }}\n":                   {Line: 2, Message: `looks like a template: "{{" starts what is to be filled in`, Hint: "render it first, as with `helm template`, and check what comes out"},
		"a: b\n{{- if .Values.c }}\nd: e\n{{ end }}\n": {Line: 2, Message: `looks like a template: "{{" starts what is to be filled in`, Hint: "render it first, as with `helm template`, and check what comes out"},
		merged:                             {Line: 2, Message: `key "note" is there twice: written, and brought by the merge key "<<"`, Hint: `remove one of the two, or write the mapping out without "<<"`},
		"a: '{{ b }}'\nc: 1\nd: 2\nc: 3\n": {Line: 4, Message: `key "c" already set in map`},
		"a: {b: 1, b: 2, <<: {}}\n":        {Line: 1, Message: `key "b" already set in map`},
	} {
		_, faults := manifest.Read([]byte(text))
		require.Len(t, faults, 1, "%q", text)
		assert.Equal(t, want, faults[0], "%q", text)
	}
}

// An object as another reader sees it.
type seen struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Items []map[string]any `json:"items"`
}

// others are what sigs.k8s.io/yaml, which reads one document, and kubectl see in a text,
// up to the first fault that they find.
func others(text []byte) (all []seen) {
	var first seen
	if yaml.Unmarshal(text, &first) == nil {
		all = append(all, first)
	}
	decoder := kubectl.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var next map[string]any
		if err := decoder.Decode(&next); err != nil {
			return all
		}
		text, err := yaml.Marshal(next)
		var object seen
		if err == nil && yaml.Unmarshal(text, &object) == nil {
			all = append(all, object)
		}
	}
}

// FuzzNoObjectIsHidden fails if another reader sees an object in a file which we neither
// see nor refuse.
func FuzzNoObjectIsHidden(f *testing.F) {
	for _, first := range []string{account, inCR(account), inJSON, inJSON + "\n", "# c\n", "\ufeff" + account, "a: |\n  b\n", "[1]\n", "'a'\n", strings.ReplaceAll(account, "\n", "\u0085")} {
		for _, between := range []string{"", "\n", "---\n", "...\n", "\r---\r", "\ufeff", "---\n\ufeff", "---x\n", "--- # c\n", "# c\r", "\u2028---\n", "\u0085...\u0085", " ", ",", "--- |\n", "%YAML 1.1\n---\n", "\x00", "kind: List\nitems: ["} {
			f.Add([]byte(first + between + role))
			f.Add([]byte(first + between + inJSON + "]"))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		ours := map[[3]string]bool{}
		for _, o := range manifest.NewSet([]manifest.File{{Path: "a.yaml", Data: text}}, manifest.Facts{}).Objects() {
			if len(o.Faults()) > 0 || o.APIVersion == "" || o.Kind == "" {
				return // EF204 refuses the file
			}
			ours[[3]string{o.APIVersion, o.Kind, o.Name}] = true
		}
		for _, object := range others(text) {
			isList := strings.HasSuffix(object.Kind, "List") && object.Items != nil
			if object.APIVersion != "" && object.Kind != "" && !isList {
				assert.Contains(t, ours, [3]string{object.APIVersion, object.Kind, object.Metadata.Name}, "%q", text)
			}
		}
	})
}
