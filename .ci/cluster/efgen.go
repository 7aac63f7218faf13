package cluster

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/.ci/cluster/parts"
)

// Efgen is the command, as its users have it.
type Efgen struct{ binary string }

// BuildEfgen builds the command from the checkout.
func BuildEfgen(t testing.TB) Efgen {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "efgen")
	build := exec.Command("go", "build", "-o", binary, "./cmd/efgen")
	build.Dir = parts.Repository()
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return Efgen{binary}
}

// Run returns what the command prints, and fails the test unless it ends with that
// exit code. It knows nothing of the environment that the test runs in.
func (e Efgen) Run(t testing.TB, dir string, code int, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), e.binary, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + t.TempDir()}
	var out, diagnosis strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &diagnosis
	err := cmd.Run()
	if cmd.ProcessState == nil {
		require.NoError(t, err)
	}
	require.Equal(t, code, cmd.ProcessState.ExitCode(), "%s\n%s%s", cmd, &out, &diagnosis)
	return out.String()
}
