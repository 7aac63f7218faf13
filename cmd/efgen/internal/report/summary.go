package report

import (
	"fmt"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// maxSummarized bounds how many problems a summary lists: GitHub refuses a step's
// summary of more than 1 MiB, and other commands write to the same one.
const maxSummarized = 50

// Summary is a Markdown section: a heading, and the problems, the first ones
// being the worst.
func Summary(heading string, problems []rule.Problem) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s: %s\n\n", heading, Tally(problems))
	for _, p := range problems[:min(len(problems), maxSummarized)] {
		fmt.Fprintf(&b, "- **%s** %s\n", p.Severity, codeSpan(plain(p).String()))
		if p.Hint != "" {
			fmt.Fprintf(&b, "  <br>hint: %s\n", codeSpan(Plain(p.Hint)))
		}
	}
	if more := len(problems) - maxSummarized; more > 0 {
		fmt.Fprintf(&b, "\n%d more are in the log.\n", more)
	}
	b.WriteString("\n")
	return b.String()
}

// codeSpan is a text as a code span, in which Markdown and HTML mean nothing. It ends at as
// many backticks as it begins with, so there have to be more than in the text.
func codeSpan(text string) string {
	fence := strings.Repeat("`", longestRun(text, '`')+1)
	return fence + " " + uncommented.Replace(text) + " " + fence
}

// longestRun is how often a character follows itself at most.
func longestRun(text string, of rune) int {
	longest, run := 0, 0
	for _, c := range text {
		if c != of {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
