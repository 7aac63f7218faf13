package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: flow, namespace: a}\n"
	set     = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: flow, namespace: a}\nspec: {replicas: 3}\n"
	ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: flow, namespace: a}\n"
)

// trees are one environment in efgen's form and in that of a peer.
func trees(t *testing.T, stream string) (tree, peer string) {
	tree, peer = t.TempDir(), t.TempDir()
	put(t, filepath.Join(tree, "site-00000", "flow", "serviceaccount.yaml"), account)
	put(t, filepath.Join(tree, "site-00000", "flow", "statefulset.yaml"), set)
	put(t, filepath.Join(tree, "site-00000", "ingress.yaml"), ingress)
	put(t, filepath.Join(tree, "site-00000", "kustomization.yaml"), "no object")
	put(t, filepath.Join(peer, "site-00000.yaml"), stream)
	return tree, peer
}

func put(t *testing.T, file, text string) {
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

func TestSame(t *testing.T) {
	good := set + "---\n" + account + "---\n" + ingress
	tree, peer := trees(t, good)
	require.NoError(t, run([]string{"same", tree, peer}))

	put(t, filepath.Join(peer, "site-00000.yaml"), strings.Replace(good, "replicas: 3", "replicas: 4", 1))
	require.ErrorContains(t, run([]string{"same", tree, peer}), "site-00000: apps/v1 StatefulSet a/flow differs in .spec.replicas: 4, not 3")

	put(t, filepath.Join(peer, "site-00001.yaml"), good)
	require.ErrorContains(t, run([]string{"same", tree, peer}), "has 2 environments, ")

	require.ErrorContains(t, run([]string{"same", t.TempDir(), t.TempDir()}), "has 0 environments, ")
}

func TestStream(t *testing.T) {
	tree, _ := trees(t, "")
	file := filepath.Join(t.TempDir(), "stream.yaml")
	require.NoError(t, run([]string{"stream", tree, file}))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "---\n"+account+"---\n"+set+"---\n"+ingress, string(text))
}

func TestTold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "told.txt")
	put(t, file, "registry.example.com/streaming/ef-kubernetes-app:1.0.1, registry.example.com/streaming/ef-kubernetes-app:1.1.1\n")
	require.NoError(t, run([]string{"told", file, "2"}))
	require.ErrorContains(t, run([]string{"told", file, "3"}), "does not tell of registry.example.com/streaming/ef-kubernetes-app:1.2.1")
}

func TestSchemasAreNamedAsKubeconformLooksForThem(t *testing.T) {
	tree, _ := trees(t, "")
	dir := filepath.Join(t.TempDir(), "schemas")
	require.NoError(t, run([]string{"schemas", tree, dir}))
	for _, name := range []string{"serviceaccount-v1.json", "statefulset-apps-v1.json", "ingress-networking-v1.json"} {
		require.FileExists(t, filepath.Join(dir, name))
	}
}

func TestUsage(t *testing.T) {
	require.EqualError(t, run([]string{"same"}), usage)
	require.EqualError(t, run([]string{"compare", "a", "1"}), usage)
}
