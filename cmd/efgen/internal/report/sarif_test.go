package report_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/validate/rule"
)

// sarifRun is what the tests look at.
type sarifRun struct {
	Tool struct {
		Driver struct{ Rules []struct{ ID string } }
	}
	Invocations []struct {
		ToolExecutionNotifications []struct{ Message struct{ Text string } }
	}
	Results []struct {
		RuleID    string
		RuleIndex *int
		Level     string
		Message   struct{ Text string }
		Locations []struct {
			PhysicalLocation struct {
				ArtifactLocation struct{ URI string }
				Region           *struct{ StartLine, StartColumn int }
			}
		}
		PartialFingerprints map[string]string
	}
}

func sarifOf(t *testing.T, problems []rule.Problem) sarifRun {
	var b bytes.Buffer
	rules := []rule.Rule{{ID: "EF101", Severity: rule.Error}, {ID: "EF102", Severity: rule.Error}, {ID: "EF401", Severity: rule.Error}}
	require.NoError(t, report.SARIF(&b, rules, problems))
	var log struct{ Runs []sarifRun }
	require.NoError(t, json.Unmarshal(b.Bytes(), &log))
	require.Len(t, log.Runs, 1)
	return log.Runs[0]
}

func TestSARIFPointsAtEnvironmentFilesAndBrokenRules(t *testing.T) {
	run := sarifOf(t, problems)
	require.Len(t, run.Tool.Driver.Rules, 2, "those that are broken")
	require.Len(t, run.Results, 4)
	for i, p := range problems {
		result := run.Results[i]
		assert.Equal(t, p.Rule, result.RuleID)
		assert.Equal(t, string(p.Severity), result.Level)
		assert.Contains(t, result.Message.Text, p.Message)
		if result.RuleIndex != nil {
			assert.Equal(t, p.Rule, run.Tool.Driver.Rules[*result.RuleIndex].ID)
		}
	}
	first := run.Results[0].Locations[0].PhysicalLocation
	assert.Equal(t, "environments/production.yaml", first.ArtifactLocation.URI)
	assert.Equal(t, 12, first.Region.StartLine)
	assert.Equal(t, 5, first.Region.StartColumn)
	assert.Nil(t, run.Results[2].RuleIndex, "EF512 is not among the rules")
	assert.Nil(t, run.Results[2].Locations[0].PhysicalLocation.Region, "no line is known")
	assert.Empty(t, run.Results[3].Locations, "no file is known")
}

func TestSARIFFingerprintsFollowTheFieldNotTheLine(t *testing.T) {
	moved, reworded, other := misspelt, misspelt, misspelt
	moved.Line = 99
	reworded.Message = "in other words"
	other.Field = "applications.flow.replicas"
	fingerprints := map[string]string{}
	for name, p := range map[string]rule.Problem{"before": misspelt, "moved": moved, "reworded": reworded, "other": other} {
		fingerprints[name] = sarifOf(t, []rule.Problem{p}).Results[0].PartialFingerprints["primaryLocationLineHash"]
	}
	assert.Equal(t, fingerprints["before"], fingerprints["moved"])
	assert.Equal(t, fingerprints["before"], fingerprints["reworded"])
	assert.NotEqual(t, fingerprints["before"], fingerprints["other"])

	alike := sarifOf(t, []rule.Problem{misspelt, reworded}).Results
	assert.NotEqual(t, alike[0].PartialFingerprints, alike[1].PartialFingerprints, "two problems, two alerts")
}

func TestSARIFSaysWhatItLeavesOut(t *testing.T) {
	many := make([]rule.Problem, report.MaxSARIF+2)
	for i := range many {
		many[i] = misspelt
	}
	run := sarifOf(t, many)
	assert.Len(t, run.Results, report.MaxSARIF)
	require.Len(t, run.Invocations[0].ToolExecutionNotifications, 1)
	assert.Contains(t, run.Invocations[0].ToolExecutionNotifications[0].Message.Text, "2 more problems")
	assert.Empty(t, sarifOf(t, many[:5]).Invocations[0].ToolExecutionNotifications)
}
