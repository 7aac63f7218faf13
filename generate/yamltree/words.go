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

// Nearest is the candidate that a misspelt word most likely means, "" if none is near.
func Nearest(word string, candidates []string) string {
	const longest = 64
	if len(word) > longest {
		return ""
	}
	best, least := "", 1+(len(word)+1)/3
	for _, candidate := range candidates {
		if strings.EqualFold(word, candidate) {
			return candidate
		}
		if max(len(word), len(candidate))-min(len(word), len(candidate)) >= least {
			continue
		}
		if distance := editDistance(strings.ToLower(word), strings.ToLower(candidate)); distance < least {
			best, least = candidate, distance
		}
	}
	return best
}

// editDistance counts the bytes to insert, remove, replace or swap with their
// neighbour to make one word of another.
func editDistance(a, b string) int {
	older, old, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range old {
		old[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(old[j+1]+1, row[j]+1, old[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
		older, old, row = old, row, older
	}
	return old[len(b)]
}
