package schema

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// closeIn refuses a JSON Schema that would be completed from elsewhere, for which the
// library would read files and fetch, and takes away the identifiers, by which a reference
// could lead elsewhere. It does not look into data such as an enum, where the same words
// are no keywords.
func closeIn(node any) error {
	switch node := node.(type) {
	case []any:
		for _, item := range node {
			if err := closeIn(item); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			if err := closeKeyword(node, key); err != nil {
				return err
			}
		}
	}
	return nil
}

func closeKeyword(schema map[string]any, key string) error {
	text, isText := schema[key].(string)
	switch key {
	case "enum", "const", "default", "example", "examples":
		return nil
	case "properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies":
		named, _ := schema[key].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(named)) {
			if err := closeIn(named[name]); err != nil {
				return err
			}
		}
		return nil
	case "id", "$id":
		if isText && !strings.HasPrefix(text, "#") {
			delete(schema, key)
		}
	case "$schema":
		if isText && !knownDraft().MatchString(text) {
			return fmt.Errorf("%q is not a known version of JSON Schema: use draft 4, 6, 7, 2019-09 or 2020-12", text)
		}
	case "$ref", "$dynamicRef", "$recursiveRef":
		if isText && !strings.HasPrefix(text, "#") {
			return errors.New(outside(text))
		}
	}
	return closeIn(schema[key])
}

// knownDraft matches the names of the versions of JSON Schema that the library holds.
var knownDraft = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^https?://json-schema\.org/(draft-0[467]|draft/(2019-09|2020-12))/schema#?$`)
})
