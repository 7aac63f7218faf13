package rule_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/rule"
)

func TestProblemIsOneLineWithPlaceFieldAndRule(t *testing.T) {
	p := rule.Problem{
		Rule: "EF101", Severity: rule.Error,
		File: "environments/production.yaml", Line: 12, Column: 5,
		Field:   "applications.ef-kubernetes-app.replicsa",
		Message: `unknown field, did you mean "replicas"?`,
	}
	assert.Equal(t, `environments/production.yaml:12:5: applications.ef-kubernetes-app.replicsa: unknown field, did you mean "replicas"? [EF101]`, p.String())

	p.Severity = rule.Warning
	assert.Contains(t, p.String(), ".replicsa: warning: unknown field")
	p.Column = 0
	assert.Contains(t, p.String(), "production.yaml:12: ")
	p.Line = 0
	assert.Contains(t, p.String(), "production.yaml: ")
	p.File, p.Field, p.Severity = "", "", rule.Error
	assert.Equal(t, `unknown field, did you mean "replicas"? [EF101]`, p.String())
}

func TestSortPutsTheWorstFirstThenByPlace(t *testing.T) {
	problems := []rule.Problem{
		{Severity: rule.Note, File: "a", Line: 1},
		{Severity: rule.Error, File: "b", Line: 9},
		{Severity: rule.Warning, File: "a", Line: 1},
		{Severity: rule.Error, File: "b", Line: 2},
		{Severity: rule.Error, File: "a", Line: 3},
	}
	rule.Sort(problems)
	var order []string
	for _, p := range problems {
		order = append(order, string(p.Severity)+" "+p.Position().String())
	}
	assert.Equal(t, []string{"error a:3", "error b:2", "error b:9", "warning a:1", "note a:1"}, order)
}

func TestFailedNeedsAnError(t *testing.T) {
	assert.False(t, rule.Failed(nil))
	assert.False(t, rule.Failed([]rule.Problem{{Severity: rule.Warning}, {Severity: rule.Note}}))
	assert.True(t, rule.Failed([]rule.Problem{{Severity: rule.Warning}, {Severity: rule.Error}}))
}

func TestFieldPathsAreBuiltAndTakenApart(t *testing.T) {
	path := rule.Key(rule.Index(rule.Field("a", "b-c"), 0), "d.e/f")
	assert.Equal(t, `a.b-c[0]["d.e/f"]`, path)
	path = rule.Key(path, "g")

	steps, ok := rule.Steps(path)
	require.True(t, ok)
	assert.Equal(t, []rule.Step{{Key: "a", Index: -1}, {Key: "b-c", Index: -1}, {Index: 0}, {Key: "d.e/f", Index: -1}, {Key: "g", Index: -1}}, steps)

	for _, bad := range []string{".a", "a.", "a..b", "a[", "a[x]", "a[-1]", `a["b`, `a["b"`, "a.[0]", "a[0]b", "a b", `["a"]b`} {
		_, ok := rule.Steps(bad)
		assert.False(t, ok, "%q", bad)
	}
}

func FuzzFieldPathSurvivesAnyKey(f *testing.F) {
	f.Add("a", "b.c", 3)
	f.Add("", "\"]", 0)
	f.Add("é", "\x00\xff", 1)
	f.Fuzz(func(t *testing.T, first, second string, index int) {
		if index < 0 {
			return
		}
		path := rule.Key(rule.Index(rule.Key("", first), index), second)
		steps, ok := rule.Steps(path)
		require.True(t, ok, "%q", path)
		assert.Equal(t, []rule.Step{{Key: first, Index: -1}, {Index: index}, {Key: second, Index: -1}}, steps)
	})
}

type lineOf int

func (lineOf) File() string           { return "a.yaml" }
func (lineOf) Manifest() string       { return "" }
func (lineOf) Field() string          { return "spec" }
func (l lineOf) Position() (int, int) { return int(l), 3 }

func TestRowsReportUnderTheirRule(t *testing.T) {
	rows := []rule.Row[int]{
		{Rule: rule.Rule{ID: "EF301", Severity: rule.Error}, Check: func(n int, f *rule.Finder) {
			f.Report(lineOf(n), "do this", "%d is wrong", n)
		}},
		{Rule: rule.Rule{ID: "EF302", Severity: rule.Error}, Check: func(n int, f *rule.Finder) {
			f.As(rule.Warning).Report(lineOf(n+1), "", "%d is doubtful", n)
			f.Report(lineOf(n+2), "", "%d is wrong again", n)
		}},
	}
	var got []rule.Problem
	for _, finding := range rule.Find("production", rows, 7) {
		got = append(got, finding.Located())
	}
	at := rule.Problem{Environment: "production", File: "a.yaml", Column: 3, Field: "spec", Manifest: "Environment/production"}
	first, second, third := at, at, at
	first.Rule, first.Severity, first.Line, first.Message, first.Hint = "EF301", rule.Error, 7, "7 is wrong", "do this"
	second.Rule, second.Severity, second.Line, second.Message = "EF302", rule.Warning, 8, "7 is doubtful"
	third.Rule, third.Severity, third.Line, third.Message = "EF302", rule.Error, 9, "7 is wrong again"
	assert.Equal(t, []rule.Problem{first, second, third}, got)
	assert.Empty(t, rule.Find("", rows, 7)[0].Manifest)
}
