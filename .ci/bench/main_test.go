package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	sizes, err := parse(nil)
	require.NoError(t, err)
	require.Equal(t, []int{1, 100}, sizes)
	sizes, err = parse([]string{"1000", "10000"})
	require.NoError(t, err)
	require.Equal(t, []int{1000, 10000}, sizes)
	for _, bad := range []string{"0", "-1", "many"} {
		_, err := parse([]string{bad})
		require.EqualError(t, err, fmt.Sprintf("%q is not a number of environments", bad))
	}
}

// TestRows holds the rows against the targets that they stand for.
func TestRows(t *testing.T) {
	for n, targets := range map[int]int{1: 1, 100: 6, 1000: 9, 10000: 1} {
		w := &workspace{dir: "work", n: n}
		aimed := 0
		for _, row := range w.rows() {
			require.NotEmpty(t, row.efgen.Processes, row.work)
			require.NotEmpty(t, row.peer.Processes, row.work)
			if row.target.CPU != 0 {
				aimed++
			}
		}
		require.Equal(t, targets, aimed, "rows with a target for %d environments", n)
	}
}

func put(t *testing.T, file, text string) {
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

func TestUntouched(t *testing.T) {
	w := &workspace{dir: t.TempDir()}
	file, copied := w.path("efgen", "out", first, "namespace.yaml"), w.path("copy", first, "namespace.yaml")
	put(t, file, "")
	put(t, copied, "")
	before := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(file, before, before))
	require.NoError(t, w.untouched(t.Context()))
	after := time.Now().Add(time.Hour)
	require.NoError(t, os.Chtimes(file, after, after))
	require.ErrorContains(t, w.untouched(t.Context()), "efgen has written a file at ")
}

func TestValidated(t *testing.T) {
	w := &workspace{dir: t.TempDir(), n: 2}
	put(t, w.path("efgen.txt"), "{\n  \"checked\": {\n    \"environments\": 2,\n    \"manifests\": 24\n  }\n}\n")
	put(t, w.path("kubeconform.json"), "{\"summary\": {\n    \"valid\": 24,\n    \"invalid\": 0\n}}\n")
	require.NoError(t, w.validated(t.Context()))
	put(t, w.path("kubeconform.json"), "{\"summary\": {\n    \"valid\": 23,\n    \"invalid\": 0\n}}\n")
	require.ErrorContains(t, w.validated(t.Context()), "kubeconform.json does not say \"valid\": 24:")
}
