package manifest_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate/manifest"
)

// route is a kind that k8s.io/api does not have.
type route struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              routeSpec `json:"spec"`
}

type routeSpec struct {
	Host   string            `json:"host,omitempty"`
	Weight *int32            `json:"weight,omitempty"`
	Tags   []string          `json:"tags,omitempty"`
	Any    any               `json:"any,omitempty"`
	Labels map[string]string `json:"labels,omitempty"`
}

func newRoute() *route {
	return &route{
		TypeMeta: typed("route.openshift.io/v1", "Route"), ObjectMeta: metav1.ObjectMeta{Name: "flow", Namespace: "production"},
		Spec: routeSpec{Host: "flow.example.com", Tags: []string{"a", "b"}, Labels: map[string]string{"a": "1"}},
	}
}

func untyped(t *testing.T) map[string]any {
	t.Helper()
	var object map[string]any
	require.NoError(t, json.Unmarshal([]byte(toJSON(t, newRoute())), &object))
	return object
}

func TestPatchesChangeWhatTheyName(t *testing.T) {
	for name, c := range map[string]struct {
		object   any
		patch    string
		old, new string // lines of the manifest
	}{
		"a field of an entry": {
			statefulSet(), `spec: {template: {spec: {containers: [{name: flow, image: other:2}]}}}`,
			"        image: server.example.com:2001/flow:1.0.0\n", "        image: other:2\n",
		},
		"a new entry comes first, as the API server has it": {
			statefulSet(), `spec: {template: {spec: {volumes: [{name: scratch2, emptyDir: {medium: Memory}}]}}}`,
			"      volumes:\n", "      volumes:\n      - name: scratch2\n        emptyDir:\n          medium: Memory\n",
		},
		"null deletes": {
			statefulSet(), `spec: {template: {metadata: {annotations: null}}}`,
			"      annotations:\n        efgen.io/configuration-sha256: 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d\n", "",
		},
		"a whole number stays one": {
			statefulSet(), `spec: {template: {spec: {securityContext: {runAsUser: 9007199254740993}}}}`,
			"runAsUser: 1000\n", "runAsUser: 9007199254740993\n",
		},
		"a quantity": {
			statefulSet(), `spec: {template: {spec: {containers: [{name: flow, resources: {limits: {cpu: 1.5}}}]}}}`,
			`cpu: "2"`, "cpu: 1500m",
		},
		"the names it has already": {
			statefulSet(), `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: flow, namespace: production}, spec: {replicas: 5}}`,
			"replicas: 3\n", "replicas: 5\n",
		},
		"a port by its number": {
			service("flow", ""), `spec: {ports: [{port: 8008, targetPort: 80}]}`, "targetPort: web\n", "targetPort: 80\n",
		},
		"a map of text": {configuration(), `data: {substitutions: "A=1"}`, "|\n    DEFAULT_ROUTE=10.1.0.1", "A=1"},
	} {
		assertPatched(t, name, c.object, c.patch, c.old, c.new)
	}
}

func TestDirectivesChangeWhatTheyName(t *testing.T) {
	for name, c := range map[string]struct {
		object   any
		patch    string
		old, new string
	}{
		"an entry is deleted": {
			statefulSet(), `spec: {template: {spec: {volumes: [{name: scratch, $patch: delete}]}}}`,
			"      - name: scratch\n        emptyDir: {}\n", "",
		},
		"a list is replaced": {
			statefulSet(), `spec: {template: {spec: {volumes: [{$patch: replace}, {name: only, emptyDir: {}}]}}}`,
			"      - name: configuration\n        configMap:\n          name: flow-configuration\n      - name: scratch\n", "      - name: only\n",
		},
		"a mapping is replaced": {
			statefulSet(), `spec: {template: {metadata: {labels: {$patch: replace, app: flow, x: "y"}}}}`,
			"        app: flow\n      annotations:", "        app: flow\n        x: \"y\"\n      annotations:",
		},
		"the order of a list": {
			statefulSet(), `spec: {template: {spec: {$setElementOrder/volumes: [{name: scratch}, {name: configuration}]}}}`,
			"      - name: configuration\n        configMap:\n          name: flow-configuration\n      - name: scratch\n        emptyDir: {}\n",
			"      - name: scratch\n        emptyDir: {}\n      - name: configuration\n        configMap:\n          name: flow-configuration\n",
		},
		"keys are retained": {
			statefulSet(), `spec: {template: {spec: {volumes: [{name: scratch, $retainKeys: [name, secret], secret: {secretName: s}}]}}}`,
			"        emptyDir: {}\n", "        secret:\n          secretName: s\n",
		},
		"texts are deleted from a list": {
			&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Finalizers: []string{"a", "b", "c"}}}, `metadata: {$deleteFromPrimitiveList/finalizers: [a, c]}`,
			"  - a\n  - b\n  - c\n", "  - b\n",
		},
	} {
		assertPatched(t, name, c.object, c.patch, c.old, c.new)
	}
}

func TestPatchesOfOtherKindsReplaceLists(t *testing.T) {
	for name, c := range map[string]struct {
		object   any
		patch    string
		old, new string
	}{
		"a list of our own type":   {newRoute(), `spec: {tags: [c]}`, "  - a\n  - b\n", "  - c\n"},
		"a field of our own type":  {newRoute(), `spec: {host: null}`, "  host: flow.example.com\n", ""},
		"a mapping of our own":     {newRoute(), `spec: {labels: {a: null, b: "2"}}`, `a: "1"`, `b: "2"`},
		"what a mapping replaces":  {newRoute(), `spec: {any: {a: {b: 1, c: null}}}`, "  labels:", "  any:\n    a:\n      b: 1\n  labels:"},
		"a list without a type":    {untyped(t), `spec: {tags: [c, null]}`, "  - a\n  - b\n", "  - c\n  - null\n"},
		"a field without a type":   {untyped(t), `spec: {weight: 9007199254740993}`, "b\n", "b\n  weight: 9007199254740993\n"},
		"a mapping without a type": {untyped(t), `spec: {host: {a: 1}, labels: null}`, "  host: flow.example.com\n  labels:\n    a: \"1\"\n", "  host:\n    a: 1\n"},
	} {
		assertPatched(t, name, c.object, c.patch, c.old, c.new)
	}
}

// assertPatched applies a patch that changes old lines of the manifest to new ones.
func assertPatched(t *testing.T, name string, object any, patchText, old, changed string) {
	t.Helper()
	before := marshal(t, object)
	require.Contains(t, before, old, name)
	patch := parse(t, patchText)
	patched, err := manifest.Patch(object, patch)
	require.NoError(t, err, name)
	assert.Equal(t, strings.Replace(before, old, changed, 1), marshal(t, patched), name)
	assert.IsType(t, object, patched, name)
	assert.Equal(t, before, marshal(t, object), "%s: the object itself is unchanged", name)
	assert.Equal(t, parse(t, patchText), patch, "%s: the patch is unchanged", name)
}

func TestNoPatchChangesNothing(t *testing.T) {
	for _, object := range append(objects(), newRoute(), untyped(t)) {
		for _, patch := range []map[string]any{nil, {}} {
			patched, err := manifest.Patch(object, patch)
			require.NoError(t, err)
			assert.Equal(t, marshal(t, object), marshal(t, patched))
		}
	}
}

func TestOnlyObjectsArePatched(t *testing.T) {
	for object, says := range map[any]string{
		nil: "cannot patch a <nil>", "text": "cannot patch a string", (*corev1.Pod)(nil): "cannot patch a *v1.Pod",
		corev1.LocalObjectReference{}: "cannot patch a v1.LocalObjectReference", math.Inf(1): "json: unsupported value: +Inf",
	} {
		_, err := manifest.Patch(object, nil)
		assert.EqualError(t, err, says)
	}
}

func FuzzPatch(f *testing.F) {
	f.Add(`spec: {template: {spec: {containers: [{name: flow, $patch: delete}], $setElementOrder/containers: [{name: flow}]}}}`)
	f.Add(`spec: {template: {spec: {containers: [{name: {}}, {name: {}}], hostAliases: [{ip: []}]}}}`)
	f.Add(`{metadata: {finalizers: [a, {}], $deleteFromPrimitiveList/finalizers: [[]], $setElementOrder/finalizers: [{}]}, $retainKeys: [{}]}`)
	f.Add(`metadata: {labels: {$patch: replace, $setElementOrder/a: [], a: {b: c}}, ownerReferences: [{uid: a}, {uid: null, $patch: replace}]}`)
	f.Add(`metadata: {finalizers: [a, b], $deleteFromPrimitiveList/finalizers: [b, c]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var patch map[string]any
		if len(text) > 1000 || yaml.Unmarshal([]byte(text), &patch) != nil {
			return
		}
		for _, object := range []any{statefulSet(), newRoute(), untyped(t)} {
			patched, err := manifest.Patch(object, patch)
			if err != nil {
				var at *manifest.FieldError
				require.ErrorAs(t, err, &at)
				continue
			}
			var kept struct {
				Metadata struct{ Namespace, Name string }
			}
			require.NoError(t, yaml.Unmarshal([]byte(marshal(t, patched)), &kept))
			require.Equal(t, "production/flow", kept.Metadata.Namespace+"/"+kept.Metadata.Name)
			again, err := manifest.Patch(object, patch)
			require.NoError(t, err)
			require.Equal(t, marshal(t, patched), marshal(t, again))
		}
	})
}

func TestPatchedObjectsKeepTheirType(t *testing.T) {
	patched, err := manifest.Patch(statefulSet(), parse(t, `spec: {replicas: 7}`))
	require.NoError(t, err)
	assert.EqualValues(t, 7, *patched.(*appsv1.StatefulSet).Spec.Replicas)
}

// parse reads a patch with whole numbers as int, as readers of YAML do.
func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	var patch map[string]any
	require.NoError(t, readers["go.yaml.in/yaml/v4"]([]byte(text), &patch))
	return patch
}
