package hocon

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexer splits a text into tokens as the reference implementation does.
type lexer struct {
	rest string
	place
	// still keeps the position, for a text whose lines are not lines of its file.
	still bool
}

// take consumes n bytes.
func (l *lexer) take(n int) string {
	taken := l.rest[:n]
	l.rest = l.rest[n:]
	if l.still {
		return taken
	}
	if lines := strings.Count(taken, "\n"); lines > 0 {
		l.line += lines
		l.column = 1 + utf8.RuneCountInString(taken[strings.LastIndexByte(taken, '\n')+1:])
	} else {
		l.column += utf8.RuneCountInString(taken)
	}
	return taken
}

// takeUntil consumes everything before the first character that stops.
func (l *lexer) takeUntil(stops func(rune) bool) string {
	n := strings.IndexFunc(l.rest, stops)
	if n < 0 {
		n = len(l.rest)
	}
	return l.take(n)
}

func (l *lexer) next() (token, error) {
	space := l.takeUntil(func(c rune) bool { return c == '\n' || !isSpace(c) })
	if l.atComment() {
		l.takeUntil(func(c rune) bool { return c == '\n' })
	}
	t := token{space: space, place: l.place}
	if l.rest == "" {
		return t, nil
	}
	var err error
	switch c := l.rest[0]; {
	case strings.IndexByte("{}[],:=\n", c) >= 0:
		t.kind = kind(l.take(1)[0])
	case strings.HasPrefix(l.rest, `"""`):
		t.kind, t.multiLine = quoted, true
		t.text, err = l.multiLineText()
	case c == '"':
		t.kind = quoted
		t.text, err = l.quotedText()
	default:
		t.kind = word
		t.text, err = l.word()
	}
	return t, err
}

func (l *lexer) atComment() bool {
	return strings.HasPrefix(l.rest, "#") || strings.HasPrefix(l.rest, "//")
}

func (l *lexer) quotedText() (string, error) {
	i := 1
	for ; i < len(l.rest) && l.rest[i] != '"'; i++ {
		switch c := l.rest[i]; {
		case c == '\n':
			return "", l.errorf(`the text has no closing quotation mark on its line: add it, or write """ around several lines`)
		case c < ' ':
			l.take(i)
			return "", l.errorf(`the control character %q cannot stand in a quoted text: write \u%04x`, c, c)
		case c == '\\':
			i++
		}
	}
	if i >= len(l.rest) {
		return "", l.errorf("the text has no closing quotation mark")
	}
	var text string
	// HOCON has JSON's escapes.
	if json.Unmarshal([]byte(l.rest[:i+1]), &text) != nil {
		return "", l.errorf(`the text has an escape that HOCON does not know: write \\ for a backslash`)
	}
	l.take(i + 1)
	return text, nil
}

// multiLineText has no escapes. Of more than three quotation marks at its end the
// last three close it.
func (l *lexer) multiLineText() (string, error) {
	n := strings.Index(l.rest[3:], `"""`)
	if n < 0 {
		return "", l.errorf(`the text after """ has no closing """`)
	}
	for n += 6; n < len(l.rest) && l.rest[n] == '"'; n++ {
	}
	text := l.take(n)
	return text[3 : n-3], nil
}

func (l *lexer) word() (string, error) {
	if c := l.rest[0]; c == '-' || c >= '0' && c <= '9' {
		return l.number()
	}
	n := 0
	for i, c := range l.rest {
		if isReserved(c) || isSpace(c) || strings.HasPrefix(l.rest[i:], "//") {
			break
		}
		n = i + utf8.RuneLen(c)
	}
	if n == 0 {
		return "", l.reserved()
	}
	return l.take(n), nil
}

// number is kept as it is written; what only begins as one is a text. A plus sign
// is reserved anywhere else.
func (l *lexer) number() (string, error) {
	n := len(l.rest) - len(strings.TrimLeft(l.rest, "0123456789eE+-."))
	if i := strings.IndexByte(l.rest[:n], '+'); i >= 0 {
		if _, err := strconv.ParseFloat(l.rest[:n], 64); err != nil {
			l.take(i)
			return "", l.reserved()
		}
	}
	return l.take(n), nil
}

func (l *lexer) reserved() error {
	switch {
	case strings.HasPrefix(l.rest, "${"):
		return l.errorf(`${…} stands outside of quotation marks: write "${…}", so that the node resolves it`)
	case strings.HasPrefix(l.rest, "+="):
		return l.errorf("+= stands for a substitution of HOCON's own: write = and the whole list")
	}
	c, _ := utf8.DecodeRuneInString(l.rest)
	return l.errorf("the character %c is reserved: write the text in quotation marks", c)
}

func isReserved(c rune) bool { return strings.ContainsRune("$\"{}[]:=,+#`^?!@*&\\", c) }

// isSpace knows the white space of the HOCON specification, the line feed included;
// NEL, which Unicode counts, is none.
func isSpace(c rune) bool {
	switch {
	case c >= '\t' && c <= '\r', c >= 0x1c && c <= 0x1f, c == 0xfeff:
		return true
	}
	return unicode.In(c, unicode.Zs, unicode.Zl, unicode.Zp)
}
