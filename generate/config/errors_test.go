package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

var update = flag.Bool("update", false, "rewrite the expected texts in testdata")

const errorCases = "testdata/errors"

// Each testdata/errors/<case>.yaml, or <case>/case.yaml beside the files that it
// names, is an environment called "case" whose problems <case>.txt holds as users
// see them, those of the folder's file names first.
// `go test ./generate/config -update` rewrites the texts: read the diff.
func TestErrors(t *testing.T) {
	for _, name := range caseNames(t) {
		t.Run(name, func(t *testing.T) {
			folder := open(t, caseFolder(t, name))
			_, problems, err := folder.Names()
			require.NoError(t, err)
			env, found := folder.Read("case")
			assert.Equal(t, rule.Failed(found), env == nil)
			problems = append(problems, found...)
			assert.True(t, rule.Failed(problems))
			golden := filepath.Join(errorCases, name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(report(problems)), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), report(problems))
		})
	}
}

// report is what a terminal shows of problems.
func report(problems []rule.Problem) string {
	var text strings.Builder
	for _, p := range problems {
		text.WriteString(p.String() + "\n")
		if p.Hint != "" {
			text.WriteString("    hint: " + p.Hint + "\n")
		}
	}
	return text.String()
}

func caseNames(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(errorCases)
	require.NoError(t, err)
	for _, e := range entries {
		if stem, isYAML := strings.CutSuffix(e.Name(), ".yaml"); isYAML || e.IsDir() {
			names = append(names, stem)
		}
	}
	return names
}

func caseFolder(t *testing.T, name string) string {
	t.Helper()
	folder := filepath.Join(errorCases, name)
	if _, err := os.Stat(folder); err == nil {
		return folder
	}
	text, err := os.ReadFile(folder + ".yaml")
	require.NoError(t, err)
	return environments(t, map[string]string{"case.yaml": string(text)})
}

// environments makes a folder with these files.
func environments(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return dir
}

func TestEveryRuleIsDocumentedAndHasACase(t *testing.T) {
	var cases strings.Builder
	for _, name := range caseNames(t) {
		text, err := os.ReadFile(filepath.Join(errorCases, name+".txt"))
		require.NoError(t, err)
		cases.Write(text)
	}
	seen := regexp.MustCompile(`\[EF\d{3}\]\n`).FindAllString(cases.String(), -1)
	var ids []string
	for _, r := range config.Rules {
		ids = append(ids, r.ID)
		assert.Contains(t, seen, "["+r.ID+"]\n")
		for _, text := range []string{r.Title, r.Why, r.Example, r.Fix, string(r.Severity)} {
			assert.NotEmpty(t, text, r.ID)
		}
	}
	assert.True(t, slices.IsSorted(ids))
	for _, id := range seen {
		assert.Contains(t, ids, strings.Trim(id, "[]\n"), "a problem without a rule")
	}
}
