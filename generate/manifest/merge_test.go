package manifest_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate/manifest"
)

// merges are strategic merge patches, and what the API server makes of them.
var merges = []struct {
	of                    any
	original, patch, want string
}{
	// Entries that are new, changed, deleted, twice there.
	{corev1.PodSpec{}, `containers: [{name: a, image: x}, {name: b}]`, `containers: [{name: c}, {name: b, image: z}, {name: d}]`,
		`containers: [{name: c}, {name: a, image: x}, {name: b, image: z}, {name: d}]`},
	{corev1.PodSpec{}, `containers: [{name: a}, {name: b}, {name: c}]`, `containers: [{name: b, $patch: delete}, {name: z, $patch: delete}, {name: b, image: again}]`,
		`containers: [{name: b, image: again}, {name: a}, {name: c}]`},
	{corev1.PodSpec{}, `containers: [{name: a}]`, `containers: [{name: new, image: x, env: [{name: A}]}, {name: new, tty: true, env: [{name: B}]}]`,
		`containers: [{name: new, image: x, env: [{name: B}, {name: A}], tty: true}, {name: a}]`},
	{corev1.PodSpec{}, `containers: [{name: a}]`, `containers: []`,
		`containers: [{name: a}]`},
	{corev1.PodSpec{}, `{}`, `{containers: [{name: a, tty: null}], volumes: [{name: v, emptyDir: {$patch: delete}}, {name: w, $patch: delete}]}`,
		`{volumes: [{name: v}], containers: [{name: a}]}`},
	{corev1.ServiceSpec{}, `ports: [{port: 53, protocol: UDP}, {port: 80}, {port: 53, protocol: TCP}]`, `ports: [{port: 53, name: dns}, {port: 1}]`,
		`ports: [{name: dns, protocol: UDP, port: 53}, {protocol: TCP, port: 53}, {port: 1}, {port: 80}]`},
	{corev1.ServiceSpec{}, `ports: [{port: 53, protocol: UDP}, {port: 80}, {port: 53, protocol: TCP}]`, `ports: [{port: 53, $patch: delete}]`,
		`ports: [{port: 80}]`},
	{corev1.PodSpec{}, `imagePullSecrets: [{}, {name: a}]`, `imagePullSecrets: [{name: a}]`,
		`error: an entry without name, by which entries of this list are merged`},
	{corev1.PodSpec{}, `imagePullSecrets: [{}, {name: a}]`, `{imagePullSecrets: [{$patch: replace}, {name: b}], $setElementOrder/imagePullSecrets: [{name: b}]}`,
		`error: an entry without name, by which entries of this list are merged`},
	// Whole lists and mappings.
	{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `containers: [{name: z}, {$patch: replace}, {name: w}, {name: z, tty: true}]`,
		`containers: [{name: z}, {name: z, tty: true}, {name: w}]`},
	{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `containers: [{$patch: replace}]`,
		`containers: []`},
	{corev1.Container{}, `{args: [a, b], securityContext: {privileged: true}}`, `{args: [c], securityContext: {$patch: replace, runAsUser: 1, seLinuxOptions: null}}`,
		`{args: [c], securityContext: {runAsUser: 1}}`},
	{corev1.Container{}, `{securityContext: {privileged: true}, tty: true}`, `{$patch: replace, securityContext: {privileged: null}}`,
		`securityContext: {}`},
	{corev1.Container{}, `securityContext: {privileged: true}`, `{securityContext: {$patch: delete}, lifecycle: {$patch: delete}}`,
		`securityContext: {}`},
	{appsv1.StatefulSetSpec{}, `selector: null`, `selector: {$patch: delete}`,
		`{}`},
	{corev1.ConfigMap{}, `data: {a: "1", b: "2"}`, `data: {a: null, c: null, b: "3"}`,
		`data: {b: "3"}`},
	{corev1.ConfigMap{}, `data: {a: "1", b: "2"}`, `data: {$retainKeys: [b, c], c: "3"}`,
		`data: {b: "2", c: "3"}`},
	{corev1.Pod{}, `{}`, `metadata: {labels: {a: null, b: c}}`,
		`metadata: {labels: {b: c}}`},
	{corev1.Pod{}, `spec: {containers: [{name: a}]}`, `spec: {containers: [{name: new, resources: {limits: {cpu: null}}}]}`,
		`spec: {containers: [{name: new, resources: {limits: {cpu: "0"}}}, {name: a}]}`},
	{policyv1.PodDisruptionBudgetSpec{}, `selector: {matchLabels: {a: b}}`, `selector: {matchExpressions: [{key: a, operator: Exists}], matchLabels: null}`,
		`selector: {matchExpressions: [{key: a, operator: Exists}]}`},
	{policyv1.PodDisruptionBudgetSpec{}, `selector: {matchLabels: {a: b}}`, `selector: {$patch: delete}`,
		`error: selector["$patch"]: directive with nothing to merge`},
	// Keys that are retained.
	{appsv1.DeploymentSpec{}, `strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}`, `strategy: {$retainKeys: [type], type: Recreate}`,
		`strategy: {type: Recreate}`},
	{appsv1.DeploymentSpec{}, `strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}`, `strategy: {$retainKeys: [type], rollingUpdate: null}`,
		`strategy: {type: RollingUpdate}`},
	{appsv1.DeploymentSpec{}, `strategy: {type: RollingUpdate}`, `strategy: {$retainKeys: [], type: Recreate}`,
		`error: invalid patch format of retainKeys`},
	{corev1.PodSpec{}, `volumes: [{name: v, emptyDir: {}}]`, `volumes: [{name: v, $retainKeys: [hostPath], hostPath: {path: /}}]`,
		`error: invalid patch format of retainKeys`},
	{corev1.PodSpec{}, `{volumes: [{name: v}], nodeName: m}`, `{$retainKeys: [volumes], $setElementOrder/volumes: [{name: v}]}`,
		`volumes: [{name: v}]`},
	// Lists of text.
	{corev1.Pod{}, `metadata: {finalizers: [a, b]}`, `metadata: {finalizers: [c, b, c]}`,
		`metadata: {finalizers: [c, a, b]}`},
	{corev1.Pod{}, `metadata: {finalizers: [a, b, c]}`, `metadata: {$deleteFromPrimitiveList/finalizers: [c, a, d]}`,
		`metadata: {finalizers: [b]}`},
	{corev1.Pod{}, `metadata: {finalizers: [a, b, c]}`, `metadata: {$deleteFromPrimitiveList/finalizers: [a], $setElementOrder/finalizers: [a, c, b], finalizers: [a]}`,
		`metadata: {finalizers: [c, b]}`},
	{corev1.Pod{}, `metadata: {finalizers: [a]}`, `metadata: {$deleteFromPrimitiveList/finalizers: [a]}`,
		`{}`},
	{corev1.Pod{}, `metadata: {}`, `metadata: {$deleteFromPrimitiveList/finalizers: [a]}`,
		`{}`},
	{corev1.Container{}, `args: [a, b, a]`, `$deleteFromPrimitiveList/args: [a]`,
		`args: [b]`},
	// The order of lists.
	{corev1.Pod{}, `metadata: {finalizers: [a, b, c, d]}`, `metadata: {$setElementOrder/finalizers: [d, x, b]}`,
		`metadata: {finalizers: [a, c, d, b]}`},
	{corev1.Pod{}, `metadata: {finalizers: [a, b]}`, `metadata: {finalizers: [x, w, z], $setElementOrder/finalizers: []}`,
		`metadata: {finalizers: [a, b, z, w, x]}`},
	{corev1.PodSpec{}, `containers: [{name: a}, {name: b}, {name: c}]`, `{containers: [{name: new}], $setElementOrder/containers: [{name: c}, {name: new}, {name: a}]}`,
		`containers: [{name: b}, {name: c}, {name: new}, {name: a}]`},
	{corev1.PodSpec{}, `containers: [{name: a}, {name: b}, {name: c}]`, `{containers: [{name: a, $patch: delete}, {name: new}], $setElementOrder/containers: [{name: new}, {name: c}]}`,
		`containers: [{name: b}, {name: new}, {name: c}]`},
	{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `{containers: [{name: x}, {name: w}], $setElementOrder/containers: [{name: w}, {name: x}]}`,
		`error: a $setElementOrder does not have the entries of its list in their order`},
	{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `{containers: [{name: x}, {name: w}], $setElementOrder/containers: []}`,
		`containers: [{name: a}, {name: b}, {name: w}, {name: x}]`},
	{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `{containers: [{name: x}, {$patch: replace}], $setElementOrder/containers: [{name: x}]}`,
		`error: a $setElementOrder does not have the entries of its list in their order`},
	{corev1.PodSpec{}, `containers: [{name: a}, {name: b}]`, `{containers: [{$patch: replace}, {name: x}], $setElementOrder/containers: [{name: x}]}`,
		`containers: [{name: x}]`},
	{corev1.PodSpec{}, `containers: [{name: a}]`, `$setElementOrder/containers: [{$patch: replace}]`,
		`error: an entry without name, by which entries of this list are merged`},
	{corev1.PodSpec{}, `containers: null`, `{containers: [{name: a}], $setElementOrder/containers: [{name: a}]}`,
		`error: a $setElementOrder has no list to put in order`},
	{corev1.PodSpec{}, `containers: [{name: a}]`, `{containers: null, $setElementOrder/containers: [{name: a}]}`,
		`error: a $setElementOrder has no list to put in order`},
	{corev1.PodSpec{}, `{}`, `{volumes: [{name: a, $patch: delete}, {name: b, csi: {driver: null}}], $setElementOrder/volumes: [{name: c}, {name: b}]}`,
		`volumes: [{name: b, csi: {driver: ""}}]`},
	{corev1.PodSpec{}, `{}`, `{volumes: [], $setElementOrder/volumes: [{name: a}]}`,
		`error: a $setElementOrder has no list to put in order`},
	{corev1.PodSpec{}, `{}`, `$setElementOrder/volumes: [{name: a}]`,
		`{}`},
	{corev1.ServiceSpec{}, `ports: [{port: 53, protocol: UDP}, {port: 80}, {port: 53}]`, `$setElementOrder/ports: [{port: 80}, {port: 53}]`,
		`ports: [{port: 80}, {protocol: UDP, port: 53}, {port: 53}]`},
	// Both the list and what is deleted from it.
	{corev1.Pod{}, `metadata: {finalizers: [a, b]}`, `metadata: {finalizers: [c], $deleteFromPrimitiveList/finalizers: [a]}`,
		`metadata: {finalizers: [c, b]}`},
	{corev1.Container{}, `args: [a]`, `{args: [b], $deleteFromPrimitiveList/args: [a]}`,
		`args: [b]`},
	{corev1.Pod{}, `metadata: {finalizers: [a, b]}`, `metadata: {finalizers: [c, a], $deleteFromPrimitiveList/finalizers: [b, a]}`,
		`error: metadata["$deleteFromPrimitiveList/finalizers"][1]: "a" is added by the same patch, and which comes last is not defined; keep one of the two`},
	// Lists in mappings have no merge key.
	{authorizationv1.SubjectAccessReviewSpec{}, `extra: {a: [x]}`, `extra: {b: [z]}`,
		`extra: {a: [x], b: [z]}`},
	{authorizationv1.SubjectAccessReviewSpec{}, `extra: {a: [x]}`, `extra: {a: [z]}`,
		`error: merging an object in json but data type is not struct, instead is: map`},
	{appsv1.ControllerRevision{}, `data: {b: {}}`, `data: {b: {}}`,
		`error: unable to find api field in struct RawExtension for the json field "b"`},
}

func TestStrategicMergesAreThoseOfTheAPIServer(t *testing.T) {
	for _, m := range merges {
		original := object(t, m.of, m.original)
		merged, err := manifest.Patch(original, parse(t, m.patch))
		if want, refused := strings.CutPrefix(m.want, "error: "); refused {
			assert.EqualError(t, err, want, m.patch)
			continue
		}
		if assert.NoError(t, err, m.patch) {
			assert.Equal(t, toJSON(t, object(t, m.of, m.want)), toJSON(t, merged), m.patch)
		}
	}
}

// object reads one of a type.
func object(t *testing.T, of any, text string) any {
	t.Helper()
	read := reflect.New(reflect.TypeOf(of)).Interface()
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), read))
	return read
}
