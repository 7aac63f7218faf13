package generate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/validate/rule"
)

// Each folder of testdata/errors is a case: its only environment can be read,
// but not rendered; problems.txt is what the user sees.
func TestProblemsOfRenderingPointAtTheEnvironment(t *testing.T) {
	found := map[string]bool{}
	for name, folder := range cases(t, "testdata/errors") {
		t.Run(name, func(t *testing.T) {
			_, problems := generate.Render(readAll(t, folder)[0])
			var got strings.Builder
			for _, problem := range problems {
				got.WriteString(problem.String() + "\n")
				found[problem.Rule] = true
			}
			golden := filepath.Join(folder, "problems.txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got.String())
		})
	}
	for _, r := range generate.Rules {
		assert.True(t, found[r.ID], "no case breaks %s", r.ID)
	}
}

func TestEveryProblemOfRenderingIsAnErrorThatNamesItsEnvironment(t *testing.T) {
	for name, folder := range cases(t, "testdata/errors") {
		env := readAll(t, folder)[0]
		_, problems := generate.Render(env)
		require.NotEmpty(t, problems, name)
		for _, problem := range problems {
			assert.Equal(t, rule.Error, problem.Severity, name)
			assert.Equal(t, env.Name, problem.Environment, name)
		}
	}
}

func TestRulesExplainThemselves(t *testing.T) {
	for i, r := range generate.Rules {
		assert.Regexp(t, `^EF19\d$`, r.ID)
		for _, text := range []string{r.Title, r.Why, r.Example, r.Fix} {
			assert.NotEmpty(t, text, r.ID)
		}
		if i > 0 {
			assert.Less(t, generate.Rules[i-1].ID, r.ID)
		}
	}
}
