package review_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
)

// A case in testdata/levels was labelled from the meaning of the levels alone, without
// a look at the rules: "levels" lists what is above low, a line for each risk, as
// "high Service/flow-client". Near misses are named near-….
func TestEachLevelIsFoundWhereItIsAndNowhereElse(t *testing.T) {
	paths, err := filepath.Glob("testdata/levels/*.txtar")
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(paths), 120)
	score := map[string]*scores{"blocking": {}, "high": {}, "medium": {}}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			c := readCase(t, path)
			require.NotNil(t, c.file("levels"))
			want := strings.Split(strings.TrimSpace(string(c.file("levels").Data)), "\n")
			want = slices.DeleteFunc(want, func(line string) bool { return line == "" })
			report := c.report(t)
			got := levelsOf(report)
			assert.ElementsMatch(t, want, got, "%s", strings.Join(risksOf(report), "\n"))
			for level, score := range score {
				score.add(ofLevel(want, level), ofLevel(got, level))
			}
		})
	}
	for _, level := range []string{"blocking", "high", "medium"} {
		s := score[level]
		assert.Equal(t, []float64{1, 1}, []float64{s.precision(), s.recall()}, level)
		t.Logf("%-8s %3d labelled, %3d found: precision %.3f, recall %.3f", level, s.labelled, s.found, s.precision(), s.recall())
	}
}

// levelsOf are the risks of a report above low, by level and object.
func levelsOf(report review.Report) (lines []string) {
	for _, d := range report.Changes {
		for _, r := range d.Risks {
			if r.Level > review.Low {
				lines = append(lines, r.Level.String()+" "+d.Kind+"/"+d.Name)
			}
		}
	}
	return lines
}

func ofLevel(lines []string, level string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !strings.HasPrefix(line, level+" ") })
}
