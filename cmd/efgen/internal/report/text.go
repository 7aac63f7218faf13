// Package report prints what the commands find: for people, for programs, and
// for the places where continuous integration shows it. Nothing in a problem is
// trusted: every format takes any text.
package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// A Style says how Text looks. The zero Style is for files and pipes.
type Style struct {
	// Color tells severities apart by ANSI colours.
	Color bool
	// Columns is the width of the screen in characters. Default: 80.
	Columns int
	// Line returns a line of a file, the first one being 1, to be shown with a
	// caret under the column. Without it no lines are shown.
	Line func(file string, line int) (text string, ok bool)
}

// Text prints problems for people, one line each, with what to do about it
// below, and how many there are of each severity.
func Text(w io.Writer, problems []rule.Problem, style Style) error {
	b := bufio.NewWriter(w)
	for _, p := range problems {
		fmt.Fprintln(b, style.problem(plain(p)))
		fmt.Fprint(b, style.excerpt(p))
		if p.Hint != "" {
			fmt.Fprintf(b, "  hint: %s\n", Plain(p.Hint))
		}
	}
	if len(problems) > 0 {
		fmt.Fprintf(b, "efgen: %s\n", Tally(problems))
	}
	return b.Flush()
}

// Parameters of the terminal's "select graphic rendition".
const (
	bold = "1"
	dim  = "2"
)

var colors = map[rule.Severity]string{rule.Error: "31", rule.Warning: "33", rule.Note: "36"}

func (s Style) paint(rendition, text string) string {
	if !s.Color || rendition == "" || text == "" {
		return text
	}
	return "\x1b[" + rendition + "m" + text + "\x1b[0m"
}

// problem is the problem's one line with its parts painted.
func (s Style) problem(p rule.Problem) string {
	position, id := p.Position().String(), " ["+p.Rule+"]"
	between := strings.TrimSuffix(strings.TrimPrefix(p.String(), position), p.Message+id)
	return s.paint(bold, position) + between + s.paint(colors[p.Severity], p.Message) + s.paint(dim, id)
}

// Tally is "2 errors, 1 warning", or "no problems".
func Tally(problems []rule.Problem) string {
	var parts []string
	for _, severity := range []rule.Severity{rule.Error, rule.Warning, rule.Note} {
		switch n := Count(problems, severity); n {
		case 0:
		case 1:
			parts = append(parts, "1 "+string(severity))
		default:
			parts = append(parts, fmt.Sprintf("%d %ss", n, severity))
		}
	}
	if len(parts) == 0 {
		return "no problems"
	}
	return strings.Join(parts, ", ")
}

// Count is how many of the problems have a severity.
func Count(problems []rule.Problem, severity rule.Severity) int {
	n := 0
	for _, p := range problems {
		if p.Severity == severity {
			n++
		}
	}
	return n
}
