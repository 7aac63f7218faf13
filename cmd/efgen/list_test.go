package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAMatrixHasNoMoreJobsThanGitHubMakes(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "environments"), 0o755))
	for i := range maxMatrix + 1 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "environments", fmt.Sprintf("e%d.yaml", i)), nil, 0o644))
	}
	list := func(flags ...string) (code int, stdout, stderr string) {
		var out, errs strings.Builder
		code = run(append([]string{"-C", dir, "list", "--format", "matrix"}, flags...), streams{
			stdin: strings.NewReader(""), stdout: &out, stderr: &errs, getenv: func(string) string { return "" },
		})
		return code, out.String(), errs.String()
	}
	code, stdout, stderr := list()
	assert.Equal(t, exitUsage, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "257 environments are more than the 256 jobs")

	require.NoError(t, os.Remove(filepath.Join(dir, "environments", "e0.yaml")))
	code, stdout, _ = list()
	assert.Equal(t, 0, code)
	assert.Equal(t, maxMatrix, strings.Count(stdout, `"e`)-1)
}
