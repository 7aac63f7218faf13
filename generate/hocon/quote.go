package hocon

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// quoteKey quotes a key unless it is a plain word. A bare dot would start an object, a
// leading digit or dash a number, and `include` would read another file.
func quoteKey(key string) (string, error) {
	if isWord(key) && key != "include" {
		return key, nil
	}
	return quote(key)
}

func isWord(key string) bool {
	for i, c := range key {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
		case i > 0 && (c >= '0' && c <= '9' || c == '-'):
		default:
			return false
		}
	}
	return key != ""
}

// quote writes a text as JSON does. Whatever a reviewer could not see is escaped.
func quote(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", errNotUTF8
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case isUnseen(c):
			for _, unit := range utf16.Encode([]rune{c}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String(), nil
}

// isUnseen tells control characters, line and paragraph separators, marks of
// direction and spaces that are not the common one.
func isUnseen(c rune) bool { return !unicode.IsPrint(c) }
