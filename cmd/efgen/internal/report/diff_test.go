package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var update = flag.Bool("update", false, "write what is printed into testdata")

// reviewed has a change of every kind.
var reviewed = review.Report{Risk: review.Blocking, Changes: []review.Difference{
	{
		Environments: []string{"production"}, APIVersion: "apps/v1", Kind: "StatefulSet", Namespace: "production", Name: "flow",
		Action: review.Modified,
		Fields: []review.Field{
			{Path: "spec.replicas", Old: 5, New: 0},
			{Path: "spec.serviceName", Old: "flow", New: "flow-headless"},
			{Path: "spec.template.spec.nodeSelector", New: map[string]any{"disk": "<ssd>"}},
			{Path: "spec.template.spec.affinity", Old: map[string]any{"nodeAffinity": map[string]any{"required": strings.Repeat("terms ", 20)}}},
		},
		Risks: []review.Risk{
			{Rule: "ER101", Level: review.Blocking, Message: "the API server refuses this: spec.serviceName cannot change", File: "environments/production.yaml", Line: 12},
			{Rule: "ER302", Level: review.Medium, Message: "restarts 5 nodes one at a time", File: "environments/_base.yaml", Line: 4},
		},
	},
	{
		Environments: []string{"a", "b", "c", "d", "e"}, APIVersion: "v1", Kind: "ConfigMap", Name: "flow-configuration",
		Action: review.Modified,
		Fields: []review.Field{{
			Path: `data["security.conf"]`,
			Old:  "security {\n  one\n  two\n  three\n  four\n  trust = \"10.0.0.0/24\"\n}\n",
			New:  "security {\n  one\n  two\n  three\n  four\n  trust = \"10.0.0.0/8\"\n}",
		}},
		Risks: []review.Risk{{Rule: "ER205", Level: review.High, Message: "every pod in 10.0.0.0/8 may administer these nodes"}},
	},
	{
		Environments: []string{"staging"}, APIVersion: "v1", Kind: "Service", Namespace: "staging", Name: "flow-client", Action: review.Added,
		Risks: []review.Risk{{Rule: "ER401", Level: review.Low, Message: "adds Service flow-client", File: "environments/staging.yaml"}},
	},
	{Environments: []string{"staging"}, APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRole", Name: "flow", Action: review.Removed},
}}

func text(t *testing.T, r review.Report, style report.Style) string {
	var b bytes.Buffer
	require.NoError(t, report.Diff(&b, r, style))
	return b.String()
}

func TestDiffIsPrintedAsInTheGoldens(t *testing.T) {
	var asJSON bytes.Buffer
	require.NoError(t, report.DiffJSON(&asJSON, reviewed))
	for name, printed := range map[string]string{
		"diff.txt":  text(t, reviewed, report.Style{}),
		"diff.ansi": text(t, reviewed, report.Style{Color: true}),
		"diff.md":   report.DiffMarkdown(reviewed),
		"diff.json": asJSON.String(),
	} {
		golden := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(golden, []byte(printed), 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, string(want), printed, "if this is what it should be: go test ./cmd/efgen/internal/report -run Goldens -update")
	}
}

func TestDiffWithoutChangesSaysSo(t *testing.T) {
	assert.Equal(t, "none: no changes\n", text(t, review.Report{}, report.Style{}))
	assert.Equal(t, "**none**: no changes\n\n", report.DiffMarkdown(review.Report{}))
	var b bytes.Buffer
	require.NoError(t, report.DiffJSON(&b, review.Report{}))
	assert.JSONEq(t, `{"risk": "none", "changes": []}`, b.String())
}

func TestDiffJSONHasEveryKey(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, report.DiffJSON(&b, review.Report{Changes: []review.Difference{{}, {Fields: []review.Field{{}}, Risks: []review.Risk{{}}}}}))
	assert.JSONEq(t, `{"risk": "none", "changes": [
		{"environments": [], "apiVersion": "", "kind": "", "namespace": "", "name": "", "action": "", "fields": [], "risks": []},
		{"environments": [], "apiVersion": "", "kind": "", "namespace": "", "name": "", "action": "",
		 "fields": [{"path": "", "old": null, "new": null}],
		 "risks": [{"rule": "", "level": "none", "message": "", "file": "", "line": 0}]}
	]}`, b.String())
}

func TestVerdictCountsChangesAndTheirEnvironments(t *testing.T) {
	both := review.Difference{Environments: []string{"a", "b"}, Action: review.Modified}
	moved := review.Difference{Environments: []string{"b"}, Action: review.Moved, Risks: []review.Risk{{Level: review.Blocking}, {Level: review.Low}}}
	for want, changes := range map[string][]review.Difference{
		"no changes":                             nil,
		"1 change in 1 environment: 1 removed":   {{Environments: []string{"a"}, Action: review.Removed}},
		"1 change in 2 environments: 1 modified": {both},
		"3 changes in 2 environments: 2 modified, 1 moved; risks: 1 blocking, 1 low":                              {both, both, moved},
		"4 changes in 7 environments: 1 added, 2 modified, 1 removed; risks: 1 blocking, 1 high, 1 medium, 1 low": reviewed.Changes,
		"1 change in 200 environments: 1 added":                                                                   {{Environments: sites(200), Action: review.Added}},
	} {
		assert.Equal(t, want, report.Verdict(review.Report{Changes: changes}))
	}
}

func sites(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("site-%03d", i)
	}
	return names
}

func TestDiffNamesTheFirstOfManyEnvironments(t *testing.T) {
	r := review.Report{Risk: review.High, Changes: []review.Difference{{
		Environments: sites(200), Kind: "Service", Name: "flow", Action: review.Added, Risks: []review.Risk{{Rule: "ER201", Level: review.High, Message: "m"}},
	}}}
	out := text(t, r, report.Style{})
	assert.Contains(t, out, "Service flow in site-000, site-001, site-002 and 197 more: m [ER201]\n")
	assert.Contains(t, out, "site-049 and 150 more\n")
	assert.NotContains(t, out, "site-050")
}

func TestRisksBecomeAnnotationsByTheirLevel(t *testing.T) {
	problems := report.RiskProblems(reviewed)
	require.Len(t, problems, 3, "the low one is no news")
	assert.Equal(t, rule.Problem{
		Rule: "ER101", Severity: rule.Error, File: "environments/production.yaml", Line: 12, Manifest: "StatefulSet production/flow",
		Message: "the API server refuses this: spec.serviceName cannot change (blocking risk to StatefulSet production/flow in production)",
	}, problems[0])
	assert.Equal(t, rule.Warning, problems[1].Severity)
	assert.Equal(t, "every pod in 10.0.0.0/8 may administer these nodes (high risk to ConfigMap flow-configuration in a, b, c and 2 more)", problems[1].Message)
	assert.Equal(t, rule.Warning, problems[2].Severity)
}

func TestTextsAreComparedByLines(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"context": {"1\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n", "@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+five\n"},
		"two places": {
			strings.Repeat("a\n", 9) + "b\n", "z\n" + strings.Repeat("a\n", 9) + "c\n",
			"@@ -1,3 +1,4 @@\n+z\n a\n a\n a\n@@ -7,4 +8,4 @@\n a\n a\n a\n-b\n+c\n",
		},
		"last line end":  {"a\nb\n", "a\nb", "@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n"},
		"another end":    {"a\nb\n", "a\nc", "@@ -1,2 +1,2 @@\n a\n-b\n+c\n"},
		"carriage":       {"a\nb\n", "a\r\nb\n", "@@ -1,2 +1,2 @@\n-a\n+a\\r\n b\n"},
		"long and short": {strings.Repeat("x", 101), "y", "@@ -1,1 +1,1 @@\n-" + strings.Repeat("x", 101) + "\n+y\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r := review.Report{Changes: []review.Difference{{Action: review.Modified, Fields: []review.Field{{Path: "p", Old: c.old, New: c.new}}}}}
			_, rest, _ := strings.Cut(report.DiffMarkdown(r), "diff\n p:\n")
			got, _, _ := strings.Cut(rest, "```")
			assert.Equal(t, c.want, got)
		})
	}
}

func TestValuesOnOneLineAreUnmistakable(t *testing.T) {
	for want, field := range map[string]review.Field{
		`c.image: "` + strings.Repeat("a/", 60) + `b:1" → "b:2"`: {Path: "c.image", Old: strings.Repeat("a/", 60) + "b:1", New: "b:2"},
		`p: none → "none"`:        {Path: "p", New: "none"},
		`p: "3" → 3`:              {Path: "p", Old: "3", New: 3},
		`p: true → none`:          {Path: "p", Old: true},
		`p: "" → "a\n"`:           {Path: "p", Old: "", New: "a\n"},
		`p: [] → ["<a>","&"]`:     {Path: "p", Old: []any{}, New: []any{"<a>", "&"}},
		`p: 1.5 → {"a":null}`:     {Path: "p", Old: json.Number("1.5"), New: map[string]any{"a": nil}},
		`\x1b: "\u001b" → "ü 日本"`: {Path: "\x1b", Old: "\x1b", New: "ü 日本"},
	} {
		r := review.Report{Changes: []review.Difference{{Action: review.Modified, Fields: []review.Field{field}}}}
		assert.Contains(t, text(t, r, report.Style{}), "  "+want+"\n")
	}
}

func TestNoFormatPrintsWhatASecretHolds(t *testing.T) {
	side := func(value string) *manifest.Set {
		data := "apiVersion: v1\nkind: Secret\nmetadata: {name: admin}\nstringData: {password: " + value + "}\n"
		return manifest.NewSet([]manifest.File{{Path: "extra/secret.yaml", Data: []byte(data)}}, manifest.Facts{Environment: "production"})
	}
	c := review.NewComparer()
	c.Add(side("hunter2"), side("hunter3"), nil)
	r := c.Report()
	var asJSON bytes.Buffer
	require.NoError(t, report.DiffJSON(&asJSON, r))
	for _, printed := range []string{text(t, r, report.Style{}), report.DiffMarkdown(r), asJSON.String()} {
		assert.Contains(t, printed, "(changed)")
		assert.NotContains(t, printed, "hunter")
	}
}
