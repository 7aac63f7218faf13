package hocon

import "fmt"

type place struct{ line, column int }

func (p place) errorf(format string, args ...any) error {
	return &SyntaxError{Line: p.line, Column: p.column, Message: fmt.Sprintf(format, args...)}
}

func (p place) newValue(kind Kind) *Value {
	return &Value{Kind: kind, Line: p.line, Column: p.column}
}

// A kind of token: one of the characters {}[],:= and '\n' for itself, or
type kind rune

const (
	end      kind = 0
	word     kind = 'w' // an unquoted text, or a part of one
	quoted   kind = 'q'
	unquoted kind = 's' // a substitution outside of quotation marks
)

type token struct {
	kind
	// text of a word, a quoted text or a substitution, as it is meant.
	text string
	// multiLine says that the text stood between """.
	multiLine bool
	// space before the token on its line: part of the value between two texts.
	space string
	place
	// start and end are the offsets of the token in the text.
	start, end int
}

// String is the token as a message names it.
func (t token) String() string {
	switch t.kind {
	case end:
		return "the end of the text"
	case '\n':
		return "the end of the line"
	case word, quoted, unquoted:
		return fmt.Sprintf("%.40q", t.text)
	}
	return string(rune(t.kind))
}
