package source_test

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/source"
	"github.com/efgen/efgen/generate/yamltree"
)

// Who follows a source to the environment file and changes the value there sees the
// field of the manifest change.
func TestTheFieldBehindAManifestFieldChangesIt(t *testing.T) {
	text, err := os.ReadFile("testdata/test.yaml")
	require.NoError(t, err)
	env := read(t, string(text))
	before := byPath(t, env)
	covered := map[int]bool{}
	for _, test := range sources {
		t.Run(test.file+" "+test.field, func(t *testing.T) {
			row, _ := source.RowOf(test.file, test.field)
			covered[row] = true
			require.Equal(t, test.source, sourcesOf(t, env).Of("", test.file, test.field))

			var changed m
			require.NoError(t, yaml.Unmarshal(text, &changed))
			change(t, changed, test.source, test.value)
			after := byPath(t, read(t, marshal(t, changed)))
			assert.NotEqual(t, fieldOf(t, before[test.file], test.field), fieldOf(t, after[test.file], test.field))
		})
	}
	for row := range source.Rows {
		assert.True(t, covered[row], "row %d has no case: %s", row, source.RowName(row))
	}
}

func TestEveryFieldOfAnApplicationIsInTheTable(t *testing.T) {
	for _, field := range yamltree.StructureOf(reflect.TypeFor[config.Application]()).Names {
		if field == "license" {
			continue // items of efgen's own in several lists
		}
		listed := false
		for row := range source.Rows {
			listed = listed || strings.HasPrefix(source.FieldOf(row)+".", "."+field+".")
		}
		assert.True(t, listed, "no row points at %s", field)
	}
}

func TestAPatchIsBehindWhatItWrites(t *testing.T) {
	env := read(t, `
apiVersion: efgen/v1
kind: Environment
applications:
  flow: {image: {tag: "1.0.0"}, replicas: 2}
patches:
- target: {kind: StatefulSet, name: flow}
  patch: {spec: {replicas: 5, revisionHistoryLimit: 1}}
- target: {kind: StatefulSet, name: flow}
  patch:
    spec:
      replicas: 6
      template:
        spec:
          containers:
          - {name: flow, ports: [{containerPort: 9000, name: extra}], env: [{name: APPNAME, value: other}], args: [one, two]}
          - {name: sidecar, image: "sidecar:1.0.0"}
- target: {kind: Service, name: flow}
  patch: {spec: {sessionAffinity: ClientIP}}
`)
	for _, test := range []struct{ manifest, file, field, want string }{
		{"StatefulSet/flow", "flow/statefulset.yaml", "spec.replicas", "patches[1].patch.spec.replicas"},
		{"StatefulSet/flow", "flow/statefulset.yaml", "spec.revisionHistoryLimit", "patches[0].patch.spec.revisionHistoryLimit"},
		{"StatefulSet/flow", "flow/statefulset.yaml", "spec.minReadySeconds", "applications.flow.minReadySeconds"},
		{"StatefulSet/flow", "flow/statefulset.yaml", theContainer + ".image", "applications.flow.image"},
		{"StatefulSet/flow", "flow/statefulset.yaml", "spec.template.spec.containers[1].image",
			"patches[1].patch.spec.template.spec.containers[1].image"},
		{"StatefulSet/flow", "flow/statefulset.yaml", theContainer + ".env[0].name", "applications.flow.env"},
		{"StatefulSet/flow", "flow/statefulset.yaml", theContainer + ".env[2].value",
			"patches[1].patch.spec.template.spec.containers[0].env[0].value"},
		{"StatefulSet/flow", "flow/statefulset.yaml", theContainer + ".args[1]",
			"patches[1].patch.spec.template.spec.containers[0].args[1]"},
		{"StatefulSet/flow", "unknown.yaml", theContainer + ".args[1]", ""},
		{"Service/flow", "flow/service-headless.yaml", "spec.sessionAffinity", "patches[2].patch.spec.sessionAffinity"},
		{"Service/flow-client", "flow/service.yaml", "spec.sessionAffinity", "applications.flow.service"},
	} {
		assert.Equal(t, test.want, sourcesOf(t, env).Of(test.manifest, test.file, test.field), test.field)
	}
}

func TestAContainerThatAPatchAddsIsNotEfgensOwn(t *testing.T) {
	env := read(t, `
apiVersion: efgen/v1
kind: Environment
applications:
  flow: {image: {tag: "1.0.0"}, resources: {limits: {memory: 1Gi}}}
patches:
- target: {kind: StatefulSet, name: flow}
  patch: {spec: {template: {spec: {containers: [{name: sidecar, image: "sidecar:1.0.0", env: [{name: A, value: b}]}]}}}}
- target: {kind: StatefulSet, name: flow}
  patch: {spec: {template: {spec: {containers: [{name: sidecar, env: [{name: C, value: d}]}]}}}}
`)
	const patch = "patches[0].patch.spec.template.spec.containers[0]"
	containers := fieldOf(t, byPath(t, env)["flow/statefulset.yaml"], "spec.template.spec.containers").([]any)
	sidecar := slices.IndexFunc(containers, func(c any) bool { return c.(m)["name"] == "sidecar" })
	for field, want := range map[string]string{
		fmt.Sprintf("spec.template.spec.containers[%d].image", sidecar):                     patch + ".image",
		fmt.Sprintf("spec.template.spec.containers[%d].resources.limits.memory", sidecar):   patch,
		fmt.Sprintf("spec.template.spec.containers[%d].env[1].valueFrom", sidecar):          patch + ".env[0]",
		fmt.Sprintf("spec.template.spec.containers[%d].resources.limits.memory", 1-sidecar): "applications.flow.resources.limits.memory",
		"spec.template.spec.containers":                                                     "patches[1].patch.spec.template.spec.containers",
	} {
		assert.Equal(t, want, sourcesOf(t, env).Of("StatefulSet/flow", "flow/statefulset.yaml", field), field)
	}
}

func TestATrustedHostComesFromWhereItIsWritten(t *testing.T) {
	env := read(t, `
apiVersion: efgen/v1
kind: Environment
applications:
  flow:
    image: {tag: "1.0.0"}
    security:
      defaultRoute: 10.1.0.1
      trustedHosts: ["*.flow.test.svc.cluster.local", "*.a.example.com", "*.b.example.com"]
      trustApplications: [flow-view, flow1]
  flow-view: {image: {tag: "1.0.0"}}
  flow1: {image: {tag: "1.0.0"}}
`)
	var got []string
	for i := range 35 {
		got = append(got, sourcesOf(t, env).Of("", "flow/security.conf", fmt.Sprintf("configuration.TrustedHosts.hosts[%d]", i)))
	}
	const security = "applications.flow.security"
	assert.Equal(t, slices.Concat(
		[]string{security + ".defaultRoute", security + ".trustedHosts[0]"}, // derived as well, but somebody wrote it
		slices.Repeat([]string{security}, 1+8),                              // of the client Service, and of each node's own
		slices.Repeat([]string{security + ".trustApplications[0]"}, 2+8),
		slices.Repeat([]string{security + ".trustApplications[1]"}, 2+8),
		[]string{security + ".trustedHosts[1]", security + ".trustedHosts[2]", security, security}, // there are no more
	), got)
}

func TestNothingIsBehindWhatEfgenAloneDecides(t *testing.T) {
	text, err := os.ReadFile("testdata/test.yaml")
	require.NoError(t, err)
	env := read(t, string(text))
	assert.Empty(t, sourcesOf(t, env).Of("", "kustomization.yaml", "resources"))
	assert.Empty(t, sourcesOf(t, env).Of("", "efgen.lock", ""))
	assert.Equal(t, "extraManifests", sourcesOf(t, env).Of("", "extra/unknown.yaml", "spec"))
}

func TestItemsAreToldApartAsKubernetesDoes(t *testing.T) {
	assert.Equal(t, []string{"containerPort", "devicePath", "ip", "mountPath", "name", "port", "topologyKey"}, slices.Sorted(maps.Keys(source.MergeKeys())))
}
