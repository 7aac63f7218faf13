// Package hocon reads HOCON, the language of Streaming's configuration files, as
// far as a file that a node loads may use it: all of its grammar but `include` and
// substitutions of HOCON's own. Neither works in such a file: Streaming fills in
// ${NAME:-default} itself, before it reads the text. So reading touches no file, no
// network and no process environment.
//
// Where such a substitution stands inside quotation marks, the text is HOCON. Streaming
// takes it outside of them as well, where the vendor's own samples have it, and so does
// this reader: as a text, whose value only Expand knows.
//
// The reader is our own. The Go library for HOCON takes a text that is never closed,
// loops for ever on such a list, looks substitutions up in the process environment,
// leaves escapes as they are, and knows no positions, which a problem must name.
package hocon

import (
	"fmt"
	"unicode/utf8"
)

const (
	// maxSize of a text in bytes is that of a ConfigMap, which has to hold it.
	maxSize = 1 << 20
	// maxDepth of objects and lists in one another, far beyond any configuration.
	maxDepth = 64
)

// SyntaxError says why a text is not HOCON. Line and Column count from 1, columns
// in characters.
type SyntaxError struct {
	Line, Column int
	// Message says what is wrong and what to do: lower case, no full stop.
	Message string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Parse reads a file of at most 1 MiB, nested at most 64 levels deep. An empty text
// is an empty object. Every error is a *SyntaxError.
func Parse(text []byte) (*Value, error) {
	return parse(lexer{rest: string(text), place: place{1, 1}})
}

// ParseText reads the file that a text value holds, as in
// NodeDeploy.globalConfiguration. Positions are those in the file around it.
func (v *Value) ParseText() (*Value, error) {
	if v.multiLine {
		return parse(lexer{rest: v.Text, place: place{v.Line, v.Column + len(`"""`)}})
	}
	return parse(lexer{rest: v.Text, place: place{v.Line, v.Column}, still: true})
}

func parse(l lexer) (*Value, error) {
	if len(l.rest) > maxSize {
		return nil, l.errorf("the text is larger than %d bytes", maxSize)
	}
	if !utf8.ValidString(l.rest) {
		l.takeUntil(func(c rune) bool { return c == utf8.RuneError })
		return nil, l.errorf("the text is not UTF-8 from here on: save it in that encoding")
	}
	l.whole = l.rest
	p := parser{lexer: l}
	return p.document()
}
