package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate"
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
	for _, folder := range []string{"environments", "out", ".github/examples"} {
		require.NoError(t, os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join(repository(t), folder))))
	}
	return dir
}

var (
	consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")
	textBlock    = regexp.MustCompile("(?ms)^```text\n(.*?)^```$")
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

func TestDocumentsNameTheMinors(t *testing.T) {
	minors := validate.Versions()
	first, last := minors[0], minors[len(minors)-1]
	readme, err := os.ReadFile(filepath.Join(repository(t), "README.md"))
	require.NoError(t, err)
	assert.Contains(t, string(readme), "Kubernetes "+first+" to "+last)
	assert.Contains(t, validateCommand{}.Help(), "--kubernetes-version "+last)
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

func TestReadmeShowsWhatATerminalShows(t *testing.T) {
	readme := filepath.Join(repository(t), "README.md")
	text, err := os.ReadFile(readme)
	require.NoError(t, err)
	dir := playground(t)
	production := filepath.Join(dir, "environments", "production.yaml")
	written, err := os.ReadFile(production)
	require.NoError(t, err)
	trusting := strings.Replace(string(written), "*.operations.example.com", "0.0.0.0/1", 1)
	require.NotEqual(t, string(written), trusting)
	require.NoError(t, os.WriteFile(production, []byte(trusting), 0o644))

	var screen bytes.Buffer
	run([]string{"-C", dir, "generate", "--env", "production"}, streams{
		stdout: &screen, stderr: &screen,
		getenv:  func(name string) string { return map[string]string{"NO_COLOR": "1"}[name] },
		columns: func(io.Writer) int { return 120 },
	})

	require.Regexp(t, textBlock, string(text))
	shown := textBlock.ReplaceAllLiteral(text, []byte("```text\n"+screen.String()+"```"))
	if *update {
		require.NoError(t, os.WriteFile(readme, shown, 0o644))
	}
	assert.Equal(t, string(shown), string(text), "if this is what it should be: go test ./cmd/efgen -run Readme -update")
}

func TestReadmeShowsFilesAsTheyAre(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repository(t), "README.md"))
	require.NoError(t, err)
	blocks := yamlBlock.FindAllStringSubmatch(string(text), -1)
	files := []string{".github/examples/environment.yaml", "environments/production.yaml", "environments/development.yaml", ".github/examples/gate.yml"}
	require.Len(t, blocks, len(files))
	for i, file := range files {
		data, err := os.ReadFile(filepath.Join(repository(t), filepath.FromSlash(file)))
		require.NoError(t, err)
		assert.Contains(t, string(data), blocks[i][1], file)
	}
}
