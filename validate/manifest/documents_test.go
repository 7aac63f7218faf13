package manifest_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
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
		"kind: Prices\nitems: [" + inJSON + "]\n":             "has a list \"items\"",
		"kind: List\nitems: [{kind: Prices, items: []}]\n":    "has a list \"items\"",
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
		"   \r\r!00\r{{0":                              {Line: 5, Message: "did not find expected ',' or '}'"},
		merged:                                         {Line: 2, Message: `key "note" is there twice: written, and brought by the merge key "<<"`, Hint: `remove one of the two, or write the mapping out without "<<"`},
		"a: '{{ b }}'\nc: 1\nd: 2\nc: 3\n":             {Line: 4, Message: `key "c" already set in map`},
		"a: {b: 1, b: 2, <<: {}}\n":                    {Line: 1, Message: `key "b" already set in map`},
	} {
		_, faults := manifest.Read([]byte(text))
		require.Len(t, faults, 1, "%q", text)
		assert.Equal(t, want, faults[0], "%q", text)
	}
}

// others are the objects that sigs.k8s.io/yaml, which reads one document, and kubectl see
// in a text, up to the first fault that they find: apiVersion, kind and name.
func others(text []byte) (all [][3]string) {
	see := func(inJSON []byte) {
		object, _, err := unstructured.UnstructuredJSONScheme.Decode(inJSON, nil, nil)
		if err == nil {
			all = append(all, seen(object)...)
		}
	}
	if first, err := yaml.YAMLToJSON(text); err == nil {
		see(first)
	}
	decoder := kubectl.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var next runtime.RawExtension
		if err := decoder.Decode(&next); err != nil {
			return all
		}
		see(next.Raw)
	}
}

// seen are an object, or the items of a list.
func seen(object runtime.Object) (all [][3]string) {
	if list, isList := object.(*unstructured.UnstructuredList); isList {
		for i := range list.Items {
			all = append(all, seen(&list.Items[i])...)
		}
		return all
	}
	one := object.(*unstructured.Unstructured)
	if one.IsList() {
		if list, err := one.ToList(); err == nil {
			return seen(list)
		}
	}
	if one.GetAPIVersion() == "" || one.GetKind() == "" {
		return nil // no API server takes it
	}
	return [][3]string{{one.GetAPIVersion(), one.GetKind(), one.GetName()}}
}

// FuzzNoObjectIsHidden fails if another reader sees an object in a file which we neither
// see nor refuse.
func FuzzNoObjectIsHidden(f *testing.F) {
	for _, first := range []string{account, inCR(account), inJSON, inJSON + "\n", "# c\n", "\ufeff" + account, "a: |\n  b\n", "[1]\n", "'a'\n", strings.ReplaceAll(account, "\n", "\u0085")} {
		f.Add([]byte("apiVersion: example.com/v1\nkind: Prices\nitems:\n- " + indented(first)))
		f.Add([]byte("resources: [a.yaml]\n---\n" + first))
		f.Add([]byte("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n---\n" + first))
		f.Add([]byte("kind: PricesList\nitems:\n- kind: List\n  items: [" + inJSON + "]\n- " + indented(first)))
		for _, between := range []string{"", "\n", "---\n", "...\n", "\r---\r", "\ufeff", "---\n\ufeff", "---x\n", "--- # c\n", "# c\r", "\u2028---\n", "\u0085...\u0085", " ", ",", "--- |\n", "%YAML 1.1\n---\n", "\x00", "kind: List\nitems: ["} {
			f.Add([]byte(first + between + role))
			f.Add([]byte(first + between + inJSON + "]"))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, name := range []string{"a.yaml", "b/kustomization.yaml"} {
			ours, refused := map[[3]string]bool{}, false
			for _, o := range manifest.NewSet([]manifest.File{{Path: name, Data: text}}, manifest.Facts{}).Objects() {
				refused = refused || len(o.Faults()) > 0 || o.APIVersion == "" || o.Kind == "" // by EF204
				ours[[3]string{o.APIVersion, o.Kind, o.Name}] = true
			}
			for _, object := range others(text) {
				isForKustomize := strings.HasPrefix(object[0], "kustomize.config.k8s.io/") && (object[1] == "Kustomization" || object[1] == "Component")
				if !refused && !(isForKustomize && name != "a.yaml") {
					assert.Contains(t, ours, object, "%s: %q", name, text)
				}
			}
		}
	})
}
