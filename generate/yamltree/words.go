package yamltree

import (
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Describe names what was written.
func (n *Node) Describe() string {
	switch {
	case n.kind == mapping:
		return "a mapping"
	case n.kind == sequence:
		return "a list"
	case n.IsNull():
		return "null"
	case n.class != textScalar:
		return Shorten(n.text)
	}
	return "the text " + strconv.Quote(Shorten(n.text))
}

// Shorten cuts a text to the length that messages can show.
func Shorten(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}

// Choice writes a list of values as "a, b or c".
func Choice(values []string) string {
	last := len(values) - 1
	if last < 1 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:last], ", ") + " or " + values[last]
}

// describeType names what may be written for a value of a type.
func describeType(t reflect.Type) string {
	t, switchable := Written(t)
	if switchable {
		return describeType(t) + " or false"
	}
	if word, isSpecial := specialWords[t]; isSpecial {
		return word
	}
	switch t.Kind() {
	case reflect.Map:
		if t.Elem().Kind() == reflect.Interface {
			return "mapping"
		}
		return "mapping, each value: " + describeType(t.Elem())
	case reflect.Struct:
		return "mapping"
	case reflect.Slice:
		return "list, each item: " + describeType(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Int32, reflect.Int64:
		return "whole number"
	case reflect.Interface:
		return "anything"
	}
	if values := ValuesOf(t); values != nil {
		return Choice(values)
	}
	return "text"
}
