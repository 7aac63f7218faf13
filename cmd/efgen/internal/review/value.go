package review

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	yamlv2 "go.yaml.in/yaml/v2"

	"github.com/efgen/efgen/validate/manifest/blockyaml"
	"github.com/efgen/efgen/validate/rule"
)

const (
	// maxDepth of values in one another, far beyond any manifest.
	maxDepth = 100
	// maxText of a value in bytes is that of a ConfigMap, the longest text that a cluster takes.
	maxText = 1 << 20
	// maxKey in a path is that of a label or annotation, prefix included.
	maxKey = 320
)

// A value is what YAML and HOCON have in common: a *mapping, a []any of values, or
// a string, bool, int64 or float64. There is no null: Kubernetes reads it as absent.
type mapping struct {
	// keys are in the order of the text.
	keys   []string
	values map[string]any
}

func newMapping(size int) *mapping {
	return &mapping{values: make(map[string]any, size)}
}

func (m *mapping) set(key string, value any) {
	if _, found := m.values[key]; !found {
		m.keys = append(m.keys, key)
	}
	m.values[key] = value
}

func (m *mapping) Fields() map[string]any { return m.values }

func (m *mapping) MarshalJSON() ([]byte, error) { return json.Marshal(m.values) }

// get follows keys, to nil where there is nothing.
func (m *mapping) get(keys ...string) any {
	var value any = m
	for _, key := range keys {
		inner, ok := value.(*mapping)
		if !ok || inner == nil {
			return nil
		}
		value = inner.values[key]
	}
	return value
}

// text is the string that keys lead to.
func (m *mapping) text(keys ...string) string {
	text, _ := m.get(keys...).(string)
	return text
}

var errTooDeep = errors.New("nested too deeply")

// fromItems refuses a key that is there twice.
func fromItems(items []blockyaml.Item) (any, bool) {
	m := newMapping(len(items))
	m.keys = make([]string, 0, len(items))
	read := 0
	for _, item := range items {
		if item.Value != nil {
			m.set(item.Key, item.Value)
			read++
		}
	}
	return m, len(m.keys) == read
}

// fromYAML takes what the YAML reader makes of a document.
func fromYAML(read any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errTooDeep
	}
	switch v := read.(type) {
	case yamlv2.MapSlice:
		m := newMapping(len(v))
		for _, item := range v {
			value, err := fromYAML(item.Value, depth+1)
			if err != nil {
				return nil, err
			}
			if value != nil {
				m.set(fmt.Sprint(item.Key), value)
			}
		}
		return m, nil
	case []any:
		list := make([]any, 0, len(v))
		for _, item := range v {
			value, err := fromYAML(item, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	}
	return scalar(read), nil
}

// scalar keeps what JSON can say.
func scalar(read any) any {
	switch v := read.(type) {
	case nil, string, bool:
		return v
	case int:
		return int64(v)
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v
		}
	}
	return fmt.Sprint(read)
}

// same compares values; the order of keys means nothing.
func same(a, b any) bool {
	switch a := a.(type) {
	case *mapping:
		b, ok := b.(*mapping)
		if !ok || len(a.values) != len(b.values) {
			return false
		}
		for key, value := range a.values {
			if other, found := b.values[key]; !found || !same(value, other) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !same(a[i], b[i]) {
				return false
			}
		}
		return true
	}
	_, isMapping := b.(*mapping)
	_, isList := b.([]any)
	return !isMapping && !isList && a == b
}

// shown is a value as a Field holds it: texts are UTF-8, of a bounded length, and do not
// keep the document that they are from. What is cut off still makes a difference, by its hash;
// what is a Secret's is left out.
func shown(value any) any {
	switch v := value.(type) {
	case *mapping:
		fields := make(map[string]any, len(v.values))
		for key, inner := range v.values {
			if v.hides(key) {
				inner = withheld(inner)
			}
			fields[strings.Clone(shownKey(key))] = shown(inner)
		}
		return fields
	case []any:
		list := make([]any, len(v))
		for i, inner := range v {
			list[i] = shown(inner)
		}
		return list
	case string:
		if secretText().MatchString(v) {
			return hidden
		}
		return strings.Clone(shownText(v))
	}
	return value
}

func shownText(text string) string {
	if utf8.ValidString(text) && len(text) <= maxText {
		return text
	}
	about := fmt.Sprintf("(%d bytes, SHA-256 %x)", len(text), sha256.Sum256([]byte(text)))
	if !utf8.ValidString(text) {
		return about
	}
	return strings.ToValidUTF8(text[:maxText], "") + "…\n" + about
}

func shownKey(key string) string {
	key = strings.ToValidUTF8(key, "\uFFFD")
	if len(key) > maxKey {
		key = strings.ToValidUTF8(key[:maxKey], "") + "…"
	}
	return key
}

// A spot is the place of a value, as people read it and as manifests count it.
type spot struct {
	// path names items of lists by what tells them apart.
	path string
	// at names them by index, in the new object or, if it is not there, in the old one.
	at string
}

func (s spot) key(key string) spot {
	key = shownKey(key)
	return spot{rule.Key(s.path, key), rule.Key(s.at, key)}
}

// item is an item of a list; the label tells it from the others.
func (s spot) item(label string, index int) spot {
	return spot{s.path + "[" + label + "]", rule.Index(s.at, index)}
}

// label writes what tells an item of a list apart.
func label(key string, value any) string {
	text := shownKey(fmt.Sprint(value))
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == ']' || r == '"' || !strconv.IsPrint(r) }) {
		text = strconv.Quote(text)
	}
	return key + "=" + text
}

// canonical is a text that equal values share.
func canonical(value any) string {
	// Values are what JSON can say, and no map of them has but texts for keys.
	data, _ := json.Marshal(value)
	return string(data)
}
