package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/generate/manifest"
)

func TestPatchErrorsNameEveryField(t *testing.T) {
	const pod = "spec.template.spec."
	for name, c := range map[string]struct {
		object any
		patch  string
		want   []string
	}{
		"unknown fields": {
			statefulSet(), `{sepc: {}, spec: {Replicas: 1, template: {spec: {containers: [{name: a}, {name: flow, imagee: x, env: [{name: A, valeu: b}]}]}}}}`,
			[]string{"sepc: unknown field", "spec.Replicas: unknown field", pod + "containers[1].env[0].valeu: unknown field", pod + "containers[1].imagee: unknown field"},
		},
		"other types": {
			statefulSet(), `{metadata: {labels: {a.b/c: 1}}, spec: {replicas: many, paused: true, minReadySeconds: 1.5, revisionHistoryLimit: 99999999999, serviceName: {},
				template: {spec: {containers: {}, hostNetwork: "yes", nodeSelector: [], volumes: [null, x]}}}}`,
			[]string{
				`metadata.labels["a.b/c"]: want text, got 1`, "spec.minReadySeconds: want a whole number (int32), got 1.5", "spec.paused: unknown field",
				`spec.replicas: want a whole number (int32), got "many"`, "spec.revisionHistoryLimit: want a whole number (int32), got 99999999999",
				"spec.serviceName: want text, got a mapping", pod + "containers: want a list, got a mapping", pod + `hostNetwork: want true or false, got "yes"`,
				pod + "nodeSelector: want a mapping, got a list", pod + "volumes[0]: null in a list", pod + `volumes[1]: want a mapping, got "x"`,
			},
		},
		"types with a text of their own": {
			statefulSet(), `{metadata: {creationTimestamp: yesterday}, spec: {template: {spec: {containers: [{name: flow, resources: {limits: {cpu: lots, memory: "1e-10000000", a: "1E1000"}},
				livenessProbe: {httpGet: {port: [1]}}}]}}}}`,
			[]string{
				`metadata.creationTimestamp: want Time, got "yesterday"`, pod + "containers[0].livenessProbe.httpGet.port: want a whole number or text, got a list",
				pod + `containers[0].resources.limits.a: want a quantity such as 500m or 2Gi, got "1E1000"`,
				pod + `containers[0].resources.limits.cpu: want a quantity such as 500m or 2Gi, got "lots"`,
				pod + `containers[0].resources.limits.memory: want a quantity such as 500m or 2Gi, got "1e-10000000"`,
			},
		},
		"binary data": {configuration(), `binaryData: {a: "%%"}`, []string{`binaryData.a: want base64 text, got "%%"`}},
		"long values": {configuration(), "data: [" + strings.Repeat("9", 99) + "]\nimmutable: " + strings.Repeat("x", 99), []string{
			"data: want a mapping, got a list", `immutable: want true or false, got "` + strings.Repeat("x", 60) + `"`,
		}},
	} {
		assertRefused(t, name, c.object, c.patch, c.want)
	}
}

func TestPatchesMayNotDoEverything(t *testing.T) {
	const pod = "spec.template.spec."
	for name, c := range map[string]struct {
		object any
		patch  string
		want   []string
	}{
		"identity": {statefulSet(), `{apiVersion: apps/v2, kind: Set, metadata: {name: b, namespace: null}}`, []string{
			"apiVersion: a patch may not change it", "kind: a patch may not change it", "metadata.name: a patch may not change it", "metadata.namespace: a patch may not change it",
		}},
		"identity, all of it":         {statefulSet(), `{$patch: delete}`, []string{"apiVersion: a patch may not change it", "kind: a patch may not change it", "metadata.name: a patch may not change it", "metadata.namespace: a patch may not change it"}},
		"identity of our own type":    {newRoute(), `metadata: {name: {}}`, []string{"metadata.name: want text, got a mapping"}},
		"identity without a type":     {untyped(t), `metadata: null`, []string{"metadata.name: a patch may not change it", "metadata.namespace: a patch may not change it"}},
		"identity of another shape":   {untyped(t), `metadata: {name: {a: b}}`, []string{"metadata.name: a patch may not change it"}},
		"a namespace where none was":  {role(), `metadata: {namespace: a}`, []string{"metadata.namespace: a patch may not change it"}},
		"status":                      {statefulSet(), `status: {replicas: 1}`, []string{"status: a patch may not set it, it is the cluster's to write"}},
		"status without a type":       {untyped(t), `status: null`, []string{"status: a patch may not set it, it is the cluster's to write"}},
		"status of a claim":           {statefulSet(), `spec: {volumeClaimTemplates: [{status: {}}]}`, []string{"spec.volumeClaimTemplates[0].status: unknown field"}},
		"unknown field of our own":    {newRoute(), `spec: {hots: a, $patch: delete}`, []string{`spec["$patch"]: unknown field`, "spec.hots: unknown field"}},
		"null in a list of our own":   {newRoute(), `spec: {tags: [null]}`, []string{"spec.tags[0]: null in a list"}},
		"not a number":                {newRoute(), `spec: {any: [.nan]}`, []string{"spec.any[0]: number NaN that is not finite"}},
		"an entry without its name":   {statefulSet(), `spec: {template: {spec: {containers: [{image: x}, {name: null}]}}}`, []string{pod + "containers[0]: without name, by which entries of this list are merged", pod + "containers[1]: without name, by which entries of this list are merged"}},
		"two entries with one key":    {statefulSet(), `spec: {template: {spec: {containers: [{name: a, ports: [{name: t, containerPort: 1}, {name: u, containerPort: 1, protocol: UDP}, {containerPort: 2}]}]}}}`, []string{pod + "containers[0].ports[1]: overwrites name of entry 0, since entries of this list are merged by containerPort: start the list with `- $patch: replace` to keep both"}},
		"keys that are not retained":  {statefulSet(), `spec: {updateStrategy: {$retainKeys: [type], rollingUpdate: {}}}`, []string{"invalid patch format of retainKeys"}},
		"a directive in a whole list": {statefulSet(), `spec: {volumeClaimTemplates: [{$patch: delete}]}`, []string{`spec.volumeClaimTemplates[0]["$patch"]: unknown field`}},
		"directives": {
			statefulSet(), `{$other: 1, spec: {$patch: merge, $retainKeys: [[]], $setElementOrder/replicas: [], $setElementOrder/volumeClaimTemplates: [{}], $deleteFromPrimitiveList/template: [a],
				template: {spec: {$setElementOrder/volumes: [{name: []}, x], $setElementOrder/none: []}}}}`,
			[]string{
				`["$other"]: unknown directive`, `spec["$deleteFromPrimitiveList/template"]: "template" is no list that this directive can change`,
				`spec["$patch"]: want delete or replace, got "merge"`, `spec["$retainKeys"][0]: want text, got a list`,
				`spec["$setElementOrder/replicas"]: "replicas" is no list that this directive can change`,
				`spec["$setElementOrder/volumeClaimTemplates"]: "volumeClaimTemplates" is no list that this directive can change`,
				`spec.template.spec["$setElementOrder/none"]: "none" is no list that this directive can change`,
				`spec.template.spec["$setElementOrder/volumes"][0].name: want text, got a list`, `spec.template.spec["$setElementOrder/volumes"][1]: want a mapping, got "x"`,
			},
		},
		"directives with nothing to merge": {
			statefulSet(), `spec: {template: {spec: {containers: [{name: new, securityContext: {$patch: replace}}]}}}`,
			[]string{pod + `containers[0].securityContext["$patch"]: directive with nothing to merge`},
		},
	} {
		assertRefused(t, name, c.object, c.patch, c.want)
	}
}

func assertRefused(t *testing.T, name string, object any, patch string, want []string) {
	t.Helper()
	_, err := manifest.Patch(object, parse(t, patch))
	assert.EqualError(t, err, strings.Join(want, "\n"), name)
	var at *manifest.FieldError
	assert.ErrorAs(t, err, &at, name)
}
