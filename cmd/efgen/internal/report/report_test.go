package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/validate/rule"
)

var (
	misspelt = rule.Problem{
		Rule: "EF101", Severity: rule.Error, Environment: "production",
		File: "environments/production.yaml", Line: 12, Column: 5,
		Field: "applications.flow.replicsa", Message: `unknown field, did you mean "replicas"?`, Hint: "100% sure",
	}
	untrusted = rule.Problem{
		Rule: "EF401", Severity: rule.Error, Environment: "production",
		File: "environments/production.yaml", Line: 20, Column: 7, Manifest: "StatefulSet/flow", Message: "not trusted",
	}
	unlimited = rule.Problem{
		Rule: "EF512", Severity: rule.Warning, Environment: "staging",
		File: "environments/staging.yaml", Manifest: "StatefulSet/flow", Message: "no memory limit",
	}
	remark   = rule.Problem{Rule: "EF519", Severity: rule.Note, Message: "by the way"}
	problems = []rule.Problem{misspelt, untrusted, unlimited, remark}
)

func TestTextIsOneLineForEachProblemThenTheTally(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, report.Text(&b, problems, report.Style{}))
	assert.Equal(t, `environments/production.yaml:12:5: applications.flow.replicsa: unknown field, did you mean "replicas"? [EF101]
  hint: 100% sure
environments/production.yaml:20:7: not trusted [EF401]
environments/staging.yaml: warning: no memory limit [EF512]
note: by the way [EF519]
efgen: 2 errors, 1 warning, 1 note
`, b.String())

	b.Reset()
	require.NoError(t, report.Text(&b, nil, report.Style{}))
	assert.Empty(t, b.String())
}

func TestColorsTellPlaceSeverityAndRuleApart(t *testing.T) {
	for severity, color := range map[rule.Severity]string{rule.Error: "31", rule.Warning: "33", rule.Note: "36"} {
		p := misspelt
		p.Severity = severity
		var b bytes.Buffer
		require.NoError(t, report.Text(&b, []rule.Problem{p}, report.Style{Color: true}))
		first, _, _ := strings.Cut(b.String(), "\n")
		assert.True(t, strings.HasPrefix(first, "\x1b[1menvironments/production.yaml:12:5\x1b[0m: applications.flow.replicsa: "), "%q", first)
		assert.True(t, strings.HasSuffix(first, "\x1b["+color+"munknown field, did you mean \"replicas\"?\x1b[0m\x1b[2m [EF101]\x1b[0m"), "%q", first)
	}
}

func TestCaretStandsUnderTheColumn(t *testing.T) {
	long := strings.Repeat("0123456789", 30)
	for name, c := range map[string]struct {
		line    string
		column  int
		columns int
		want    string
	}{
		"start":          {"replicsa: 5", 1, 80, "    7 | replicsa: 5\n      | ^\n"},
		"inside":         {"  flow: {replicsa: 5}", 10, 80, "    7 |   flow: {replicsa: 5}\n      |          ^\n"},
		"no column":      {"flow: {}", 0, 80, "    7 | flow: {}\n"},
		"past the end":   {"ab", 9, 80, "    7 | ab\n      |   ^\n"},
		"characters":     {"größe: é", 8, 80, "    7 | größe: é\n      |        ^\n"},
		"tabs":           {"\ta: b", 5, 80, "    7 |     a: b\n      |        ^\n"},
		"escapes":        {"\x1b[31m: b", 8, 80, "    7 | \\x1b[31m: b\n      |           ^\n"},
		"long after":     {long, 3, 40, "    7 | 0123456789012345678901234567890…\n      |   ^\n"},
		"long before":    {long, 300, 40, "    7 | …901234567890123456789\n      |                      ^\n"},
		"long around":    {long, 151, 40, "    7 | …012345678901234567890123456789…\n      |                      ^\n"},
		"narrow screen":  {long, 1, 5, "    7 | 0123456789012345678…\n      | ^\n"},
		"unknown screen": {long, 1, 0, "    7 | " + long[:71] + "…\n      | ^\n"},
		"wide screen":    {long, 1, 9999, "    7 | " + long[:199] + "…\n      | ^\n"},
	} {
		t.Run(name, func(t *testing.T) {
			style := report.Style{Columns: c.columns, Line: func(file string, line int) (string, bool) {
				assert.Equal(t, "a.yaml", file)
				assert.Equal(t, 7, line)
				return c.line, true
			}}
			var b bytes.Buffer
			p := rule.Problem{Rule: "EF101", Severity: rule.Error, File: "a.yaml", Line: 7, Column: c.column, Message: "m"}
			require.NoError(t, report.Text(&b, []rule.Problem{p}, style))
			_, rest, _ := strings.Cut(b.String(), "\n")
			assert.Equal(t, c.want, strings.TrimSuffix(rest, "efgen: 1 error\n"))
		})
	}
}

func TestLinesThatCannotBeReadAreNotShown(t *testing.T) {
	var with, without bytes.Buffer
	none := func(string, int) (string, bool) { return "", false }
	require.NoError(t, report.Text(&with, problems, report.Style{Line: none}))
	require.NoError(t, report.Text(&without, problems, report.Style{}))
	assert.Equal(t, without.String(), with.String())
}

func TestGitHubPrintsOneCommandForEachProblem(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, report.GitHub(&b, problems))
	assert.Equal(t, `::error file=environments/production.yaml,line=12,col=5,title=EF101::applications.flow.replicsa: unknown field, did you mean "replicas"?%0Ahint: 100%25 sure
::error file=environments/production.yaml,line=20,col=7,title=EF401::not trusted
::warning file=environments/staging.yaml,title=EF512::no memory limit
::notice title=EF519::by the way
`, b.String())
}

// many is n errors, as many warnings and as many notes.
func many(n int) []rule.Problem {
	var all []rule.Problem
	for _, severity := range []rule.Severity{rule.Error, rule.Warning, rule.Note} {
		for i := range n {
			all = append(all, rule.Problem{
				Rule: "EF101", Severity: severity, File: "environments/production.yaml", Line: i + 1,
				Field: fmt.Sprintf("a[%d]", i), Message: strings.Repeat("long ", 1000), Hint: strings.Repeat("`", 5000),
			})
		}
	}
	return all
}

func TestShownIsTheFirstTenOfEachSeverity(t *testing.T) {
	shown := report.Shown(many(30))
	require.Len(t, shown, 30)
	assert.Equal(t, "error 10 warning 1 note 10", fmt.Sprint(shown[9].Severity, " ", shown[9].Line, " ",
		shown[10].Severity, " ", shown[10].Line, " ", shown[29].Severity, " ", shown[29].Line))
	assert.Len(t, report.Shown(many(3)), 9)
}

func TestSummaryIsBoundedAndSaysWhatIsMissing(t *testing.T) {
	summary := report.Summary("efgen validate", many(1000))
	assert.Contains(t, summary, "### efgen validate: 1000 errors, 1000 warnings, 1000 notes\n")
	assert.Contains(t, summary, "\n2950 more are in the log.\n")
	assert.Equal(t, 50, strings.Count(summary, "- **error** "))
	assert.Less(t, len(summary), 512<<10)
	assert.Equal(t, "### efgen validate: no problems\n\n\n", report.Summary("efgen validate", nil))
}

func TestJUnitFailsOnErrorsOnly(t *testing.T) {
	var b bytes.Buffer
	twice := append([]rule.Problem{misspelt, misspelt}, problems[1:]...)
	require.NoError(t, report.JUnit(&b, []string{"development", "production", "staging"}, twice))
	assert.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="efgen" tests="5" failures="2">
  <testsuite name="no environment" tests="1" failures="0">
    <testcase classname="no environment" name="no environment EF519">
      <system-out>note: by the way [EF519]&#xA;</system-out>
    </testcase>
  </testsuite>
  <testsuite name="development" tests="1" failures="0">
    <testcase classname="development" name="no problems"></testcase>
  </testsuite>
  <testsuite name="production" tests="2" failures="2">
    <testcase classname="production" name="environments/production.yaml EF101">
      <failure message="unknown field, did you mean &#34;replicas&#34;?" type="EF101">`+strings.Repeat(
		`environments/production.yaml:12:5: applications.flow.replicsa: unknown field, did you mean &#34;replicas&#34;? [EF101]&#xA;  hint: 100% sure&#xA;`, 2)+`</failure>
    </testcase>
    <testcase classname="production" name="StatefulSet/flow EF401">
      <failure message="not trusted" type="EF401">environments/production.yaml:20:7: not trusted [EF401]&#xA;</failure>
    </testcase>
  </testsuite>
  <testsuite name="staging" tests="1" failures="0">
    <testcase classname="staging" name="StatefulSet/flow EF512">
      <system-out>environments/staging.yaml: warning: no memory limit [EF512]&#xA;</system-out>
    </testcase>
  </testsuite>
</testsuites>
`, b.String())
}

func TestJUnitOfLooseFilesHasASuite(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, report.JUnit(&b, nil, nil))
	assert.Contains(t, b.String(), `<testcase classname="no environment" name="no problems">`)
}

func TestASecretIsNotShownBesideItsProblem(t *testing.T) {
	line := func(string, int) (string, bool) { return "password: hunter2", true }
	for id, shown := range map[string]bool{"EF201": true, "EF512": false, "EF513": false, "EF514": false, "EF515": false} {
		var b strings.Builder
		p := rule.Problem{Rule: id, Severity: rule.Error, File: "a.yaml", Line: 1, Column: 1, Message: "a message"}
		require.NoError(t, report.Text(&b, []rule.Problem{p}, report.Style{Line: line}))
		assert.Equal(t, shown, strings.Contains(b.String(), "hunter2"), id)
	}
}
