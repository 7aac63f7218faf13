package gitops

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/.ci/cluster/parts"
)

// builtVariable names the folder of binaries to a test that cannot build them, for it
// is in a network of its own.
const builtVariable = "EFGEN_TEST_BINARIES"

// binaries is a folder with efgen and the fake GitHub from the checkout, and with
// kustomize, which kubectl has in it.
func binaries(t *testing.T) string {
	t.Helper()
	if built := os.Getenv(builtVariable); built != "" {
		return built
	}
	folder := t.TempDir()
	build(t, "build", "-o", folder+"/efgen", "./cmd/efgen")
	build(t, "test", "-c", "-o", folder+"/fakegithub", "./cmd/efgen/internal/pullrequest/fakegithub")
	kubectl, err := parts.Binary("kubectl")
	require.NoError(t, err)
	const script = "#!/bin/sh\n# kustomize build FOLDER\nshift\nexec %s kustomize \"$@\"\n"
	require.NoError(t, os.WriteFile(folder+"/kustomize", fmt.Appendf(nil, script, kubectl), 0o700))
	return folder
}

func build(t *testing.T, args ...string) {
	t.Helper()
	command := exec.Command("go", args...)
	command.Dir = parts.Repository()
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
}
