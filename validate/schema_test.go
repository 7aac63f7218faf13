package validate

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/judge"
	"github.com/efgen/efgen/validate/schemas"
)

// check judges a document as it names itself.
func check(s *Schemas, document []byte) []SchemaFinding {
	var object struct{ APIVersion, Kind string }
	if yaml.Unmarshal(document, &object) != nil {
		return s.Check(document, "", "")
	}
	return s.Check(document, object.APIVersion, object.Kind)
}

// Check judges a document as if it named that apiVersion and kind.
func (s *Schemas) Check(document []byte, apiVersion, kind string) []SchemaFinding {
	object, findings := read(document)
	if findings != nil {
		return findings
	}
	if apiVersion == "" || kind == "" {
		return s.check(object)
	}
	if found := s.judge(schemaKey{s.minor, apiVersion, kind}); found != nil {
		return found.check(object)
	}
	return []SchemaFinding{s.unknown(apiVersion, kind)}
}

// lines renders findings as the files in testdata/schema list them.
func lines(findings []SchemaFinding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s|%s|%d|%s|%s\n", f.Rule, f.Field, f.Line, f.Message, f.Hint)
	}
	return b.String()
}

func newSchemas(t testing.TB, minor string, files ...File) *Schemas {
	s, problems := NewSchemas(minor, files)
	require.Empty(t, problems)
	return s
}

// Each invalid-*.yaml of testdata/schema has its findings beside it in a .txt
// file; each valid-*.yaml has none. What they say holds for every minor.
func TestDocumentsOfEveryMinor(t *testing.T) {
	paths, err := filepath.Glob("testdata/schema/*.yaml")
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
		for _, minor := range Versions() {
			got := strings.ReplaceAll(lines(check(newSchemas(t, minor), document)), "Kubernetes "+minor, "Kubernetes MINOR")
			assert.Equal(t, want, got, "%s on %s", path, minor)
		}
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
		document := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {}\n", c.apiVersion, c.kind)
		findings := newSchemas(t, c.minor).Check([]byte(document), c.apiVersion, c.kind)
		require.NotEmpty(t, findings, "%+v", c)
		assert.Equal(t, c.rule, findings[0].Rule, "%+v", c)
		if c.message != "" {
			assert.Equal(t, c.message, findings[0].Message)
			assert.Equal(t, c.hint, findings[0].Hint)
		}
	}
}

func TestAMinorIsJudgedByItsOwnSchema(t *testing.T) {
	// serviceName is optional from 1.33 on.
	document := []byte("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {selector: {}, template: {}}\n")
	assert.Equal(t, "EF201|spec.serviceName|0|required field is missing|\n", lines(check(newSchemas(t, "1.32"), document)))
	assert.Empty(t, check(newSchemas(t, "1.33"), document))
}

func TestUnreadableDocuments(t *testing.T) {
	for document, want := range map[string]string{
		"":                                "EF204||0|holds no object|\n",
		"# nothing\n":                     "EF204||0|holds no object|\n",
		"- kind: Service\n":               "EF204||0|is not an object|\n",
		"Service":                         "EF204||0|is not an object|\n",
		"a: 1\nb: [\nc: 2\n":              "EF204||4|did not find expected ',' or ']'|\n",
		"a: 1\n\tb: 2\n":                  "EF204||2|found a tab character that violates indentation|\n",
		"a: 1\na: 2\nb: 1\nb: ":           "EF204||2|key \"a\" already set in map|\nEF204||4|key \"b\" already set in map|\n",
		"kind: [Service]\n":               "EF204|apiVersion|0|required field is missing|\nEF204|kind|0|must be a text that is not empty|\n",
		"apiVersion: ''\nkind: Service\n": "EF204|apiVersion|0|must be a text that is not empty|\n",
		"apiVersion: v1\nkind: Service\nspec: {}\nspec: {}\n": "EF204||4|key \"spec\" already set in map|\n",
		"a: \x01": "EF204||0|control characters are not allowed (value: 1)|\n",
	} {
		assert.Equal(t, want, lines(check(newSchemas(t, "1.34"), []byte(document))), "%q", document)
	}
}

func TestIdentityIsReadIfTheCallerHasNone(t *testing.T) {
	findings := newSchemas(t, "1.34").Check([]byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n"), "", "")
	assert.Equal(t, "EF201|metadata.name|0|required field is missing|\n", lines(findings))
}

func TestEverySchemaCompilesAndJudges(t *testing.T) {
	for _, minor := range []string{Versions()[0], Versions()[len(Versions())-1]} {
		s := newSchemas(t, minor)
		for _, served := range schemas.Kinds() {
			if served.Minors[len(served.Minors)-1] != minor && served.Minors[0] != minor {
				continue
			}
			document := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: a}\nunheardOf: 1\n", served.APIVersion, served.Kind)
			assert.Contains(t, lines(check(s, []byte(document))), "EF201|unheardOf|0|unknown field", "%s %s", minor, document)
		}
	}
}

func TestUnsupportedMinorIsAProblem(t *testing.T) {
	s, problems := NewSchemas("1.29", nil)
	require.Len(t, problems, 1)
	assert.Equal(t, `no schemas of Kubernetes "1.29" are embedded, only those of 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37`, problems[0].Message)
	assert.NotNil(t, s.Check([]byte("{}"), "v1", "Nothing"))
}

func TestManyWorkersShareOneCompilation(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	document := []byte("apiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {name: a}\nrevision: 1\n")
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() {
			s, problems := NewSchemas("1.36", nil)
			assert.Empty(t, problems)
			assert.Empty(t, s.Check(document, "apps/v1", "ControllerRevision"))
			assert.NotEmpty(t, s.Check([]byte("apiVersion: v1\n"), "apps/v1", "ControllerRevision"))
		})
	}
	workers.Wait()
	left, err := os.ReadDir(os.TempDir())
	require.NoError(t, err)
	assert.Empty(t, left, "temporary files stay behind")
	judge := newSchemas(t, "1.36").judge(schemaKey{"1.36", "apps/v1", "ControllerRevision"})
	again := newSchemas(t, "1.36").judge(schemaKey{"1.36", "apps/v1", "ControllerRevision"})
	assert.Same(t, judge, again)
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

	newSchemas(t, "1.34").Check([]byte("apiVersion: example.com/v1\nkind: Other\n"), "example.com/v1", "Other")
	for _, keyword := range []string{"$ref", "$schema", "id", "$id", "$dynamicRef"} {
		for _, url := range []string{server.URL + "/schema.json", "https://example.com/schema.json", "schema.json", "file:///etc/hostname"} {
			file := File{Path: "s.json", Data: fmt.Appendf(nil, `{"properties":{"apiVersion":{"const":"example.com/v1"},"kind":{"const":"Other"},
				"spec":{%q:%q}},%q:%q}`, keyword, url, keyword, url)}
			s, _ := NewSchemas("1.34", []File{file})
			s.Check([]byte("apiVersion: example.com/v1\nkind: Other\nspec: {}\n"), "example.com/v1", "Other")
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
		assert.Equal(t, want, judge.DidYouMean(name, names), name)
	}
}
