package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/cmd/efgen/internal/review"
)

// saying is a review that says one text wherever it can.
func saying(text string) review.Report {
	return review.Report{Risk: review.Blocking, Changes: []review.Difference{{
		Environments: []string{text, text}, APIVersion: text, Kind: text, Namespace: text, Name: text, Action: review.Modified,
		Fields: []review.Field{
			{Path: text, Old: text, New: "x"},
			{Path: text, Old: map[string]any{text: []any{text}}},
			{Path: text, Old: "a\n" + text + "\nb\n", New: "a\n" + text + "\n"},
			{Path: text, Old: "a\nb", New: "a\n```\n" + text},
		},
		Risks: []review.Risk{
			{Rule: text, Level: review.Blocking, Message: text, File: text, Line: 3},
			{Rule: text, Level: review.Low, Message: text, File: text, Line: 3},
		},
	}}}
}

// moreHostile is what means something to GitHub's Markdown alone.
var moreHostile = map[string]string{
	"mention":       "@octocat/team and a@example.com",
	"issue":         "#1 GH-1 owner/repo#2",
	"bare link":     "https://example.com www.example.com",
	"end of detail": "</details></summary></code><img src=x onerror=alert(1)>",
	"fence":         "````\n~~~~\n```diff",
	"table":         "a|b\n-|-\n# heading\n> quote\n- item\n1. item\n***",
	"formula":       `$a$ \(b\) \\ &lt;script&gt; &#64;octocat`,
	"marker":        "<!-- efgen --> --!> --->",
	"indented":      "   ::error::owned",
}

func eachHostile(t *testing.T, check func(t *testing.T, text string)) {
	for _, texts := range []map[string]string{hostile, moreHostile} {
		for kind, text := range texts {
			t.Run(kind, func(t *testing.T) { check(t, text) })
		}
	}
}

// assertPrintable holds whatever is printed: lines of characters, and few bytes.
func assertPrintable(t *testing.T, out string) {
	assert.True(t, utf8.ValidString(out))
	assert.Less(t, len(out), 300<<10)
	assert.Equal(t, -1, strings.IndexFunc(out, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }))
	assert.NotContains(t, out, "##[")
}

func TestHostileDiffIsHarmlessAsText(t *testing.T) {
	plain := strings.Count(text(t, saying("x"), report.Style{}), "\n")
	eachHostile(t, func(t *testing.T, hostile string) {
		out := text(t, saying(hostile), report.Style{})
		assertPrintable(t, out)
		if !strings.Contains(hostile, "\n") && len(hostile) < 40 {
			assert.Equal(t, plain, strings.Count(out, "\n"), "no text makes lines")
		}
		assert.NotRegexp(t, `(?m)^\s*::`, out, "no command of a workflow")
	})
}

func TestHostileDiffIsHarmlessAsMarkdown(t *testing.T) {
	eachHostile(t, func(t *testing.T, hostile string) {
		out := report.DiffMarkdown(saying(hostile))
		assertPrintable(t, out)
		assert.LessOrEqual(t, len(out), report.MaxMarkdown)
		assert.NotRegexp(t, `(?m)^\s*::`, out, "no command of a workflow")
		assert.NotContains(t, out, "-->")
		assert.NotContains(t, out, "<!--")

		prose := outsideCode(t, out)
		prose = regexp.MustCompile(`</?(details|summary|b)>`).ReplaceAllString(prose, "")
		assert.NotRegexp(t, "[<`*_|~$\\[\\]]", strings.ReplaceAll(prose, "**", ""))
		assert.NotRegexp(t, `[@#](\w|/)|GH-\d|://|www\.`, strings.ReplaceAll(prose, "&#8203;", " "))
		assert.Equal(t, 2, strings.Count(out, "details>\n"))
	})
}

// outsideCode is Markdown without its code blocks, code spans and escaped
// characters. Code has to end where it is meant to.
func outsideCode(t *testing.T, markdown string) string {
	var prose strings.Builder
	fence := ""
	for line := range strings.Lines(markdown) {
		switch {
		case fence != "" && strings.TrimSpace(line) == fence:
			fence = ""
		case fence != "":
			assert.Regexp(t, `^[-+@ \\]`, line)
		case strings.HasPrefix(line, "```"):
			fence = strings.TrimSuffix(strings.TrimSpace(line), "diff")
		default:
			prose.WriteString(outsideSpans(t, line))
		}
	}
	assert.Empty(t, fence, "a code block without an end")
	return prose.String()
}

var (
	tagged = regexp.MustCompile(`<code>[^<]*</code>`)
	runs   = regexp.MustCompile("^`+")
)

func outsideSpans(t *testing.T, line string) string {
	var prose strings.Builder
	for rest := tagged.ReplaceAllString(line, ""); rest != ""; {
		switch rest[0] {
		case '\\':
			rest = rest[2:]
		case '`':
			fence := runs.FindString(rest)
			end := regexp.MustCompile("[^`]" + fence + "([^`]|$)").FindStringIndex(rest)
			if !assert.NotNil(t, end, "a code span without an end") {
				return ""
			}
			rest = rest[end[0]+1+len(fence):]
		default:
			prose.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	return prose.String()
}

func TestHostileDiffSurvivesJSON(t *testing.T) {
	eachHostile(t, func(t *testing.T, hostile string) {
		r := review.Report{Changes: []review.Difference{{Name: hostile, Fields: []review.Field{{Old: hostile}}}}}
		var b bytes.Buffer
		require.NoError(t, report.DiffJSON(&b, r))
		assert.Equal(t, -1, strings.IndexFunc(b.String(), func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }))
		assert.NotContains(t, b.String(), "##[")
		assert.NotRegexp(t, `(?m)^\s*::`, b.String())
		var back struct{ Changes []struct{ Name string } }
		require.NoError(t, json.Unmarshal(b.Bytes(), &back))
		assert.Equal(t, string([]rune(hostile)), back.Changes[0].Name)
	})
}

// manyChanges is a review of n objects, each with a risk and a long text.
func manyChanges(n, lines int) review.Report {
	r := review.Report{Risk: review.High}
	for i := range n {
		level := review.High
		if i > n/2 {
			level = review.Medium
		}
		r.Changes = append(r.Changes, review.Difference{
			Environments: sites(100), Kind: "ConfigMap", Namespace: strings.Repeat("n", 253), Name: fmt.Sprintf("object-%04d", i), Action: review.Modified,
			Fields: []review.Field{{Path: strings.Repeat("path.", 1000), Old: strings.Repeat("日本\n", lines), New: strings.Repeat("`\n", lines)}},
			Risks:  []review.Risk{{Rule: "ER201", Level: level, Message: strings.Repeat("consequence ", 300), File: strings.Repeat("f", 4000), Line: i}},
		})
	}
	return r
}

func TestMarkdownKeepsItsBudget(t *testing.T) {
	for n := 1; n <= 512; n *= 2 {
		for _, lines := range []int{1, 30, 1000, 20_000} {
			if n*lines > 512_000 {
				continue
			}
			t.Run(fmt.Sprintf("%d objects of %d lines", n, lines), func(t *testing.T) {
				out := report.DiffMarkdown(manyChanges(n, lines))
				assert.LessOrEqual(t, len(out), report.MaxMarkdown)
				outsideCode(t, out)
				shown, listed := strings.Count(out, "<details>\n"), strings.Count(out, "\n- **")
				assert.Equal(t, shown, strings.Count(out, "</details>\n"), "sections are whole")
				assert.Positive(t, shown)
				assertToldWhatIsLeftOut(t, out, n-listed, n-shown)
				for i := range shown {
					assert.Contains(t, out, fmt.Sprintf("object-%04d</code>", i), "the riskiest are shown")
				}
			})
		}
	}
}

func assertToldWhatIsLeftOut(t *testing.T, out string, risks, objects int) {
	top := strings.SplitN(out, "\n\n", 3)[1]
	if risks+objects == 0 {
		assert.NotContains(t, out, "left out")
		return
	}
	assert.Regexp(t, "^> Too much to show here: .* left out, the least risky ones", top)
	for what, n := range map[string]int{"risk": risks, "changed object": objects} {
		switch n {
		case 0:
			assert.NotContains(t, top, what+"s ")
		case 1:
			assert.Contains(t, top, "1 "+what+" ")
		default:
			assert.Contains(t, top, fmt.Sprintf("%d %ss", n, what))
		}
	}
}

func TestTextsThatNoConfigMapHoldsAreNotCompared(t *testing.T) {
	r := saying(strings.Repeat("x\n", 1<<20))
	assert.Contains(t, text(t, r, report.Style{}), ": 2097152 bytes → 1 bytes, too long to compare here\n")
}

func FuzzDiffIsHarmless(f *testing.F) {
	for _, texts := range []map[string]string{hostile, moreHostile} {
		for _, text := range texts {
			if len(text) < 1000 {
				f.Add(text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, hostile string) {
		r := saying(hostile)
		assertPrintable(t, text(t, r, report.Style{}))
		markdown := report.DiffMarkdown(r)
		assertPrintable(t, markdown)
		outsideCode(t, markdown)
		assert.LessOrEqual(t, len(markdown), report.MaxMarkdown)
	})
}
