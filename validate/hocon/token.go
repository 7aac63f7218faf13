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
	end    kind = 0
	word   kind = 'w' // an unquoted text, or a part of one
	quoted kind = 'q'
)

type token struct {
	kind
	// text of a word or quoted text, as it is meant.
	text string
	// multiLine says that the text stood between """.
	multiLine bool
	// space before the token on its line: part of the value between two texts.
	space string
	place
}

// String is the token as a message names it.
func (t token) String() string {
	switch t.kind {
	case end:
		return "the end of the text"
	case '\n':
		return "the end of the line"
	case word, quoted:
		return fmt.Sprintf("%.40q", t.text)
	}
	return string(rune(t.kind))
}
