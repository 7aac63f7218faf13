package report

import (
	"bufio"
	"fmt"
	"io"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
)

// maxObjectText bounds what is printed of one object, in bytes.
const maxObjectText = 256 << 10

// Diff prints a review for people: the risks, worst first, then what changed in
// each object, and the verdict.
func Diff(w io.Writer, r review.Report, style Style) error {
	b := bufio.NewWriter(w)
	risks := risksOf(r)
	for _, one := range risks {
		fmt.Fprintln(b, style.risk(one))
	}
	if len(risks) > 0 {
		fmt.Fprintln(b)
	}
	for _, d := range r.Changes {
		style.difference(b, difference{d})
	}
	level := r.Risk.String()
	fmt.Fprintf(b, "%s: %s\n", style.paint(levelColors[r.Risk], level), Verdict(r))
	return b.Flush()
}

var levelColors = map[review.Level]string{review.Blocking: "31", review.High: "31", review.Medium: "33", review.Low: "36"}

// risk is the risk's one line with its parts painted.
func (s Style) risk(r risk) string {
	place := r.place()
	if place != "" {
		place += ": "
	}
	return fmt.Sprintf("%s%s: %s in %s: %s%s", s.paint(bold, place), s.paint(levelColors[r.Level], r.Level.String()),
		r.object(), r.in(environmentsNamed), Plain(r.Message), s.paint(dim, " ["+Plain(r.Rule)+"]"))
}

var markColors = map[rune]string{'-': "31", '+': "32", '@': "36"}

func (s Style) difference(w io.Writer, d difference) {
	fmt.Fprintf(w, "%s in %s\n", s.paint(bold, string(d.Action)+" "+d.object()), d.in(environmentsListed))
	for _, one := range d.linesOf(maxObjectText) {
		fmt.Fprintf(w, " %s\n", s.paint(markColors[one.mark], one.String()))
	}
	fmt.Fprintln(w)
}
