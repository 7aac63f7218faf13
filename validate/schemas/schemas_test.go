package schemas_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/schemas"
)

func TestMinors(t *testing.T) {
	assert.Equal(t, []string{"1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"}, schemas.Minors())
}

func TestEverySchemaStandsAlone(t *testing.T) {
	for _, served := range schemas.Kinds() {
		require.NotEmpty(t, served.Minors, "%s %s", served.APIVersion, served.Kind)
		for _, minor := range served.Minors {
			root, ok := schemas.Find(minor, served.APIVersion, served.Kind)
			require.True(t, ok, "%s %s on %s", served.APIVersion, served.Kind, minor)
			text := schemas.Complete(root, func(name string) string { return schemas.Definition(minor, name) })
			var schema struct{ Definitions map[string]any }
			require.NoError(t, json.Unmarshal(text, &schema))
			for _, name := range schemas.References(string(text)) {
				assert.Contains(t, schema.Definitions, name, "%s %s on %s", served.APIVersion, served.Kind, minor)
			}
			assert.False(t, strings.Contains(string(text), `"description":"`), "%s %s on %s is described", served.APIVersion, served.Kind, minor)
		}
	}
}

func TestFindNeedsTheExactName(t *testing.T) {
	for _, c := range [][3]string{
		{"1.34", "apps/v1", "statefulset"}, {"1.34", "apps/v1", "StatefulSe"}, {"1.34", "apps/v1", ""}, {"1.34", "", ""},
		{"1.29", "apps/v1", "StatefulSet"}, {"1.34", "#", ""}, {"1.34", "# source 1.34", "x"}, {"1.34", "zzz/v1", "Z"},
	} {
		_, ok := schemas.Find(c[0], c[1], c[2])
		assert.False(t, ok, "%q", c)
	}
}

// These are what the generator writes and what its users add most.
func TestWordsAreThoseOfTheMinor(t *testing.T) {
	const toleration = "io.k8s.api.core.v1.Toleration"
	assert.Equal(t, []string{"Equal", "Exists"}, schemas.Words("1.34", toleration, "operator"))
	assert.Equal(t, []string{"Equal", "Exists", "Gt", "Lt"}, schemas.Words("1.35", toleration, "operator"))
	assert.Equal(t, []string{"Egress", "Ingress"}, schemas.Words("1.34", "io.k8s.api.networking.v1.NetworkPolicySpec", "policyTypes"))
	assert.Empty(t, schemas.Words("1.34", toleration, "key"))
	assert.Empty(t, schemas.Words("1.29", toleration, "operator"))
	assert.Empty(t, schemas.Words("1.34", "io.k8s.api.core.v1.Tolerations", "operator"))
}

func TestKindsThatEveryMinorServes(t *testing.T) {
	for _, name := range []string{
		"v1/Namespace", "v1/ServiceAccount", "v1/ConfigMap", "v1/Secret", "v1/Service", "v1/PersistentVolumeClaim", "v1/ResourceQuota",
		"v1/LimitRange", "v1/Pod", "apps/v1/StatefulSet", "apps/v1/Deployment", "apps/v1/DaemonSet", "batch/v1/Job", "batch/v1/CronJob",
		"autoscaling/v2/HorizontalPodAutoscaler", "policy/v1/PodDisruptionBudget", "networking.k8s.io/v1/Ingress",
		"networking.k8s.io/v1/NetworkPolicy", "rbac.authorization.k8s.io/v1/ClusterRole", "rbac.authorization.k8s.io/v1/ClusterRoleBinding",
		"rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/RoleBinding", "storage.k8s.io/v1/StorageClass",
		"scheduling.k8s.io/v1/PriorityClass", "apiextensions.k8s.io/v1/CustomResourceDefinition",
		"authorization.openshift.io/v1/ClusterRole", "authorization.openshift.io/v1/ClusterRoleBinding",
		"authorization.openshift.io/v1/Role", "authorization.openshift.io/v1/RoleBinding", "route.openshift.io/v1/Route",
		"security.openshift.io/v1/SecurityContextConstraints", "project.openshift.io/v1/Project", "image.openshift.io/v1/ImageStream",
		"build.openshift.io/v1/BuildConfig", "apps.openshift.io/v1/DeploymentConfig",
		"argoproj.io/v1alpha1/Application", "argoproj.io/v1alpha1/AppProject", "argoproj.io/v1alpha1/ApplicationSet",
		"kustomize.toolkit.fluxcd.io/v1/Kustomization", "source.toolkit.fluxcd.io/v1/GitRepository", "source.toolkit.fluxcd.io/v1/OCIRepository",
		"source.toolkit.fluxcd.io/v1/HelmRepository", "monitoring.coreos.com/v1/ServiceMonitor",
	} {
		slash := strings.LastIndexByte(name, '/')
		for _, minor := range schemas.Minors() {
			_, ok := schemas.Find(minor, name[:slash], name[slash+1:])
			assert.True(t, ok, "%s on %s", name, minor)
		}
	}
}

func TestEveryKindHasAScope(t *testing.T) {
	for _, served := range schemas.Kinds() {
		for _, minor := range served.Minors {
			scope := schemas.ScopeOf(minor, served.APIVersion, served.Kind)
			assert.Contains(t, []schemas.Scope{schemas.InNamespace, schemas.InCluster}, scope, "%s %s on %s", served.APIVersion, served.Kind, minor)
		}
	}
	for name, want := range map[string]schemas.Scope{
		"v1/Namespace": schemas.InCluster, "v1/Node": schemas.InCluster, "v1/Pod": schemas.InNamespace, "apps/v1/StatefulSet": schemas.InNamespace,
		"rbac.authorization.k8s.io/v1/Role": schemas.InNamespace, "rbac.authorization.k8s.io/v1/ClusterRole": schemas.InCluster,
		"authorization.openshift.io/v1/ClusterRoleBinding": schemas.InCluster, "security.openshift.io/v1/SecurityContextConstraints": schemas.InCluster,
		"project.openshift.io/v1/Project": schemas.InCluster, "route.openshift.io/v1/Route": schemas.InNamespace, "argoproj.io/v1alpha1/AppProject": schemas.InNamespace,
		"example.com/v1/Thing": "",
	} {
		slash := strings.LastIndexByte(name, '/')
		assert.Equal(t, want, schemas.ScopeOf("1.34", name[:slash], name[slash+1:]), name)
	}
	assert.Empty(t, schemas.ScopeOf("1.29", "v1", "Pod"))
}

func TestTheNearestMinor(t *testing.T) {
	assert.Equal(t, "1.30", schemas.Nearest("1.30"))
	assert.Equal(t, "1.37", schemas.Nearest("1.29"))
	assert.Equal(t, "1.37", schemas.Nearest(""))
}

func TestADocumentIsDescribedOnce(t *testing.T) {
	const crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n" +
		"spec: {group: example.com, scope: Cluster, names: {kind: Thing}, versions: [{name: v1, served: true, schema: {openAPIV3Schema: {type: object}}}]}\n"
	described, err := schemas.Describe([]byte(crd))
	require.NoError(t, err)
	require.Len(t, described.Customs, 1)
	assert.Equal(t, schemas.InCluster, described.Customs[0].Scope)
	assert.Empty(t, described.Schema)
	again, err := schemas.Describe([]byte(crd))
	require.NoError(t, err)
	assert.Same(t, described, again)

	described, err = schemas.Describe([]byte("type: object\npattern: <&>\n"))
	require.NoError(t, err)
	assert.Equal(t, &schemas.Described{Schema: `{"pattern":"<&>","type":"object"}`}, described)
	described, err = schemas.Describe([]byte("apiVersion: v1\nkind: Pod\n"))
	require.NoError(t, err)
	assert.Equal(t, &schemas.Described{}, described)
	for _, text := range []string{"a: [", "- a", "a: 1\na: 2\n"} {
		_, err := schemas.Describe([]byte(text))
		var syntax *schemas.SyntaxError
		assert.ErrorAs(t, err, &syntax, text)
	}
}

func TestAlphaVersionsAndSubresourcesStayOut(t *testing.T) {
	for _, served := range schemas.Kinds() {
		builtin := served.Group() == "" || strings.HasSuffix(served.Group(), ".k8s.io")
		assert.False(t, builtin && strings.Contains(served.APIVersion, "alpha"), served.APIVersion)
		assert.False(t, slices.Contains([]string{"Scale", "Eviction", "Binding", "TokenReview", "DeleteOptions"}, served.Kind), served.Kind)
	}
}

func TestRepeatedPartsOfACustomResourceAreShared(t *testing.T) {
	part := map[string]any{"type": "object", "properties": map[string]any{"inner": map[string]any{
		"type": "object", "properties": map[string]any{"a": map[string]any{"type": "string", "pattern": strings.Repeat("x", 300)}},
	}}}
	crd := func(fields map[string]any) schemas.Object {
		return schemas.Object{
			"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
			"spec": map[string]any{"group": "example.com", "names": map[string]any{"kind": "Thing"}, "versions": []any{map[string]any{
				"name": "v1", "served": true, "schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object", "properties": fields}},
			}}},
		}
	}
	twice, err := schemas.FromCRD(crd(map[string]any{"x": part, "y": part}))
	require.NoError(t, err)
	require.Len(t, twice, 1)
	assert.Len(t, twice[0].Definitions, 1, "the part, but not what only lies in it")
	assert.Equal(t, 1, strings.Count(string(twice[0].JSON("1.34")), strings.Repeat("x", 300)))
	require.True(t, json.Valid(twice[0].JSON("1.34")))

	once, err := schemas.FromCRD(crd(map[string]any{"x": part}))
	require.NoError(t, err)
	assert.Empty(t, once[0].Definitions)
}

func BenchmarkFind(b *testing.B) {
	for b.Loop() {
		if _, ok := schemas.Find("1.34", "apps/v1", "StatefulSet"); !ok {
			b.Fatal("no StatefulSet")
		}
	}
}
