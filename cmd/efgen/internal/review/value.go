package review

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

const (
	// maxText of a value in bytes is that of a ConfigMap, the longest text that a cluster accepts.
	maxText = 1 << 20
	// maxKey in a path is that of a label or annotation, prefix included.
	maxKey = 320
)

// same compares values; the order of keys means nothing.
func same(a, b any) bool {
	switch a := a.(type) {
	case *manifest.Mapping:
		b, ok := b.(*manifest.Mapping)
		if !ok || len(a.Fields()) != len(b.Fields()) {
			return false
		}
		for key, value := range a.Fields() {
			if other, found := b.Fields()[key]; !found || !same(value, other) {
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
	_, isMapping := b.(*manifest.Mapping)
	_, isList := b.([]any)
	return !isMapping && !isList && a == b
}

// shown is a value as a Field holds it: texts are UTF-8, of a bounded length, and do not
// keep the document that they are from. What is cut off still makes a difference, by its hash;
// what is a Secret's is left out.
func shown(value any) any {
	switch v := value.(type) {
	case *manifest.Mapping:
		fields := make(map[string]any, len(v.Fields()))
		for key, inner := range v.Fields() {
			if hides(v, key) {
				inner = withheld(inner)
			}
			fields[strings.Clone(shownKey(key))] = shown(inner)
		}
		return fields
	case []any:
		list, secrets := make([]any, len(v)), secretArguments(v)
		for i, inner := range v {
			if secrets[i] {
				inner = hidden
			}
			list[i] = shown(inner)
		}
		return list
	case string:
		return strings.Clone(shownText(masked(v)))
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

// A fieldPath leads to a value, as people read it and as manifests count it.
type fieldPath struct {
	// path names items of lists by the keys that distinguish them.
	path string
	// at names them by index, in the new object or, if it is not there, in the old one.
	at string
}

func (p fieldPath) key(key string) fieldPath {
	key = shownKey(key)
	return fieldPath{rule.Key(p.path, key), rule.Key(p.at, key)}
}

// item is an item of a list; the label tells it from the others.
func (p fieldPath) item(label string, index int) fieldPath {
	return fieldPath{p.path + "[" + masked(label) + "]", rule.Index(p.at, index)}
}

// label writes the key that distinguishes an item of a list.
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
