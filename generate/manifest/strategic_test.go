package manifest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"sigs.k8s.io/yaml"
)

// patchedTypes are objects, and parts of them that are deep inside others.
var patchedTypes = []reflect.Type{
	reflect.TypeFor[appsv1.StatefulSet](), reflect.TypeFor[appsv1.Deployment](), reflect.TypeFor[appsv1.ControllerRevision](),
	reflect.TypeFor[batchv1.CronJob](), reflect.TypeFor[autoscalingv2.HorizontalPodAutoscaler](), reflect.TypeFor[policyv1.PodDisruptionBudget](),
	reflect.TypeFor[corev1.Pod](), reflect.TypeFor[corev1.Service](), reflect.TypeFor[corev1.ServiceAccount](), reflect.TypeFor[corev1.ConfigMap](),
	reflect.TypeFor[corev1.Secret](), reflect.TypeFor[corev1.PersistentVolume](), reflect.TypeFor[corev1.PersistentVolumeClaim](), reflect.TypeFor[corev1.NodeSpec](),
	reflect.TypeFor[corev1.PodSpec](), reflect.TypeFor[corev1.Container](), reflect.TypeFor[corev1.PodStatus](), reflect.TypeFor[metav1.ObjectMeta](),
	reflect.TypeFor[networkingv1.NetworkPolicy](), reflect.TypeFor[networkingv1.Ingress](), reflect.TypeFor[rbacv1.RoleBinding](),
	reflect.TypeFor[rbacv1.ClusterRole](), reflect.TypeFor[authorizationv1.SubjectAccessReview](),
}

type merge func(t reflect.Type, original, patch map[string]any) (map[string]any, error)

func mergeOurs(t reflect.Type, original, patch map[string]any) (map[string]any, error) {
	return mergeStrategic(planFor(t), original, patch)
}

func mergeTheirs(t reflect.Type, original, patch map[string]any) (map[string]any, error) {
	return strategicpatch.StrategicMergeMapPatch(original, patch, reflect.New(t).Interface())
}

// outcome is the JSON of what was merged, or "refused".
func outcome(t testing.TB, by merge, typ reflect.Type, original, patch map[string]any) string {
	t.Helper()
	merged, err := by(typ, copied(t, original), copied(t, patch))
	if err != nil {
		return "refused"
	}
	data, err := json.Marshal(merged)
	require.NoError(t, err)
	return string(data)
}

// agreed returns the outcome that both have, or what they differ in. What strategicpatch
// does may depend on the order of a map: then any outcome of it will do.
func agreed(t testing.TB, ours merge, typ reflect.Type, original, patch map[string]any) (string, error) {
	t.Helper()
	got := outcome(t, ours, typ, original, patch)
	var want string
	for range 20 {
		if want = outcome(t, mergeTheirs, typ, original, patch); got == want {
			return got, nil
		}
	}
	return "", fmt.Errorf("%s\noriginal: %v\npatch: %v\nwant %s\ngot  %s", typ, asJSON(original), asJSON(patch), want, got)
}

func TestStrategicMergeIsThatOfTheAPIServer(t *testing.T) {
	for _, c := range []struct {
		of              any
		original, patch string
	}{
		// Entries that are new, changed, deleted, twice there.
		{corev1.PodSpec{}, `containers: [{name: a, image: x}, {name: b}]`, `containers: [{name: c}, {name: b, image: z}, {name: d}]`},
		{corev1.PodSpec{}, `containers: [{name: a}, {name: b}, {name: c}]`, `containers: [{name: b, $patch: delete}, {name: z, $patch: delete}, {name: b, image: again}]`},
		{corev1.PodSpec{}, `containers: [{name: a}]`, `containers: [{name: new, image: x, env: [{name: A}]}, {name: new, tty: true, env: [{name: B}]}]`},
		{corev1.PodSpec{}, `containers: [{name: a}]`, `containers: []`},
		{corev1.PodSpec{}, `{}`, `{containers: [{name: a, tty: null}], volumes: [{name: v, emptyDir: {$patch: delete}}, {name: w, $patch: delete}]}`},
		{corev1.ServiceSpec{}, `ports: [{port: 53, protocol: UDP}, {port: 80}, {port: 53, protocol: TCP}]`, `ports: [{port: 53, name: dns}, {port: 1}]`},
		{corev1.ServiceSpec{}, `ports: [{port: 53, protocol: UDP}, {port: 80}, {port: 53, protocol: TCP}]`, `ports: [{port: 53, $patch: delete}]`},
		{corev1.PodSpec{}, `imagePullSecrets: [{}, {name: a}]`, `imagePullSecrets: [{name: a}]`},
		{corev1.PodSpec{}, `imagePullSecrets: [{}, {name: a}]`, `{imagePullSecrets: [{$patch: replace}, {name: b}], $setElementOrder/imagePullSecrets: [{name: b}]}`},
		// Whole lists and mappings.
		{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `containers: [{name: z}, {$patch: replace}, {name: w}, {name: z, tty: true}]`},
		{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `containers: [{$patch: replace}]`},
		{corev1.Container{}, `{args: [a, b], securityContext: {privileged: true}}`, `{args: [c], securityContext: {$patch: replace, runAsUser: 1, seLinuxOptions: null}}`},
		{corev1.Container{}, `{securityContext: {privileged: true}, tty: true}`, `{$patch: replace, securityContext: {privileged: null}}`},
		{corev1.Container{}, `securityContext: {privileged: true}`, `{securityContext: {$patch: delete}, lifecycle: {$patch: delete}}`},
		{appsv1.StatefulSetSpec{}, `selector: null`, `selector: {$patch: delete}`},
		{corev1.ConfigMap{}, `data: {a: "1", b: "2"}`, `data: {a: null, c: null, b: "3"}`},
		{corev1.ConfigMap{}, `data: {a: "1", b: "2"}`, `data: {$retainKeys: [b, c], c: "3"}`},
		{corev1.Pod{}, `{}`, `metadata: {labels: {a: null, b: c}}`},
		{corev1.Pod{}, `spec: {containers: [{name: a}]}`, `spec: {containers: [{name: new, resources: {limits: {cpu: null}}}]}`},
		{policyv1.PodDisruptionBudgetSpec{}, `selector: {matchLabels: {a: b}}`, `selector: {matchExpressions: [{key: a, operator: Exists}], matchLabels: null}`},
		{policyv1.PodDisruptionBudgetSpec{}, `selector: {matchLabels: {a: b}}`, `selector: {$patch: delete}`},
		{authorizationv1.SubjectAccessReviewSpec{}, `extra: {a: [x]}`, `extra: {b: [z]}`},
		{authorizationv1.SubjectAccessReviewSpec{}, `extra: {a: [x]}`, `extra: {a: [z]}`},
		{appsv1.ControllerRevision{}, `data: {a: 1, b: {}}`, `data: {a: 2, c: [{$patch: delete}], d: {$patch: replace}}`},
		{appsv1.ControllerRevision{}, `data: {b: {}}`, `data: {b: {}}`},
		{appsv1.ControllerRevision{}, `data: {b: {}}`, `data: {$patch: other}`},
		{appsv1.ControllerRevision{}, `data: {b: {}}`, `data: {$retainKeys: b}`},
		{appsv1.ControllerRevision{}, `data: [b]`, `data: [c]`},
		{appsv1.ControllerRevision{}, `data: {}`, `data: {$setElementOrder/b: [], $setElementOrder: 1}`},
		// Keys that are retained.
		{appsv1.DeploymentSpec{}, `strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}`, `strategy: {$retainKeys: [type], type: Recreate}`},
		{appsv1.DeploymentSpec{}, `strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}`, `strategy: {$retainKeys: [type], rollingUpdate: null}`},
		{appsv1.DeploymentSpec{}, `strategy: {type: RollingUpdate}`, `strategy: {$retainKeys: [], type: Recreate}`},
		{corev1.PodSpec{}, `volumes: [{name: v, emptyDir: {}}]`, `volumes: [{name: v, $retainKeys: [hostPath], hostPath: {path: /}}]`},
		{corev1.PodSpec{}, `{volumes: [{name: v}], nodeName: m}`, `{$retainKeys: [volumes], $setElementOrder/volumes: [{name: v}]}`},
		// Lists of text.
		{metav1.ObjectMeta{}, `finalizers: [a, b]`, `finalizers: [c, b, c]`},
		{metav1.ObjectMeta{}, `finalizers: [a, b, c]`, `$deleteFromPrimitiveList/finalizers: [c, a, d]`},
		{metav1.ObjectMeta{}, `finalizers: [a, b, c]`, `{$deleteFromPrimitiveList/finalizers: [a], $setElementOrder/finalizers: [a, c, b], finalizers: [a]}`},
		{metav1.ObjectMeta{}, `finalizers: [a]`, `$deleteFromPrimitiveList/finalizers: [a]`},
		{metav1.ObjectMeta{}, `{}`, `$deleteFromPrimitiveList/finalizers: [a]`},
		{corev1.Container{}, `args: [a, b, a]`, `$deleteFromPrimitiveList/args: [a]`},
		// The order of lists.
		{metav1.ObjectMeta{}, `finalizers: [a, b, c, d]`, `$setElementOrder/finalizers: [d, x, b]`},
		{metav1.ObjectMeta{}, `finalizers: [a, b]`, `{finalizers: [x, w, z], $setElementOrder/finalizers: []}`},
		{corev1.PodSpec{}, `containers: [{name: a}, {name: b}, {name: c}]`, `{containers: [{name: new}], $setElementOrder/containers: [{name: c}, {name: new}, {name: a}]}`},
		{corev1.PodSpec{}, `containers: [{name: a}, {name: b}, {name: c}]`, `{containers: [{name: a, $patch: delete}, {name: new}], $setElementOrder/containers: [{name: new}, {name: c}]}`},
		{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `{containers: [{name: x}, {name: w}], $setElementOrder/containers: [{name: w}, {name: x}]}`},
		{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `{containers: [{name: x}, {name: w}], $setElementOrder/containers: []}`},
		{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `{containers: [{name: x}, {$patch: replace}], $setElementOrder/containers: [{name: x}]}`},
		{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `{containers: [{$patch: replace}, {name: x}], $setElementOrder/containers: [{name: x}]}`},
		{corev1.PodSpec{}, `containers: [{name: a}]`, `$setElementOrder/containers: [{$patch: replace}]`},
		{corev1.PodSpec{}, `containers: null`, `{containers: [{name: a}], $setElementOrder/containers: [{name: a}]}`},
		{corev1.PodSpec{}, `containers: [{name: a}]`, `{containers: null, $setElementOrder/containers: [{name: a}]}`},
		{corev1.PodSpec{}, `{}`, `{volumes: [{name: a, $patch: delete}, {name: b, csi: {driver: null}}], $setElementOrder/volumes: [{name: c}, {name: b}]}`},
		{corev1.PodSpec{}, `{}`, `{volumes: [], $setElementOrder/volumes: [{name: a}]}`},
		{corev1.PodSpec{}, `{}`, `$setElementOrder/volumes: [{name: a}]`},
		{corev1.ServiceSpec{}, `ports: [{port: 53, protocol: UDP}, {port: 80}, {port: 53}]`, `$setElementOrder/ports: [{port: 80}, {port: 53}]`},
	} {
		typ := reflect.TypeOf(c.of)
		original, patch := parsed(t, c.original), parsed(t, c.patch)
		require.NoError(t, checkPatch(planFor(typ), patch, true))
		_, err := agreed(t, mergeOurs, typ, original, patch)
		assert.NoError(t, err)
	}
}

// Two things differ by intent: what strategicpatch does with them is not always the
// same, or makes no sense.
func TestStrategicMergeDiffersWhereTheAPIServerErrs(t *testing.T) {
	// A text that was there twice makes the order depend on the room of a slice.
	meta := reflect.TypeFor[metav1.ObjectMeta]()
	for room, order := range [][]any{{"c", "a", "b"}, {"a", "c", "b"}} {
		for _, c := range []struct {
			by   merge
			want []any
		}{{mergeOurs, []any{"c", "a", "b"}}, {mergeTheirs, order}} {
			finalizers := append(make([]any, 0, 3+room), "a", "a", "b")
			merged, err := c.by(meta, map[string]any{"finalizers": finalizers}, parsed(t, `finalizers: [c]`))
			require.NoError(t, err)
			assert.Equal(t, c.want, merged["finalizers"])
		}
	}
	// Text is "deleted" from a text that no type describes.
	revision := reflect.TypeFor[appsv1.ControllerRevision]()
	original, patch := parsed(t, `data: {a: x}`), parsed(t, `data: {$deleteFromPrimitiveList/a: z}`)
	require.NoError(t, checkPatch(planFor(revision), patch, true))
	assert.Equal(t, "refused", outcome(t, mergeOurs, revision, original, patch))
	assert.Contains(t, outcome(t, mergeTheirs, revision, original, patch), `"data":{"a":"z"}`)
}

func TestRandomPatchesMergeAsInTheAPIServer(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	directives := []string{`"$patch":"delete"`, `"$patch":"replace"`, `"$retainKeys"`, `"$setElementOrder/`, `"$deleteFromPrimitiveList/`, ":null"}
	reached := map[string]int{}
	for range 2000 {
		typ, original, patch := maker(random.IntN).pair(t)
		if checkPatch(planFor(typ), patch, true) != nil {
			reached["not checked"]++
			continue
		}
		result, err := agreed(t, mergeOurs, typ, original, patch)
		require.NoError(t, err)
		if result == "refused" {
			reached["refused"]++
			continue
		}
		for _, directive := range directives {
			if strings.Contains(asJSON(patch), directive) {
				reached[directive]++
			}
		}
	}
	for _, what := range append(directives, "refused") {
		assert.Greater(t, reached[what], 50, what)
	}
	assert.Less(t, reached["not checked"], 200)
	t.Log(reached)
}

func FuzzStrategicMerge(f *testing.F) {
	random := rand.NewChaCha8([32]byte{})
	for range 30 {
		choices := make([]byte, 500)
		random.Read(choices)
		f.Add(choices)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		typ, original, patch := maker(func(n int) int {
			if len(choices) == 0 {
				return 0
			}
			choice := int(choices[0]) % n
			choices = choices[1:]
			return choice
		}).pair(t)
		if checkPatch(planFor(typ), patch, true) == nil {
			_, err := agreed(t, mergeOurs, typ, original, patch)
			require.NoError(t, err)
		}
	})
}

func TestComparedMergesCanDiffer(t *testing.T) {
	original, patch := parsed(t, `finalizers: [a, b]`), parsed(t, `finalizers: [c]`)
	_, err := agreed(t, mergeOurs, reflect.TypeFor[metav1.ObjectMeta](), original, patch)
	require.NoError(t, err)
	for _, wrong := range []merge{
		func(_ reflect.Type, original, patch map[string]any) (map[string]any, error) {
			return mergeJSON(original, patch).(map[string]any), nil
		},
		func(reflect.Type, map[string]any, map[string]any) (map[string]any, error) { return nil, errRetainKeys },
		func(_ reflect.Type, original, _ map[string]any) (map[string]any, error) {
			return map[string]any{"finalizers": []any{"a", "b", "c"}}, nil
		},
	} {
		_, err := agreed(t, wrong, reflect.TypeFor[metav1.ObjectMeta](), original, patch)
		assert.ErrorContains(t, err, `want {"finalizers":["c","a","b"]}`)
	}
}

func parsed(t testing.TB, text string) map[string]any {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	require.NoError(t, err)
	return copied(t, json.RawMessage(data))
}

func copied(t testing.TB, object any) map[string]any {
	t.Helper()
	m, err := jsonMap(object)
	require.NoError(t, err)
	return m
}

func asJSON(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
