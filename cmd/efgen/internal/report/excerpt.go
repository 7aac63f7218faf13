package report

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/efgen/efgen/validate/rule"
)

// maxExcerpt bounds how many characters of a line are shown on a wide screen.
const maxExcerpt = 200

// ofSecrets are the rules about secrets in plain text: their lines hold secrets.
var ofSecrets = []string{"EF512", "EF513", "EF514", "EF515"}

// excerpt is the line that the problem points at with a caret under its column;
// it is empty where there is nothing to show.
func (s Style) excerpt(p rule.Problem) string {
	if s.Line == nil || p.Line == 0 || slices.Contains(ofSecrets, p.Rule) {
		return ""
	}
	text, ok := s.Line(p.File, p.Line)
	if !ok {
		return ""
	}
	number := fmt.Sprintf("%5d", p.Line)
	room := min(max(cmp.Or(s.Columns, 80)-len(number)-len(" | "), 20), maxExcerpt)
	before, after := around(text, p.Column, room)
	shown := fmt.Sprintf("%s | %s\n", number, before+after)
	if p.Column > 0 {
		indent := strings.Repeat(" ", utf8.RuneCountInString(before))
		shown += fmt.Sprintf("%*s | %s%s\n", len(number), "", indent, s.paint(colors[p.Severity], "^"))
	}
	return shown
}

// LineReader looks up lines for a Style; path is where a file lies. It keeps the last
// file, for problems of one file mostly follow each other.
func LineReader(path func(file string) string) func(file string, line int) (string, bool) {
	var kept string
	var lines []string
	return func(file string, line int) (string, bool) {
		if file != kept {
			kept, lines = file, readLines(path(file))
		}
		if line > len(lines) {
			return "", false
		}
		return strings.TrimSuffix(lines[line-1], "\r"), true
	}
}

// readLines returns the lines of a file, none if it cannot be read.
func readLines(name string) []string {
	const most = 8 << 20 // no file that is checked has more bytes
	// A pipe would block.
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() || info.Size() > most {
		return nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return strings.Split(string(data), "\n")
}

// around cuts a line in two at a column, as it is to be shown in so many
// characters; an ellipsis replaces what does not fit.
func around(text string, column, room int) (before, after string) {
	start := first(text, column-1)
	// One character more than there is room for shows that something is missing.
	before, after = visible(last(start, room+1)), visible(first(text[len(start):], room+1))
	if most := room * 2 / 3; utf8.RuneCountInString(before) > most {
		before = "…" + last(before, most-1)
	}
	if most := room - utf8.RuneCountInString(before); utf8.RuneCountInString(after) > most {
		after = first(after, most-1) + "…"
	}
	return before, after
}

// visible is a text without characters that take more or less than one column.
func visible(text string) string {
	return Plain(strings.ReplaceAll(text, "\t", "    "))
}

// first is the first n characters of a text.
func first(text string, n int) string {
	end := 0
	for ; n > 0 && end < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	return text[:end]
}

// last is the last n characters of a text.
func last(text string, n int) string {
	start := len(text)
	for ; n > 0 && start > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:start])
		start -= size
	}
	return text[start:]
}
