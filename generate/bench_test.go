package generate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"
)

// environments is how many a benchmark works on.
const environments = 100

// benchmarked is an environment that renders to twelve manifests.
const benchmarked = `apiVersion: efgen/v1
kind: Environment
namespace: team-%[1]d
cluster: {name: shared, version: "1.34"}
labels: {example.com/team: team-%[1]d}
registry: {host: registry.example.com, pullSecret: registry-credentials}
rbac: {scope: namespace}
applications:
  ef-kubernetes-app:
    image: {tag: 1.%[1]d.0}
    replicas: %[2]d
    resources:
      requests: {cpu: "1", memory: %[2]dGi}
      limits: {memory: %[2]dGi}
    ingress: {host: flow-%[1]d.example.com, className: nginx}
    files: {resources: {logback-test.xml: files/logback.xml}}
`

func BenchmarkRead100(b *testing.B) {
	folder, names := benchmarkedFolder(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, name := range names {
			env, problems := folder.Read(name)
			require.Empty(b, problems)
			require.NotNil(b, env)
		}
	}
}

// BenchmarkRender100 renders to bytes, YAML and HOCON included.
func BenchmarkRender100(b *testing.B) {
	folder, names := benchmarkedFolder(b)
	var all []*config.Environment
	for _, name := range names {
		env, problems := folder.Read(name)
		require.Empty(b, problems)
		all = append(all, env)
	}
	files, problems := generate.Render(all[0])
	require.Empty(b, problems)
	const others = 2 // security.conf and kustomization.yaml
	require.Len(b, files, 12+others)
	b.ReportAllocs()
	for b.Loop() {
		for _, env := range all {
			generate.Render(env)
		}
	}
}

// BenchmarkReadRenderWrite100 is everything but the checks: from environment
// files to files on disk, into a new tree each time.
func BenchmarkReadRenderWrite100(b *testing.B) {
	folder, names := benchmarkedFolder(b)
	b.ReportAllocs()
	for b.Loop() {
		out, err := tree.Lock(b.Context(), filepath.Join(b.TempDir(), "out"))
		require.NoError(b, err)
		for _, name := range names {
			env, problems := folder.Read(name)
			require.Empty(b, problems)
			files, problems := generate.Render(env)
			require.Empty(b, problems)
			comparison, err := out.Compare(name, files)
			require.NoError(b, err)
			require.NoError(b, out.Apply(comparison, files, tree.Options{}))
		}
		require.NoError(b, out.Close())
	}
}

func benchmarkedFolder(b *testing.B) (*config.Folder, []string) {
	b.Helper()
	dir := b.TempDir()
	require.NoError(b, os.CopyFS(filepath.Join(dir, "files"), os.DirFS("testdata/render/everything/environments/files")))
	for i := range environments {
		text := fmt.Sprintf(benchmarked, i, 2+i%3)
		require.NoError(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("team-%d.yaml", i)), []byte(text), 0o644))
	}
	folder := open(b, dir)
	names, problems, err := folder.Names()
	require.NoError(b, err)
	require.Empty(b, problems)
	require.Len(b, names, environments)
	return folder, names
}
