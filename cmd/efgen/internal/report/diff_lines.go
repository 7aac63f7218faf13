package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/validate/rule"
)

const (
	// maxInline is how many bytes a value may have that shares a line with another.
	maxInline = 100
	// maxImage is how many bytes the reference of an image may have that shares a line.
	maxImage = 1000
	// maxCompared bounds texts that are compared by lines, in bytes: no ConfigMap
	// may be larger.
	maxCompared = 1 << 20
	// contextLines is how many equal lines are shown around those that differ.
	contextLines = 3
)

// line is one line of what changed inside an object: harmless text after a mark,
// as in a unified diff: '-' was, '+' is to be, '@' says where, ' ' is the rest.
type line struct {
	mark rune
	text string
}

// linesOf lists what changed inside an object in about so many bytes. Texts are
// compared by lines, everything else stands beside what it was.
func (d difference) linesOf(most int) []line {
	var lines []line
	for _, field := range d.Fields {
		lines = append(lines, fieldLines(field)...)
	}
	for i, one := range lines {
		if most -= len(one.text) + 2; most < 0 {
			return append(lines[:i], line{' ', "… " + rule.Counted(len(lines)-i, "more line")})
		}
	}
	return lines
}

func fieldLines(f review.Field) []line {
	path := Plain(f.Path)
	if !isImage(f) && (isLines(f.Old) || isLines(f.New)) {
		old, new := asLines(f.Old), asLines(f.New)
		if max(len(old), len(new)) > maxCompared {
			return []line{plainLine("%s: %d bytes → %d bytes, too long to compare here", path, len(old), len(new))}
		}
		return append([]line{plainLine("%s:", path)}, compareLines(ended(old, new))...)
	}
	return []line{plainLine("%s: %s → %s", path, inlineValue(f.Old), inlineValue(f.New))}
}

// isImage tells whether a field is the reference of an image: two of them are compared at a
// glance if they stand side by side, however long they are.
func isImage(f review.Field) bool {
	_, wasText := f.Old.(string)
	is, isText := f.New.(string)
	return strings.HasSuffix(f.Path, ".image") && wasText && isText && len(is) < maxImage
}

// ended are texts with an end of their last line, unless that alone makes them differ.
func ended(old, new string) (string, string) {
	end := func(text string) string {
		if text == "" || strings.HasSuffix(text, "\n") {
			return text
		}
		return text + "\n"
	}
	if end(old) == end(new) {
		return old, new
	}
	return end(old), end(new)
}

// isLines tells whether a value is better shown on lines of its own.
func isLines(value any) bool {
	if text, ok := value.(string); ok {
		return len(text) > maxInline || strings.Contains(strings.TrimSuffix(text, "\n"), "\n")
	}
	return len(encoded(value, "")) > maxInline
}

func asLines(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	}
	return encoded(value, "  ") + "\n"
}

// inlineValue tells texts from numbers by their quotes.
func inlineValue(value any) string {
	if value == nil {
		return "none"
	}
	return Plain(encoded(value, ""))
}

func encoded(value any, indent string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// compareLines is a unified diff.
func compareLines(old, new string) (lines []line) {
	// The edits are of this very text, so they fit it.
	diff, _ := udiff.ToUnifiedDiff("", "", old, udiff.Lines(old, new), contextLines)
	marks := map[udiff.OpKind]rune{udiff.Delete: '-', udiff.Insert: '+', udiff.Equal: ' '}
	for _, hunk := range diff.Hunks {
		where := len(lines)
		lines = append(lines, line{})
		count := map[rune]int{}
		for _, one := range hunk.Lines {
			mark := marks[one.Kind]
			count[mark]++
			text, whole := strings.CutSuffix(one.Content, "\n")
			if lines = append(lines, line{mark, Plain(text)}); !whole {
				lines = append(lines, line{'\\', " No newline at end of file"})
			}
		}
		lines[where] = line{'@', fmt.Sprintf("@ -%d,%d +%d,%d @@",
			hunk.FromLine, count['-']+count[' '], hunk.ToLine, count['+']+count[' '])}
	}
	return lines
}

func plainLine(format string, args ...any) line {
	return line{' ', fmt.Sprintf(format, args...)}
}

// String is the line as it is printed.
func (l line) String() string {
	if l.mark == ' ' {
		return " " + uncommanded(l.text)
	}
	return string(l.mark) + l.text
}

// uncommanded is a text that may start a line: a runner of GitHub Actions takes
// what starts with two colons for a command, even after spaces.
func uncommanded(text string) string {
	if strings.HasPrefix(strings.TrimLeft(text, " "), "::") {
		return strings.Replace(text, "::", `:\x3a`, 1)
	}
	return text
}
