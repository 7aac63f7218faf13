package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write what commands print into README.md and testdata")

// repository is the path of the repository's root.
func repository(t *testing.T) string {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	return root
}

// playground is a copy of the committed environments and their output.
func playground(t *testing.T) string {
	dir := t.TempDir()
	for _, folder := range []string{"environments", "out"} {
		require.NoError(t, os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join(repository(t), folder))))
	}
	return dir
}

var (
	consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")
	yamlBlock    = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")
)

func TestReadmeShowsWhatItsCommandsPrint(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for a POSIX shell")
	}
	readme := filepath.Join(repository(t), "README.md")
	text, err := os.ReadFile(readme)
	require.NoError(t, err)
	dir := playground(t)
	commands := 0
	shown := consoleBlock.ReplaceAllFunc(text, func(block []byte) []byte {
		var b bytes.Buffer
		b.WriteString("```console\n")
		for line := range strings.Lines(string(block)) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				commands++
				b.WriteString(line + runInShell(t, dir, strings.TrimSpace(command)))
			}
		}
		b.WriteString("```")
		return b.Bytes()
	})
	require.NotZero(t, commands)
	if *update {
		require.NoError(t, os.WriteFile(readme, shown, 0o644))
	}
	assert.Equal(t, string(shown), string(text), "if this is what it should be: go test ./cmd/efgen -run Readme -update")
}

// runInShell returns what a command of the README prints, on both streams.
func runInShell(t *testing.T, dir, command string) string {
	if command == "go test ./..." {
		return "" // this very run
	}
	cmd := exec.Command("sh", "-c", strings.ReplaceAll(command, "go run ./cmd/efgen", "efgen"))
	cmd.Dir = dir
	// A workflow would get annotations, and its summary what readers never see.
	cmd.Env = append(os.Environ(), "GITHUB_ACTIONS=", "GITHUB_STEP_SUMMARY=", "GITHUB_OUTPUT=", "FORCE_COLOR=", "CLICOLOR_FORCE=")
	out, err := cmd.CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); !exited {
		require.NoError(t, err)
	}
	return string(out)
}

func TestReadmeShowsTheCommittedEnvironments(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repository(t), "README.md"))
	require.NoError(t, err)
	blocks := yamlBlock.FindAllStringSubmatch(string(text), -1)
	require.Len(t, blocks, 2)
	production, err := os.ReadFile(filepath.Join(repository(t), "environments", "production.yaml"))
	require.NoError(t, err)
	assert.Equal(t, string(production), blocks[0][1], "README.md shows all of environments/production.yaml")
	development, err := os.ReadFile(filepath.Join(repository(t), "environments", "development.yaml"))
	require.NoError(t, err)
	assert.Contains(t, string(development), blocks[1][1], "README.md shows the exception of environments/development.yaml")
}
