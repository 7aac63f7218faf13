// Package report prints what the commands find.
package report

import (
	"fmt"
	"io"

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
		fmt.Fprintf(w, "efgen: %s, %s, %s\n", plural(count[rule.Error], "error"), plural(count[rule.Warning], "warning"), plural(count[rule.Note], "note"))
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
