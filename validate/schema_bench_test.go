package validate

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/manifest"
)

// environment are the documents of out/production, by their kinds.
func environment(t testing.TB) (keys []schemaKey, documents [][]byte) {
	require.NoError(t, filepath.WalkDir("../out/production", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !manifest.IsManifest(path) {
			return err
		}
		document, err := os.ReadFile(path)
		key := keyOf(document)
		key.minor = "1.34"
		keys, documents = append(keys, key), append(documents, document)
		return err
	}))
	return keys, documents
}

// BenchmarkDocuments judges the documents of an environment as bytes, with
// compiled schemas.
func BenchmarkDocuments(b *testing.B) {
	keys, documents := environment(b)
	schemas, opinion := newSchemas(b, "1.34"), embedded(b)
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for i, document := range documents {
				require.True(b, ours(schemas.judge(keys[i]), document).fits)
			}
		}
	})
	b.Run("kubeconform", func(b *testing.B) {
		for i, document := range documents {
			require.True(b, opinion(keys[i])(document).fits)
		}
		b.ReportAllocs()
		for b.Loop() {
			for i, document := range documents {
				opinion(keys[i])(document)
			}
		}
	})
}

// BenchmarkObjects judges what has been read already.
func BenchmarkObjects(b *testing.B) {
	_, documents := environment(b)
	schemas := newSchemas(b, "1.34")
	var objects []map[string]any
	for _, document := range documents {
		object, _ := read(document)
		objects = append(objects, object)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, object := range objects {
			require.Empty(b, schemas.check(object))
		}
	}
}

// BenchmarkCompile is what the first environment costs: the schemas of its kinds,
// as far as its objects reach.
func BenchmarkCompile(b *testing.B) {
	keys, documents := environment(b)
	b.Run("ours", func(b *testing.B) {
		var objects []map[string]any
		for _, document := range documents {
			object, _ := read(document)
			objects = append(objects, object)
		}
		b.ReportAllocs()
		for b.Loop() {
			schemaJudges.Clear()
			schemaLibraries.Clear()
			s := newSchemas(b, "1.34")
			for _, object := range objects {
				s.check(object)
			}
		}
	})
	b.Run("kubeconform", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			opinion := embedded(b)
			for i, document := range documents {
				opinion(keys[i])(document)
			}
		}
	})
}
