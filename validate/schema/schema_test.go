package schema

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schema/words"
	"github.com/efgen/efgen/validate/schemas"
)

// Each invalid-*.yaml of testdata has its findings beside it in a .txt file; each
// valid-*.yaml has none. What they say holds for every minor, whoever judges.
func TestDocumentsOfEveryMinor(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		document, err := os.ReadFile(path)
		require.NoError(t, err)
		want := ""
		if strings.HasPrefix(filepath.Base(path), "invalid-") {
			text, err := os.ReadFile(strings.TrimSuffix(path, ".yaml") + ".txt")
			require.NoError(t, err)
			want = string(text)
			require.NotEmpty(t, want)
		}
		same := func(minor string, mode Mode) {
			got := strings.ReplaceAll(check(t, newJudge(t, minor, mode), string(document)), "Kubernetes "+minor, "Kubernetes MINOR")
			assert.Equal(t, want, got, "%s on %s, mode %d", path, minor, mode)
		}
		for _, minor := range schemas.Minors() {
			same(minor, Quick)
		}
		same("1.30", Thorough)
		same("1.37", Thorough)
	}
}

func TestAPIVersionsThatAMinorDoesNotServe(t *testing.T) {
	for _, c := range []struct{ minor, apiVersion, kind, rule, message, hint string }{
		{"1.30", "policy/v1beta1", "PodDisruptionBudget", "EF203", "Kubernetes 1.30 does not serve PodDisruptionBudget of policy/v1beta1", "use apiVersion: policy/v1"},
		{"1.31", "flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "EF201", "", ""},
		{"1.32", "flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "EF203", "Kubernetes 1.32 does not serve FlowSchema of flowcontrol.apiserver.k8s.io/v1beta3", "use apiVersion: flowcontrol.apiserver.k8s.io/v1"},
		{"1.34", "extensions/v1beta1", "Ingress", "EF203", "Kubernetes 1.34 does not serve Ingress of extensions/v1beta1", "use apiVersion: networking.k8s.io/v1"},
		{"1.34", "v1", "Route", "EF203", "Kubernetes 1.34 does not serve Route of v1", "use apiVersion: route.openshift.io/v1"},
		{"1.30", "resource.k8s.io/v1", "DeviceClass", "EF203", "Kubernetes 1.30 does not serve DeviceClass of resource.k8s.io/v1", "it is served by Kubernetes 1.34 to 1.37"},
		{"1.34", "apps/v1", "StatefulSett", "EF202", `no schema describes StatefulSett of apps/v1, did you mean "StatefulSet"?`, "name its CustomResourceDefinition or JSON Schema under `schemas` in the environment file"},
		{"1.34", "serving.knative.dev/v1", "Service", "EF202", "no schema describes Service of serving.knative.dev/v1", "name its CustomResourceDefinition or JSON Schema under `schemas` in the environment file"},
		{"1.34", "../../etc/passwd", "Service", "EF202", "no schema describes Service of ../../etc/passwd", "name its CustomResourceDefinition or JSON Schema under `schemas` in the environment file"},
	} {
		for _, mode := range []Mode{Quick, Thorough} {
			document, _ := read(fmt.Appendf(nil, "apiVersion: %s\nkind: %s\nmetadata: {}\n", c.apiVersion, c.kind))
			findings, err := newJudge(t, c.minor, mode).Check(document)
			require.NoError(t, err)
			require.NotEmpty(t, findings, "%+v", c)
			assert.Equal(t, c.rule, findings[0].Rule.ID, "%+v", c)
			if c.message != "" {
				assert.Equal(t, c.message, findings[0].Message)
				assert.Equal(t, c.hint, findings[0].Hint)
			}
		}
	}
}

func TestAMinorIsJudgedByItsOwnSchema(t *testing.T) {
	// serviceName is optional from 1.33 on.
	document := "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {selector: {}, template: {}}\n"
	for _, mode := range []Mode{Quick, Thorough} {
		assert.Equal(t, "EF201|spec.serviceName|0|required field is missing|\n", check(t, newJudge(t, "1.32", mode), document))
		assert.Empty(t, check(t, newJudge(t, "1.33", mode), document))
	}
}

func TestObjectsWithoutAKind(t *testing.T) {
	for document, want := range map[string]string{
		"":                                "EF204||0|holds no object|\n",
		"kind: [Service]\n":               "EF204|apiVersion|0|required field is missing|\nEF204|kind|0|must be a text that is not empty|\n",
		"apiVersion: ''\nkind: Service\n": "EF204|apiVersion|0|must be a text that is not empty|\n",
	} {
		assert.Equal(t, want, check(t, newJudge(t, "1.34", Thorough), document), "%q", document)
	}
}

// An item of a List has no text of its own, and may be more than a map.
func TestAnObjectNeedsNoText(t *testing.T) {
	for _, mode := range []Mode{Quick, Thorough} {
		findings, err := newJudge(t, "1.34", mode).Check(Document{Fields: mapping{"apiVersion": "v1", "kind": "ConfigMap", "metadata": mapping{"name": "a"}, "data": mapping{"x": int64(1)}}})
		require.NoError(t, err)
		assert.Equal(t, "EF201|data.x|0|is a number, must be a string|quote the value to make it a text\n", lines(findings))
		findings, err = newJudge(t, "1.34", mode).Check(Document{Fields: mapping{"apiVersion": "v1", "kind": "ConfigMap", "metadata": mapping{"name": "a"},
			"data": mapping{"x": "\x00\x07\x7f\u0080\u0085\u2028\ufeff\uffff<😀"}}})
		require.NoError(t, err)
		assert.Empty(t, lines(findings))
	}
}

type mapping map[string]any

func (m mapping) Fields() map[string]any { return m }

func (m mapping) MarshalJSON() ([]byte, error) { return json.Marshal(map[string]any(m)) }

func TestEverySchemaCompilesAndJudges(t *testing.T) {
	for _, minor := range []string{schemas.Minors()[0], schemas.Minors()[len(schemas.Minors())-1]} {
		for _, served := range schemas.Kinds() {
			if !slices.Contains(served.Minors, minor) {
				continue
			}
			document := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: a}\nunheardOf: 1\n", served.APIVersion, served.Kind)
			for _, mode := range []Mode{Quick, Thorough} {
				assert.Contains(t, check(t, newJudge(t, minor, mode), document), "EF201|unheardOf|0|unknown field", "%s %s", minor, document)
			}
		}
	}
}

func TestUnsupportedMinorIsAProblem(t *testing.T) {
	j, findings := New("1.29", nil, Quick)
	require.Len(t, findings, 1)
	assert.Equal(t, `no schemas of Kubernetes "1.29" are embedded, only those of 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37`, findings[0].Message)
	assert.Equal(t, "EF202|kind|0|no schema describes Nothing of v1|name its CustomResourceDefinition or JSON Schema under `schemas` in the environment file\n",
		check(t, j, "apiVersion: v1\nkind: Nothing\n"))
}

func TestRulesAreInOrder(t *testing.T) {
	assert.True(t, slices.IsSortedFunc(Rules, func(a, b rule.Rule) int { return strings.Compare(a.ID, b.ID) }))
	assert.Contains(t, Rules, manifest.Unreadable)
}

func TestManyWorkersShareOneCompilation(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	document := "apiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {name: a}\nrevision: 1\n"
	var workers sync.WaitGroup
	for range 16 {
		for _, mode := range []Mode{Quick, Thorough} {
			workers.Go(func() {
				assert.Empty(t, check(t, newJudge(t, "1.36", mode), document))
				assert.NotEmpty(t, check(t, newJudge(t, "1.36", mode), "apiVersion: apps/v1\nkind: ControllerRevision\n"))
			})
		}
	}
	workers.Wait()
	left, err := os.ReadDir(os.TempDir())
	require.NoError(t, err)
	assert.Empty(t, left, "temporary files stay behind")
	name := kindName{"1.36", "apps/v1", "ControllerRevision"}
	assert.Same(t, newJudge(t, "1.36", Quick).find(name), newJudge(t, "1.36", Thorough).find(name))
}

// Without a folder for its files kubeconform cannot judge, which is no finding.
func TestATemporaryFolderThatCannotBeMadeIsAnError(t *testing.T) {
	// What another test made of the kind would need no folder any more.
	name := kindName{"1.31", "policy/v1", "PodDisruptionBudget"}
	archived.Delete(name)
	t.Cleanup(func() { archived.Delete(name) })
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "nowhere"))
	document, _ := read([]byte("apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n"))
	findings, err := newJudge(t, "1.31", Quick).Check(document)
	require.NoError(t, err)
	assert.Empty(t, findings)
	findings, err = newJudge(t, "1.31", Thorough).Check(document)
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.Regexp(t, `^kubeconform reads schemas from files only: .*nowhere.*; set TMPDIR to a folder that can be written to$`, err.Error())
	assert.Empty(t, findings)
}

// Kubeconform takes the folder's name for a URL and for a template.
func TestATemporaryFolderWithAnAwkwardName(t *testing.T) {
	for name, works := range map[string]bool{"a#b": false, "a%zz": false, "a{{b": false, "a?b": true, "a b": true, "ä": true} {
		folder := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.Mkdir(folder, 0o700))
		t.Setenv("TMPDIR", folder)
		v, err := newKubeconform(kindName{"1.34", "example.com/v1", "Thing"}, []byte(`{"type": "object"}`))
		if !works {
			require.ErrorContains(t, err, "kubeconform cannot read "+folder, name)
			assert.ErrorContains(t, err, "set TMPDIR to a folder with a plain name")
		} else {
			require.NoError(t, err)
			assert.NotNil(t, v)
		}
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
		assert.Empty(t, left)
	}
}

// A listener stands for the network: it is both the proxy for everything and the
// host of a schema.
func TestNothingIsFetched(t *testing.T) {
	var hits atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			hits.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	t.Setenv("HTTP_PROXY", server.URL)
	t.Setenv("HTTPS_PROXY", server.URL)

	check(t, newJudge(t, "1.34", Thorough), "apiVersion: example.com/v1\nkind: Other\n")
	for _, keyword := range []string{"$ref", "$schema", "id", "$id", "$dynamicRef"} {
		for _, url := range []string{server.URL + "/schema.json", "https://example.com/schema.json", "schema.json", "file:///etc/hostname"} {
			for _, more := range []string{`"properties": {"spec": {%q: %q}}`, `%q: %q`, `"enum": [{%q: %q}], "properties": {"spec": {"$ref": "#/enum/0"}}`} {
				j, _ := New("1.34", []manifest.File{describing("", fmt.Sprintf(more, keyword, url))}, Thorough)
				check(t, j, thing("{}"))
			}
		}
	}
	assert.Zero(t, hits.Load(), "connections were made")
}

func TestDidYouMean(t *testing.T) {
	names := []string{"image", "imagePullPolicy", "replicas", "selfHeal"}
	for name, want := range map[string]string{
		"imagee": "image", "replcias": "replicas", "selfheal": "selfHeal", "SELFHEAL": "selfHeal", "unlike": "", "": "",
	} {
		if want != "" {
			want = fmt.Sprintf(", did you mean %q?", want)
		}
		assert.Equal(t, want, words.DidYouMean(name, names), name)
	}
}
