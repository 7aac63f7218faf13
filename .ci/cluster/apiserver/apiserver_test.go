// Package apiserver holds what efgen generates, and what it says of changes, against a
// real API server.
package apiserver

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/parts"
	"github.com/efgen/efgen/.ci/cluster/proof"
)

// TestCommitted shows that what is committed below out is taken, and what is planted is
// not.
func TestCommitted(t *testing.T) {
	c := cluster.Start(t, cluster.Options{})
	prepare(t, c)
	environments := committed(t)
	t.Run("taken", func(t *testing.T) { taken(t, c, environments) })
	t.Run("pods", func(t *testing.T) { podSecurity(t, c, environments) })
	t.Run("planted", func(t *testing.T) { planted(t, c, environments["production"]) })
}

// committed are the manifests of each environment below out.
func committed(t *testing.T) map[string][]cluster.Manifest {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(parts.Repository(), "out", "*"))
	require.NoError(t, err)
	environments := map[string][]cluster.Manifest{}
	for _, folder := range folders {
		environments[filepath.Base(folder)], err = cluster.Read(folder)
		require.NoError(t, err)
	}
	require.NotEmpty(t, environments["production"])
	return environments
}

// prepare makes what the environments expect of a cluster: the kinds of Argo CD, Flux
// and OpenShift, the controllers' namespaces and the priority that production names.
// OpenShift's own kinds of RBAC could not be applied: they are no custom resources, but
// another API server's. No environment has any.
func prepare(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	argocd := module(t, parts.ArgoCD, "github.com/argoproj/argo-cd/v3")
	sources := module(t, parts.Flux, "github.com/fluxcd/source-controller")
	kustomizations := module(t, parts.Flux, "github.com/fluxcd/kustomize-controller")
	openshift := module(t, parts.Kubernetes, schemaSource(t, "openshift"))
	require.NoError(t, c.Define(t.Context(),
		argocd+"/manifests/crds/application-crd.yaml",
		sources+"/config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml",
		kustomizations+"/config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml",
		openshift+"/route/v1/zz_generated.crd-manifests/routes.crd.yaml",
	))
	applyText(t, c,
		`{apiVersion: v1, kind: Namespace, metadata: {name: argocd}}`,
		`{apiVersion: v1, kind: Namespace, metadata: {name: flux-system}}`,
		`{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: streaming}, value: 1000}`,
	)
	c.Warnings()
}

func module(t *testing.T, part parts.Part, name string) string {
	t.Helper()
	dir, err := part.Module(name)
	require.NoError(t, err)
	return dir
}

// schemaSource is the module at the version that validate/schemas has its schemas from.
func schemaSource(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts.Repository(), "validate/schemas/schemas.txt"))
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 4 && fields[1] == "source" && fields[2] == name {
			return fields[3] + "@" + fields[4]
		}
	}
	require.Fail(t, "validate/schemas/schemas.txt names no source "+name)
	return ""
}

// parse is the manifest that a text is.
func parse(t *testing.T, text string) cluster.Manifest {
	t.Helper()
	path := filepath.Join(t.TempDir(), "manifest.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	manifests, err := cluster.Read(path)
	require.NoError(t, err)
	require.Len(t, manifests, 1)
	return manifests[0]
}

func applyText(t *testing.T, c *cluster.Cluster, texts ...string) {
	t.Helper()
	for _, text := range texts {
		_, err := c.Apply(t.Context(), parse(t, text), false)
		require.NoError(t, err)
	}
}

// taken applies every manifest: for trial, for good, and once more.
func taken(t *testing.T, c *cluster.Cluster, environments map[string][]cluster.Manifest) {
	started, count := time.Now(), 0
	for _, name := range slices.Sorted(maps.Keys(environments)) {
		namespace, others := environments[name][0], environments[name][1:]
		require.Equal(t, "Namespace", namespace.Object.GetKind())
		tried(t, c, namespace)
		// Nothing can be tried in a namespace that is not there.
		apply(t, c, namespace, false)
		for _, m := range others {
			tried(t, c, m)
		}
		for _, m := range environments[name] {
			again(t, c, m, apply(t, c, m, false))
		}
		assert.Empty(t, c.Warnings(), name)
		count += len(environments[name])
		t.Logf("%s: %d objects", name, len(environments[name]))
	}
	proof.Record(t, "the API server takes every manifest, twice", c.Versions(), count, "objects", started)
}

// again applies what has been applied: nothing of it changes, its version neither.
func again(t *testing.T, c *cluster.Cluster, m cluster.Manifest, first *unstructured.Unstructured) {
	t.Helper()
	second := apply(t, c, m, false)
	if strings.HasSuffix(m.Object.GroupVersionKind().Group, ".toolkit.fluxcd.io") {
		// The default status that Flux declares is stored with the first write that
		// follows the one that creates the object.
		first.SetResourceVersion(second.GetResourceVersion())
		second = apply(t, c, m, false)
	}
	assert.Equal(t, first.Object, second.Object, "%s changes when it is applied again", m.ID())
}

// tried applies the manifest for trial only: nothing of it is kept.
func tried(t *testing.T, c *cluster.Cluster, m cluster.Manifest) {
	t.Helper()
	apply(t, c, m, true)
	_, err := c.Get(t.Context(), m.Object)
	assert.True(t, apierrors.IsNotFound(err), "%s is there after a trial: %v", m.ID(), err)
}

func apply(t *testing.T, c *cluster.Cluster, m cluster.Manifest, dryRun bool) *unstructured.Unstructured {
	t.Helper()
	result, err := c.Apply(t.Context(), m, dryRun)
	require.NoError(t, err)
	return result
}

// podSecurity asks for the pods that the StatefulSets would make, and for one that no
// environment's namespace may take.
func podSecurity(t *testing.T, c *cluster.Cluster, environments map[string][]cluster.Manifest) {
	started, pods := time.Now(), 0
	for _, name := range slices.Sorted(maps.Keys(environments)) {
		for _, m := range environments[name] {
			if m.Object.GetKind() != "StatefulSet" {
				continue
			}
			pod := podOf(t, m)
			_, err := c.Apply(t.Context(), pod, true)
			assert.NoError(t, err, "a pod of %s", m.ID())
			privileged := replaced(t, pod, "allowPrivilegeEscalation: false", "privileged: true")
			_, err = c.Apply(t.Context(), privileged, true)
			assert.True(t, apierrors.IsForbidden(err), "a privileged pod in the namespace of %s: %v", m.ID(), err)
			assert.ErrorContains(t, err, `violates PodSecurity "restricted:v1.34": privileged`)
			pods += 2
		}
	}
	proof.Record(t, "Pod Security is enforced", c.Versions(), pods, "pods", started)
}

// replaced is the manifest with one text in place of another.
func replaced(t *testing.T, m cluster.Manifest, old, new string) cluster.Manifest {
	t.Helper()
	require.Contains(t, string(m.Text), old, m.ID())
	return parse(t, string(bytes.ReplaceAll(m.Text, []byte(old), []byte(new))))
}
