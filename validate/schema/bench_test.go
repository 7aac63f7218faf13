package schema

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// environment are the documents of one.
func environment(t testing.TB) (all []Document) {
	for _, text := range documentsBelow(t, "out/production") {
		document, ok := read(text)
		require.True(t, ok)
		all = append(all, document)
	}
	return all
}

// BenchmarkEnvironment judges what has been read, with compiled schemas.
func BenchmarkEnvironment(b *testing.B) {
	for name, mode := range map[string]Mode{"quick": Quick, "thorough": Thorough} {
		b.Run(name, func(b *testing.B) {
			documents, j := environment(b), newJudge(b, "1.34", mode)
			b.ReportAllocs()
			for b.Loop() {
				for _, document := range documents {
					findings, err := j.Check(document)
					require.NoError(b, err)
					require.Empty(b, findings)
				}
			}
		})
	}
}

// BenchmarkFirstEnvironment is what it costs to compile the schemas, too.
func BenchmarkFirstEnvironment(b *testing.B) {
	for name, mode := range map[string]Mode{"quick": Quick, "thorough": Thorough} {
		b.Run(name, func(b *testing.B) {
			documents := environment(b)
			b.ReportAllocs()
			for b.Loop() {
				archived.Clear()
				libraries.Clear()
				j := newJudge(b, "1.34", mode)
				for _, document := range documents {
					_, err := j.Check(document)
					require.NoError(b, err)
				}
			}
		})
	}
}
