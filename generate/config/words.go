package config

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// describe names what stands in the file.
func describe(n *node) string {
	switch {
	case n.kind == mapping:
		return "a mapping"
	case n.kind == sequence:
		return "a list"
	case n.isNull():
		return "null"
	case n.class != textScalar:
		return shorten(n.text)
	}
	return "the text " + strconv.Quote(shorten(n.text))
}

// shorten keeps messages readable.
func shorten(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}

// choice writes a list of values as "a, b or c".
func choice(values []string) string {
	last := len(values) - 1
	if last < 1 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:last], ", ") + " or " + values[last]
}
