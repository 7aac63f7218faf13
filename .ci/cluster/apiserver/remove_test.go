package apiserver

import (
	"testing"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/efgen/efgen/.ci/cluster"
)

// bind does what a provisioner of volumes does to a claim: only a bound one may grow.
func bind(t *testing.T, c *cluster.Cluster, m cluster.Manifest) {
	t.Helper()
	resource, err := c.Resource(m.Object)
	require.NoError(t, err)
	claim, err := resource.Get(t.Context(), m.Object.GetName(), metav1.GetOptions{})
	require.NoError(t, err)
	size, _, _ := unstructured.NestedString(claim.Object, "spec", "resources", "requests", "storage")
	claim.Object["status"] = map[string]any{"phase": "Bound", "capacity": map[string]any{"storage": size}}
	_, err = resource.UpdateStatus(t.Context(), claim, metav1.UpdateOptions{})
	require.NoError(t, err)
}

// remove deletes objects, the namespace last. It does what the controllers would, which
// do not run: nothing waits for a finalizer.
func remove(t *testing.T, c *cluster.Cluster, manifests []cluster.Manifest) {
	t.Helper()
	var namespaces []cluster.Manifest
	for _, m := range manifests {
		if m.Object.GetKind() == "Namespace" {
			namespaces = append(namespaces, m)
		} else {
			removeOne(t, c, m)
		}
	}
	for _, m := range namespaces {
		removeOne(t, c, m)
	}
}

func removeOne(t *testing.T, c *cluster.Cluster, m cluster.Manifest) {
	t.Helper()
	ctx, name := t.Context(), m.Object.GetName()
	resource, err := c.Resource(m.Object)
	require.NoError(t, err)
	background, now := metav1.DeletePropagationBackground, int64(0)
	err = resource.Delete(ctx, name, metav1.DeleteOptions{PropagationPolicy: &background, GracePeriodSeconds: &now})
	if apierrors.IsNotFound(err) {
		return
	}
	require.NoError(t, err)
	switch m.Object.GetKind() {
	case "Namespace":
		left, err := resource.Get(ctx, name, metav1.GetOptions{})
		require.NoError(t, err)
		require.NoError(t, unstructured.SetNestedSlice(left.Object, nil, "spec", "finalizers"))
		_, err = resource.Update(ctx, left, metav1.UpdateOptions{}, "finalize")
		require.NoError(t, err)
	case "PersistentVolumeClaim":
		_, err = resource.Patch(ctx, name, types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
		require.NoError(t, err)
	}
}
