package validate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/schemas"
)

// BenchmarkCheck judges the valid documents of testdata/schema, whose schemas are
// compiled by then.
func BenchmarkCheck(b *testing.B) {
	paths, err := filepath.Glob("testdata/schema/valid-*.yaml")
	require.NoError(b, err)
	s := newSchemas(b, "1.34")
	for _, path := range paths {
		document, err := os.ReadFile(path)
		require.NoError(b, err)
		require.Empty(b, check(s, document))
		var named struct{ APIVersion, Kind string }
		require.NoError(b, yaml.Unmarshal(document, &named))
		b.Run(named.Kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Check(document, named.APIVersion, named.Kind)
			}
		})
	}
}

// BenchmarkCompile is what the first document of a kind costs.
func BenchmarkCompile(b *testing.B) {
	for _, name := range []string{"v1/ConfigMap", "v1/Service", "apps/v1/StatefulSet", "argoproj.io/v1alpha1/Application"} {
		slash := strings.LastIndexByte(name, '/')
		key := schemaKey{"1.34", name[:slash], name[slash+1:]}
		b.Run(key.kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				schema, _ := schemas.Find(key.minor, key.apiVersion, key.kind)
				_, err := compileSchema(key, schema)
				require.NoError(b, err)
			}
		})
	}
}
