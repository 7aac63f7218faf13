package workload

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// A language writes a text of which some parts are an environment's values.
type language struct {
	// text joins literal parts, quoted as in JSON, and the keys of values.
	text func(parts []part) string
	// number is the expression of a number's key.
	number func(key string) string
}

// A part is a literal, or the key of a value.
type part struct{ literal, key string }

// objects writes the manifests as a list, in a language that JSON is part of.
func (l language) objects(t rendered) (string, error) {
	var b strings.Builder
	for _, f := range t.manifests {
		var object any
		if err := yaml.Unmarshal(f.Data, &object); err != nil {
			return "", fmt.Errorf("%s: %w", f.Path, err)
		}
		b.WriteString("\t" + l.expression(object, t.values(), "\t") + ",\n")
	}
	return b.String(), nil
}

var identifier = regexp.MustCompile(`^[a-zA-Z]\w*$`)

func (l language) expression(object any, values []value, indent string) string {
	var b strings.Builder
	deeper := indent + "\t"
	switch object := object.(type) {
	case map[string]any:
		b.WriteString("{\n")
		for _, key := range slices.Sorted(maps.Keys(object)) {
			label := key
			if !identifier.MatchString(key) {
				label = quoted(key)
			}
			b.WriteString(deeper + label + ": " + l.expression(object[key], values, deeper) + ",\n")
		}
		b.WriteString(indent + "}")
	case []any:
		b.WriteString("[\n")
		for _, item := range object {
			b.WriteString(deeper + l.expression(item, values, deeper) + ",\n")
		}
		b.WriteString(indent + "]")
	case string:
		return l.text(split(object, values))
	default:
		text := fmt.Sprint(object)
		for _, v := range values {
			if v.number && v.text == text {
				return l.number(v.key)
			}
		}
		return text
	}
	return b.String()
}

// split finds the values in a text.
func split(text string, values []value) []part {
	for _, v := range values {
		if before, after, found := strings.Cut(text, v.text); found && !v.number {
			parts := slices.Concat(split(before, values), []part{{key: v.key}}, split(after, values))
			return slices.DeleteFunc(parts, func(p part) bool { return p == part{} })
		}
	}
	return []part{{literal: text}}
}

// quoted is a text as CUE, Jsonnet and YAML all read it.
func quoted(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text always has a form in JSON
	return strings.TrimSuffix(b.String(), "\n")
}

func (v value) literal() string {
	if v.number {
		return v.text
	}
	return quoted(v.text)
}

// fields writes an environment's values as the inside of an object.
func (e environment) fields() string {
	var b strings.Builder
	for _, v := range e.values() {
		fmt.Fprintf(&b, "\t%s: %s,\n", v.key, v.literal())
	}
	return b.String()
}
