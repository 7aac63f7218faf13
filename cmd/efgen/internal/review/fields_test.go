package review_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/validate/manifest"
)

// compareTexts compares one file of one environment.
func compareTexts(path, old, new string) review.Report {
	c := review.NewComparer()
	c.Add(
		side{Environment: "production", Namespace: "production", Files: []manifest.File{{Path: path, Data: []byte(old)}}}.set(),
		side{Environment: "production", Namespace: "production", Files: []manifest.File{{Path: path, Data: []byte(new)}}}.set(),
		nil,
	)
	return c.Report()
}

func fieldsOf(t *testing.T, path, old, new string) []review.Field {
	t.Helper()
	report := compareTexts(path, old, new)
	require.Len(t, report.Changes, 1)
	return report.Changes[0].Fields
}

// manifest is an object with a spec.
func manifestOf(apiVersion, kind, spec string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: flow, namespace: production}\nspec: " + spec + "\n"
}

func TestListItemsAreMatchedByTheirMergeKeysAndOrderIsShownWhereItMatters(t *testing.T) {
	pod := func(container string) string {
		return manifestOf("v1", "Pod", "{containers: [{name: flow, "+container+"}]}")
	}
	const flow = "spec.containers[name=flow]."
	for name, c := range map[string]struct {
		old, new string
		want     []review.Field
	}{
		"a value": {pod("image: a"), pod("image: b"), []review.Field{{Path: flow + "image", Old: "a", New: "b"}}},
		"a variable before the others": {
			pod("env: [{name: A, value: x}]"), pod("env: [{name: B, value: v}, {name: A, value: x}]"),
			[]review.Field{{Path: flow + "env[name=B]", New: map[string]any{"name": "B", "value": "v"}}},
		},
		"the order of variables": {
			pod("env: [{name: A, value: x}, {name: B, value: $(A)}]"), pod("env: [{name: B, value: $(A)}, {name: A, value: x}]"),
			[]review.Field{{Path: flow + "env", Old: []any{"A", "B"}, New: []any{"B", "A"}}},
		},
		"a port by number": {
			pod("ports: [{name: web, containerPort: 8008}]"), pod("ports: [{name: http, containerPort: 8008}]"),
			[]review.Field{{Path: flow + "ports[containerPort=8008].name", Old: "web", New: "http"}},
		},
		"two protocols of one port": {
			pod("ports: [{protocol: TCP, containerPort: 1}, {protocol: UDP, containerPort: 1}]"), pod("ports: [{protocol: TCP, containerPort: 1}]"),
			[]review.Field{{Path: flow + "ports[containerPort=1,protocol=UDP]", Old: map[string]any{"protocol": "UDP", "containerPort": int64(1)}}},
		},
		"a mount by path": {
			pod("volumeMounts: [{name: a, mountPath: /x}]"), pod("volumeMounts: [{name: b, mountPath: /x}]"),
			[]review.Field{{Path: flow + "volumeMounts[mountPath=/x].name", Old: "a", New: "b"}},
		},
		"an argument in the middle": {
			pod("args: [a, b, d]"), pod("args: [a, b, c, d]"),
			[]review.Field{{Path: flow + "args[2]", New: "c"}},
		},
		"arguments that swap": {
			pod("args: [a, b]"), pod("args: [b, a]"),
			[]review.Field{{Path: flow + "args[0]", Old: "a", New: "b"}, {Path: flow + "args[1]", Old: "b", New: "a"}},
		},
		"capabilities": {
			pod("securityContext: {capabilities: {add: [A, B]}}"), pod("securityContext: {capabilities: {add: [C, B]}}"),
			[]review.Field{{Path: flow + "securityContext.capabilities.add[=C]", New: "C"}, {Path: flow + "securityContext.capabilities.add[=A]", Old: "A"}},
		},
		"an odd name": {
			manifestOf("v1", "Pod", `{containers: [{name: "a] b", image: x}]}`), manifestOf("v1", "Pod", `{containers: [{name: "a] b", image: v}]}`),
			[]review.Field{{Path: `spec.containers[name="a] b"].image`, Old: "x", New: "v"}},
		},
		"names that are there twice": {
			manifestOf("v1", "Pod", `{containers: [{name: a, image: x}, {name: a, image: v}]}`), manifestOf("v1", "Pod", `{containers: [{name: a, image: x}, {name: a, image: z}]}`),
			[]review.Field{{Path: "spec.containers[1].image", Old: "v", New: "z"}},
		},
		"another type": {pod("tty: true"), pod(`tty: "true"`), []review.Field{{Path: flow + "tty", Old: true, New: "true"}}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, fieldsOf(t, "flow.yaml", c.old, c.new))
		})
	}
}

func TestWhatMeansTheSameIsNoDifference(t *testing.T) {
	for name, c := range map[string][2]string{
		"order of keys":           {"kind: A\nmetadata: {name: b}\na: 1\n", "a: 1\nmetadata: {name: b}\nkind: A\n"},
		"quotes and comments":     {"kind: A\na: \"x\"\n", "# why\nkind: A\na: x\n"},
		"null and absent":         {"kind: A\na: null\nb: {c: null}\n", "kind: A\nb: {}\n"},
		"volumes and tolerations": {manifestOf("v1", "Pod", "{volumes: [{name: a}, {name: b}], tolerations: [{key: a}, {key: b}]}"), manifestOf("v1", "Pod", "{volumes: [{name: b}, {name: a}], tolerations: [{key: b}, {key: a}]}")},
		"order of documents":      {"kind: A\nmetadata: {name: a}\n---\nkind: B\nmetadata: {name: b}\n", "kind: B\nmetadata: {name: b}\n---\nkind: A\nmetadata: {name: a}\n"},
		"spelling of a quantity":  {manifestOf("v1", "Pod", "{containers: [{name: a, resources: {requests: {cpu: 1, memory: 1024Mi}}}]}"), manifestOf("v1", "Pod", "{containers: [{name: a, resources: {requests: {cpu: 1000m, memory: 1Gi}}}]}")},
		"a List":                  {"kind: List\nitems: [{kind: A, metadata: {name: a}}]\n", "kind: A\nmetadata: {name: a}\n"},
	} {
		assert.Empty(t, compareTexts("a.yaml", c[0], c[1]).Changes, name)
	}
}

func TestQuantitiesAreComparedWhereKubernetesReadsThem(t *testing.T) {
	for name, c := range map[string][2]string{
		"another quantity": {manifestOf("v1", "ResourceQuota", "{hard: {memory: 1Gi}}"), manifestOf("v1", "ResourceQuota", "{hard: {memory: 1G}}")},
		"a text":           {manifestOf("v1", "Pod", "{containers: [{name: a, args: [1024Mi]}]}"), manifestOf("v1", "Pod", "{containers: [{name: a, args: [1Gi]}]}")},
		"a foreign kind":   {manifestOf("example.com/v1", "Box", "{limits: {memory: 1024Mi}}"), manifestOf("example.com/v1", "Box", "{limits: {memory: 1Gi}}")},
	} {
		assert.Len(t, compareTexts("a.yaml", c[0], c[1]).Changes, 1, name)
	}
}

func TestOrderOfAForeignKindAlwaysMatters(t *testing.T) {
	assert.NotEmpty(t, compareTexts("a.yaml", manifestOf("example.com/v1", "Chain", "{rules: [a, b]}"), manifestOf("example.com/v1", "Chain", "{rules: [b, a]}")).Changes)
	assert.NotEmpty(t, compareTexts("a.yaml", manifestOf("example.com/v1", "Chain", "{ports: [{port: 1}, {port: 2}]}"), manifestOf("example.com/v1", "Chain", "{ports: [{port: 2}, {port: 1}]}")).Changes)
}

func TestConfigurationsAreComparedByTheirKeysAndOtherTextsWhole(t *testing.T) {
	configMap := func(key, text string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flow}\ndata:\n  " + key + ": |\n    " + text + "\n"
	}
	assert.Equal(t, []review.Field{{Path: `data["a.xml"]`, Old: "<a/>\n", New: "<b/>\n"}},
		fieldsOf(t, "c.yaml", configMap("a.xml", "<a/>"), configMap("a.xml", "<b/>")))
	assert.Equal(t, []review.Field{{Path: `data["a.conf"].b.c`, Old: "1", New: "2"}},
		fieldsOf(t, "c.yaml", configMap("a.conf", "b { c = 1 }"), configMap("a.conf", "b.c = 2")))
	assert.Equal(t, []review.Field{{Path: `data["a.conf"]`, Old: "b = 1\n", New: "b = 1 // why\n"}},
		fieldsOf(t, "c.yaml", configMap("a.conf", "b = 1"), configMap("a.conf", "b = 1 // why")))
	assert.Equal(t, []review.Field{{Path: `data["a.conf"]`, Old: "b = ]\n", New: "b = 1\n"}},
		fieldsOf(t, "c.yaml", configMap("a.conf", "b = ]"), configMap("a.conf", "b = 1")))
}

func TestFilesThatAreNoManifestsAreComparedAsText(t *testing.T) {
	for path, c := range map[string][2]string{
		"notes.md":    {"a\n", "b\n"},
		"broken.yaml": {"a: [\n", "a: ]\n"},
		"list.yaml":   {"- a\n", "- b\n"},
	} {
		report := compareTexts(path, c[0], c[1])
		require.Len(t, report.Changes, 1, path)
		assert.Equal(t, []any{"File", "", path, review.Modified}, []any{report.Changes[0].Kind, report.Changes[0].APIVersion, report.Changes[0].Name, report.Changes[0].Action})
		assert.Equal(t, []review.Field{{Old: c[0], New: c[1]}}, report.Changes[0].Fields)
	}
}

func TestTheStyleOfADocumentMakesNoDifference(t *testing.T) {
	manifests, err := filepath.Glob("../../../../out/*/*/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, manifests)
	for _, manifest := range manifests {
		block, err := os.ReadFile(manifest)
		require.NoError(t, err)
		flow, err := yaml.YAMLToJSON(block)
		require.NoError(t, err)
		assert.Empty(t, compareTexts("a.yaml", string(block), string(flow)).Changes, "%s", manifest)
	}
}
