// Package hocon writes HOCON, the language of Streaming's configuration files.
//
// Every text is quoted, so that what Streaming resolves itself, as in
// "${NAME:-default}", passes through HOCON untouched. What is written reads back
// as the same values by Lightbend's reference implementation.
package hocon

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/efgen/efgen/validate/rule"
)

// Object is an object whose members are written in the order given.
type Object []Member

// A Member is a key and its value: a string, bool, int, int64, float64,
// Text, Object, []string, []any or map[string]any of those. A map is written in the
// order of its keys.
type Member struct {
	Key   string
	Value any
}

// With returns the object with further members, in the order of their keys after its own.
// Objects of both are merged deeply; anything else of the object stays as it is.
func (o Object) With(further map[string]any) Object {
	merged := slices.Clone(o)
	for _, key := range slices.Sorted(maps.Keys(further)) {
		i := slices.IndexFunc(merged, func(m Member) bool { return m.Key == key })
		if i < 0 {
			merged = append(merged, Member{key, further[key]})
			continue
		}
		own, isObject := merged[i].Value.(Object)
		if more, isMap := further[key].(map[string]any); isObject && isMap {
			merged[i].Value = own.With(more)
		}
	}
	return merged
}

// Text is a file inside a file: it is written as it is, on lines of its own
// between two `"""`. A reader sees one line feed more at its start, and one at its
// end if it has none.
type Text string

// Marshal writes the object's members as a file, after the given lines of
// comment. It fails for a value that HOCON cannot hold and names its field.
func Marshal(object Object, comment ...string) ([]byte, error) {
	w := &writer{}
	for _, line := range comment {
		if err := w.comment(line); err != nil {
			return nil, err
		}
	}
	if err := w.members(object, "", ""); err != nil {
		return nil, err
	}
	return w.Bytes(), nil
}

type writer struct{ bytes.Buffer }

func (w *writer) comment(line string) error {
	if strings.ContainsFunc(line, isUnseen) || !utf8.ValidString(line) {
		return fmt.Errorf("comment %q: must be one line of printable text", line)
	}
	w.WriteString(strings.TrimRight("// "+line, " ") + "\n")
	return nil
}

func (w *writer) members(object Object, path, indent string) error {
	for _, member := range object {
		key, err := quoteKey(member.Key)
		if err != nil {
			return fmt.Errorf("%s: the key %w", rule.Key(path, member.Key), err)
		}
		w.WriteString(indent + key + " = ")
		if err := w.value(member.Value, rule.Key(path, member.Key), indent); err != nil {
			return err
		}
		w.WriteByte('\n')
	}
	return nil
}

func (w *writer) value(value any, path, indent string) error {
	switch value := value.(type) {
	case Object:
		return w.object(value, path, indent)
	case map[string]any:
		return w.object(sorted(value), path, indent)
	case []any:
		return writeList(w, value, path, indent)
	case []string:
		return writeList(w, value, path, indent)
	}
	text, err := scalar(value)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	w.WriteString(text)
	return nil
}

func (w *writer) object(object Object, path, indent string) error {
	if len(object) == 0 {
		w.WriteString("{}")
		return nil
	}
	w.WriteString("{\n")
	if err := w.members(object, path, indent+"  "); err != nil {
		return err
	}
	w.WriteString(indent + "}")
	return nil
}

// writeList keeps a single scalar on the line of its key; everything else gets a line
// per item, so that a host more is a line more in a review.
func writeList[T any](w *writer, list []T, path, indent string) error {
	start, between, end := "[\n"+indent+"  ", ",\n"+indent+"  ", "\n"+indent+"]"
	if len(list) == 0 || len(list) == 1 && isInline(list[0]) {
		start, end = "[", "]"
	}
	w.WriteString(start)
	for i, item := range list {
		if i > 0 {
			w.WriteString(between)
		}
		if err := w.value(item, rule.Index(path, i), indent+"  "); err != nil {
			return err
		}
	}
	w.WriteString(end)
	return nil
}

func isInline(value any) bool {
	switch value.(type) {
	case Text, Object, map[string]any, []string, []any:
		return false
	}
	return true
}

func sorted(values map[string]any) Object {
	var object Object
	for _, key := range slices.Sorted(maps.Keys(values)) {
		object = append(object, Member{Key: key, Value: values[key]})
	}
	return object
}

func scalar(value any) (string, error) {
	switch value := value.(type) {
	case string:
		return quote(value)
	case Text:
		return embed(value)
	case bool:
		return strconv.FormatBool(value), nil
	case int:
		return strconv.Itoa(value), nil
	case int64:
		return strconv.FormatInt(value, 10), nil
	case float64:
		return number(value)
	}
	return "", fmt.Errorf("a value of type %T cannot be written as HOCON", value)
}

func number(value float64) (string, error) {
	text := strconv.FormatFloat(value, 'f', -1, 64)
	if strings.ContainsAny(text, "NI") { // NaN, +Inf, -Inf
		return "", fmt.Errorf("%s is not a number that HOCON can hold", text)
	}
	return text, nil
}

func embed(text Text) (string, error) {
	if !utf8.ValidString(string(text)) {
		return "", errNotUTF8
	}
	if before, _, found := strings.Cut(string(text), `"""`); found {
		return "", fmt.Errorf(`line %d of the embedded text holds """, which would end it there: write that value between single quotation marks ("), with \n for its line ends`,
			strings.Count(before, "\n")+1)
	}
	// Without the line feed, quotes at the end of the text would run into the closing ones.
	return `"""` + "\n" + strings.TrimSuffix(string(text), "\n") + "\n" + `"""`, nil
}

var errNotUTF8 = errors.New("is not UTF-8: save it in that encoding")
