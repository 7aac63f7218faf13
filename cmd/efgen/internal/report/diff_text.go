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
// each object, with its low risks, and the verdict.
func Diff(w io.Writer, r review.Report, style Style) error {
	b := bufio.NewWriter(w)
	risks := risksOf(r)
	for _, one := range risks {
		fmt.Fprintln(b, style.risk(one, fmt.Sprintf("%s in %s: ", one.object(), one.in(environmentsNamed))))
	}
	if len(risks) > 0 {
		fmt.Fprintln(b)
	}
	apart := true
	for _, d := range r.Changes {
		apart = style.difference(b, difference{d})
	}
	if !apart {
		fmt.Fprintln(b)
	}
	fmt.Fprintf(b, "%s: %s\n", style.paint(levelColors[r.Risk], r.Risk.String()), Verdict(r))
	return b.Flush()
}

var levelColors = map[review.Level]string{review.Blocking: "31", review.High: "31", review.Medium: "33", review.Low: "36"}

// risk is the risk's one line with its parts painted.
func (s Style) risk(r risk, of string) string {
	position := r.position()
	if position != "" {
		position += ": "
	}
	level := s.paint(levelColors[r.Level], r.Level.String())
	return s.paint(bold, position) + level + ": " + of + Plain(r.Message) + s.paint(dim, " ["+Plain(r.Rule)+"]")
}

var markColors = map[rune]string{'-': "31", '+': "32", '@': "36"}

// difference sets itself apart by an empty line if fields follow its heading.
func (s Style) difference(w io.Writer, d difference) (apart bool) {
	fmt.Fprintf(w, "%s in %s\n", s.paint(bold, string(d.Action)+" "+d.object()), d.in(environmentsListed))
	for _, one := range d.risks(review.None, review.Low) {
		fmt.Fprintf(w, "  %s\n", s.risk(one, ""))
	}
	lines := d.linesOf(maxObjectText)
	for _, one := range lines {
		fmt.Fprintf(w, " %s\n", s.paint(markColors[one.mark], one.String()))
	}
	if apart = len(lines) > 0; apart {
		fmt.Fprintln(w)
	}
	return apart
}
