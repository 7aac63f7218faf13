package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// MaxSARIF is how many results GitHub takes of one run; it refuses more.
const MaxSARIF = 25_000

// SARIF prints the first MaxSARIF problems in the Static Analysis Results
// Interchange Format 2.1.0, with the rules that they break. Files are relative
// to the root of the repository.
func SARIF(w io.Writer, rules []rule.Rule, problems []rule.Problem) error {
	left := max(len(problems)-MaxSARIF, 0)
	problems = problems[:len(problems)-left]
	broken := slices.DeleteFunc(slices.Clone(rules), func(r rule.Rule) bool {
		return !slices.ContainsFunc(problems, func(p rule.Problem) bool { return p.Rule == r.ID })
	})
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "efgen", Rules: sarifRules(broken)}},
		Invocations: []sarifInvocation{{Successful: true, Notifications: leftOut(left)}},
		// Columns count characters, not UTF-16's units.
		ColumnKind: "unicodeCodePoints",
		Results:    sarifResults(broken, problems),
	}
	return JSON(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

func leftOut(n int) []sarifNotification {
	if n == 0 {
		return nil
	}
	text := fmt.Sprintf("%d more problems are left out: GitHub takes %d", n, MaxSARIF)
	return []sarifNotification{{Level: "warning", Message: sarifText{Text: text}}}
}

func sarifRules(rules []rule.Rule) []sarifRule {
	described := make([]sarifRule, len(rules))
	for i, r := range rules {
		described[i] = sarifRule{
			ID:      r.ID,
			Short:   sarifText{Text: r.Title},
			Full:    sarifText{Text: r.Why},
			Default: sarifConfiguration{Level: r.Severity},
			Help: sarifText{
				Text:     fmt.Sprintf("why: %s\n\nexample:\n%s\n\nfix:\n%s", r.Why, r.Example, r.Fix),
				Markdown: fmt.Sprintf("%s\n\n**Example**\n\n```yaml\n%s\n```\n\n**Fix**\n\n```yaml\n%s\n```\n", r.Why, r.Example, r.Fix),
			},
		}
	}
	return described
}

func sarifResults(rules []rule.Rule, problems []rule.Problem) []sarifResult {
	results := make([]sarifResult, len(problems))
	seen := map[string]int{}
	for i, p := range problems {
		identity := fingerprint(p)
		seen[identity]++
		results[i] = sarifResult{
			RuleID: Plain(p.Rule),
			Level:  p.Severity,
			// A bracket before a parenthesis would make a link.
			Message:   sarifText{Text: strings.ReplaceAll(sentence(p), "](", "] (")},
			Locations: sarifLocations(p),
			// The only key that GitHub reads; as CodeQL does, it counts what is alike.
			Fingerprints: map[string]string{"primaryLocationLineHash": fmt.Sprintf("%s:%d", identity, seen[identity])},
		}
		if index := slices.IndexFunc(rules, func(r rule.Rule) bool { return r.ID == p.Rule }); index >= 0 {
			results[i].RuleIndex = &index
		}
	}
	return results
}

// fingerprint stays the same when lines move and messages are reworded.
func fingerprint(p rule.Problem) string {
	identity := strings.Join([]string{p.Rule, p.Environment, p.File, p.Manifest, p.Field}, "\x00")
	return fmt.Sprintf("%x", sha256.Sum256([]byte(identity)))[:32]
}

func sarifLocations(p rule.Problem) []sarifLocation {
	if p.File == "" {
		return nil
	}
	file := sarifPhysical{Artifact: sarifArtifact{URI: (&url.URL{Path: bounded(p.File)}).String(), Base: "%SRCROOT%"}}
	if p.Line > 0 {
		file.Region = &sarifRegion{Line: p.Line, Column: p.Column}
	}
	location := sarifLocation{Physical: file}
	if p.Manifest != "" {
		location.Logical = []sarifLogical{{Name: Plain(p.Manifest), Kind: "resource"}}
	}
	return []sarifLocation{location}
}
