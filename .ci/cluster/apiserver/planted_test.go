package apiserver

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/proof"
)

// planted are faults that the API server has to notice, or its consent to all else
// proves nothing.
func planted(t *testing.T, c *cluster.Cluster, production []cluster.Manifest) {
	started := time.Now()
	set := named(t, production, "StatefulSet", "ef-kubernetes-app")
	service := named(t, production, "Service", "ef-kubernetes-app")
	for _, fault := range []struct {
		m        cluster.Manifest
		old, new string
		refused  func(error) bool
		says     string
	}{
		{set, "replicas: 3", "replicaz: 3", apierrors.IsInternalError, ".spec.replicaz: field not declared in schema"},
		{set, "replicas: 3", "replicas: three", apierrors.IsInternalError, ".spec.replicas"},
		{set, "serviceName: ef-kubernetes-app", "serviceName: other", apierrors.IsInvalid, "updates to statefulset spec"},
		{set, "containerPort: 8008", "containerPort: 80080", apierrors.IsInvalid, "containerPort"},
		{service, "clusterIP: None", "clusterIP: 10.96.0.77", apierrors.IsInvalid, "clusterIP"},
	} {
		_, err := c.Apply(t.Context(), replaced(t, fault.m, fault.old, fault.new), false)
		assert.True(t, fault.refused(err), "%s: %v", fault.new, err)
		assert.ErrorContains(t, err, fault.says)
	}
	proof.Record(t, "the API server refuses what is planted", c.Versions(), 5, "faults", started)
}

func named(t *testing.T, manifests []cluster.Manifest, kind, name string) cluster.Manifest {
	t.Helper()
	i := slices.IndexFunc(manifests, func(m cluster.Manifest) bool {
		return m.Object.GetKind() == kind && m.Object.GetName() == name
	})
	require.GreaterOrEqual(t, i, 0, "there is no %s %s", kind, name)
	return manifests[i]
}

// podOf is a pod as a StatefulSet would make it.
func podOf(t *testing.T, set cluster.Manifest) cluster.Manifest {
	t.Helper()
	pod, found, err := unstructured.NestedMap(set.Object.Object, "spec", "template")
	require.NoError(t, err)
	require.True(t, found)
	pod["apiVersion"], pod["kind"] = "v1", "Pod"
	metadata := pod["metadata"].(map[string]any)
	metadata["name"], metadata["namespace"] = set.Object.GetName()+"-0", set.Object.GetNamespace()
	text, err := yaml.Marshal(pod)
	require.NoError(t, err)
	return parse(t, string(text))
}
