package tree

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

const benchmarked = 100 // environments of 12 files

func benchmarkFiles(generation int) []File {
	files := make([]File, 12)
	for i := range files {
		text := bytes.Repeat(fmt.Appendf(nil, "generation: %d\n", generation), 50)
		files[i] = File{fmt.Sprintf("folder-%d/file-%d.yaml", i%3, i), text}
	}
	return files
}

func benchmarkRun(b *testing.B, t *Tree, files []File) {
	for i := range benchmarked {
		name := fmt.Sprintf("environment-%d", i)
		c, err := t.Compare(name, files)
		require.NoError(b, err)
		require.NoError(b, t.Apply(c, files, Options{}))
	}
}

func BenchmarkCompareEqual(b *testing.B) {
	t, err := Lock(b.Context(), b.TempDir())
	require.NoError(b, err)
	defer t.Close()
	benchmarkRun(b, t, benchmarkFiles(0))
	for b.Loop() {
		benchmarkRun(b, t, benchmarkFiles(0))
	}
}

func BenchmarkApplyChanged(b *testing.B) {
	t, err := Lock(b.Context(), b.TempDir())
	require.NoError(b, err)
	defer t.Close()
	for generation := 0; b.Loop(); generation++ {
		benchmarkRun(b, t, benchmarkFiles(generation))
	}
}

func BenchmarkApplyNew(b *testing.B) {
	for b.Loop() {
		t, err := Lock(b.Context(), b.TempDir())
		require.NoError(b, err)
		benchmarkRun(b, t, benchmarkFiles(0))
		require.NoError(b, t.Close())
	}
}
