// Package report prints what the commands find.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// Text prints problems for people, one line each, with what to do about it
// below, and how many there are of each severity.
func Text(w io.Writer, problems []rule.Problem) {
	count := map[rule.Severity]int{}
	for _, p := range problems {
		count[p.Severity]++
		fmt.Fprintln(w, p)
		if p.Hint != "" {
			fmt.Fprintf(w, "  hint: %s\n", p.Hint)
		}
	}
	if len(problems) > 0 {
		fmt.Fprintf(w, "efgen: %s\n", tally(count))
	}
}

// tally is "2 errors, 1 warning".
func tally(count map[rule.Severity]int) string {
	var parts []string
	for _, severity := range []rule.Severity{rule.Error, rule.Warning, rule.Note} {
		switch n := count[severity]; n {
		case 0:
		case 1:
			parts = append(parts, "1 "+string(severity))
		default:
			parts = append(parts, fmt.Sprintf("%d %ss", n, severity))
		}
	}
	return strings.Join(parts, ", ")
}
