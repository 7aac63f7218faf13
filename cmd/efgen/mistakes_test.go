package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMistakesWriteNothing runs the whole command over every environment that
// reading refuses: a sentence for each mistake, exit 1, and out/ as it was.
func TestMistakesWriteNothing(t *testing.T) {
	t.Parallel()
	const cases = "../../generate/config/testdata/errors"
	texts, err := filepath.Glob(filepath.Join(cases, "*.txt"))
	require.NoError(t, err)
	require.Greater(t, len(texts), 30)
	for _, text := range texts {
		input := strings.TrimSuffix(text, ".txt")
		t.Run(filepath.Base(input), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			environments := filepath.Join(dir, "environments")
			if info, err := os.Stat(input); err == nil && info.IsDir() {
				require.NoError(t, os.CopyFS(environments, os.DirFS(input)))
			} else {
				require.NoError(t, os.Mkdir(environments, 0o755))
				copyFile(t, input+".yaml", filepath.Join(environments, "case.yaml"))
			}
			out := filepath.Join(dir, "out", "case")
			require.NoError(t, os.MkdirAll(out, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(out, "namespace.yaml"), []byte("as it was\n"), 0o644))

			var stdout, stderr strings.Builder
			code := run([]string{"-C", dir, "generate", "--all", "--force"}, streams{
				stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, getenv: func(string) string { return "" },
			})

			assert.Equal(t, exitProblems, code)
			wanted, err := os.ReadFile(text)
			require.NoError(t, err)
			for sentence := range strings.Lines(string(wanted)) {
				assert.Contains(t, stderr.String(), strings.TrimSpace(sentence))
			}
			assert.Equal(t, map[string]string{"case/namespace.yaml": "as it was\n"}, filesOf(t, filepath.Join(dir, "out")))
		})
	}
}

func copyFile(t *testing.T, from, to string) {
	data, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, data, 0o644))
}

// filesOf reads a whole tree.
func filesOf(t *testing.T, dir string) map[string]string {
	files := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(data)
		return err
	}))
	return files
}
