package manifest_test

import (
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
)

// A Set that knows everything would be asked by everybody: conclusions belong to rooms above.
func TestASetAnswersFewQuestions(t *testing.T) {
	assert.LessOrEqual(t, reflect.TypeFor[*manifest.Set]().NumMethod(), 20)
}

func TestAnIndexIsBuiltOnceForEachSet(t *testing.T) {
	type count int
	var built atomic.Int64
	build := func(*manifest.Set) count { return count(built.Add(1)) }
	set, other := manifest.NewSet(nil, manifest.Facts{}), manifest.NewSet(nil, manifest.Facts{})
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() { assert.Equal(t, count(1), manifest.Index(set, build)) })
	}
	group.Wait()
	assert.Equal(t, count(2), manifest.Index(other, build))
}

func file(path, text string) manifest.File { return manifest.File{Path: path, Data: []byte(text)} }

func TestObjectsWithoutANamespaceAreAtHome(t *testing.T) {
	account := "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: "
	application := "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: "
	files := []manifest.File{
		file("a.yaml", account+"a}\n"),
		file("b.yaml", account+"b, namespace: staging}\n---\n"+account+"c, namespace: production}\n---\n"+account+"d, namespace: production}\n"),
		file("role.yaml", "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\n"),
		file("_gitops/application.yaml", application+"e, namespace: argocd}\n---\n"+application+"f, namespace: argocd}\n---\n"+application+"g, namespace: argocd}\n"),
		file("_gitops/other.yaml", account+"h, namespace: argocd}\n"),
	}
	for _, c := range []struct {
		facts   manifest.Facts
		home    string
		objects int
	}{
		{manifest.Facts{}, "default", 9},
		{manifest.Facts{Environment: "europe"}, "production", 6},
		{manifest.Facts{Environment: "europe", Namespace: "orders"}, "orders", 6},
	} {
		set := manifest.NewSet(files, c.facts)
		// One file is enough to know where its objects are.
		assert.Equal(t, c.home, set.In("a.yaml")[0].Namespace)
		assert.Empty(t, set.In("a.yaml")[0].WrittenNamespace)
		assert.Len(t, set.Objects(), c.objects)
		assert.Len(t, set.Asides(), 9-c.objects)
		assert.NotNil(t, set.Find("", "ServiceAccount", c.home, "a"))
		assert.Empty(t, set.Find("rbac.authorization.k8s.io", "ClusterRole", "", "a").Namespace)
	}
}

func TestADocumentThatDoesNotReadHidesNoOther(t *testing.T) {
	set := manifest.NewSet([]manifest.File{file("a.yaml", "a: [\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: eighty}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: b}\n")}, manifest.Facts{})
	objects := set.In("a.yaml")
	require.Len(t, objects, 3)
	assert.NotEmpty(t, objects[0].Faults())
	assert.Error(t, objects[0].Misfit())
	assert.ErrorContains(t, objects[1].Misfit(), "port")
	assert.Nil(t, manifest.Value[corev1.Service](objects[1]))
	assert.NoError(t, objects[2].Misfit())
	assert.Len(t, manifest.Each[corev1.Service](set), 1)
}

func TestPlacesPointIntoTheFile(t *testing.T) {
	set := manifest.NewSet([]manifest.File{
		file("list.yaml", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  data:\n    x: |\n      one\n      two\n"),
	}, manifest.Facts{})
	o := set.Objects()[0]
	for _, c := range []struct {
		at           manifest.Place
		field        string
		line, column int
	}{
		{o.At("metadata.name"), "items[0].metadata.name", 6, 20},
		{o.At("metadata").Below("namespace"), "items[0].metadata.namespace", 6, 13},
		{o.Entry("data", "x").OnLine(2), "items[0].data.x", 10, 0},
		{o.Entry("data", "y"), "items[0].data.y", 8, 5},
		{manifest.InFile("a.conf", 3), "", 3, 0},
		{manifest.InEnvironment("registry.insecure"), "registry.insecure", 0, 0},
	} {
		line, column := c.at.Position()
		assert.Equal(t, []any{c.field, c.line, c.column}, []any{c.at.Field(), line, column})
	}
}

func TestListKeysAreThoseOfTheTypes(t *testing.T) {
	for list, want := range map[string][]string{
		"ports": {"containerPort", "port"}, "volumeMounts": {"mountPath"}, "volumeDevices": {"devicePath"},
		"topologySpreadConstraints": {"topologyKey"}, "hostAliases": {"ip"}, "env": {"name"}, "anything": {"name"},
	} {
		assert.Equal(t, want, manifest.ListKeys(list), list)
	}
}
