package validate_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/policy"
	"github.com/efgen/efgen/validate/rule"
)

// What is said of a manifest, and where, does not depend on who judged.
func TestKubeconformSaysWhatTheQuickJudgeSays(t *testing.T) {
	paths, err := filepath.Glob("testdata/EF20[1-6]-*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		c := readCase(t, path)
		checker := validate.NewChecker()
		checker.Thorough = true
		problems := checker.Files(c.present(), c.Facts)
		c.compare(t, lines(slices.DeleteFunc(problems, func(p rule.Problem) bool { return p.Rule == policy.PodsEverywhere.ID }))) // for the gate alone
		require.NoError(t, checker.Err())
	}
}

// Kubeconform needs a folder for the schemas that it reads, in the gate and for the kinds
// that a user describes.
func TestACheckerSaysThatItCouldNotCheck(t *testing.T) {
	crd, err := os.ReadFile("schema/testdata/files/thing.yaml")
	require.NoError(t, err)
	facts := validate.Facts{KubernetesVersion: "1.33", Schemas: []validate.File{{Path: "thing.yaml", Data: crd}}}
	claim := []validate.File{{Path: "a.yaml", Data: []byte("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a, namespace: b}\nspec: {}\n")}}
	thing := []validate.File{{Path: "a.yaml", Data: []byte("apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a, namespace: b}\nspec: {}\n")}}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "nowhere"))

	checker := validate.NewChecker()
	checker.Files(claim, facts)
	require.NoError(t, checker.Err())
	checker.Files(thing, facts)
	require.ErrorIs(t, checker.Err(), os.ErrNotExist)

	checker = validate.NewChecker()
	checker.Thorough = true
	assert.NotContains(t, lines(checker.Files(claim, facts)), "EF201")
	require.ErrorIs(t, checker.Err(), os.ErrNotExist)
}
