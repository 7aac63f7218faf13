package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/validate/rule"
)

// A checker compares a patch with the type that it is for, and collects a
// *FieldError for each thing that does not fit.
type checker struct{ errs []error }

// checkPatch returns everything that is wrong with a patch for a structure.
func checkPatch(p *plan, patch map[string]any, strategic bool) error {
	var c checker
	var merged *field
	if strategic {
		merged = &field{}
	}
	c.structure(p, patch, "", merged)
	return errors.Join(c.errs...)
}

func (c *checker) errorf(path, format string, args ...any) {
	c.errs = append(c.errs, &FieldError{Field: path, Message: fmt.Sprintf(format, args...)})
}

// value checks a value that replaces or, if merged is the field it is for, is
// merged into another one. Only what is merged takes directives.
func (c *checker) value(p *plan, value any, path string, merged *field) {
	switch p.shape {
	case dynamic:
	case pointer:
		c.value(p.elem.plan(), value, path, merged)
	case structure, mapping:
		entries, ok := value.(map[string]any)
		switch {
		case !ok:
			c.errorf(path, "want a mapping, got %s", describe(value))
		case p.shape == structure:
			c.structure(p, entries, path, merged)
		default:
			c.mapping(p, entries, path, merged)
		}
	case list:
		c.list(p, value, path, merged)
	default:
		c.scalar(p.typ, value, path)
	}
}

func (c *checker) structure(p *plan, entries map[string]any, path string, merged *field) {
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		at, value := rule.Key(path, key), entries[key]
		if merged != nil && strings.HasPrefix(key, "$") {
			c.directive(p, key, entries, at)
			continue
		}
		f := p.field(key)
		switch {
		case f == nil:
			c.errorf(at, "unknown field")
		case value == nil: // deletes
		case merged == nil:
			c.value(f.value.plan(), value, at, nil)
		default:
			c.value(f.value.plan(), value, at, f)
		}
	}
}

func (p *plan) field(name string) *field {
	i := slices.IndexFunc(p.fields, func(f field) bool { return f.name == name })
	if i < 0 {
		return nil
	}
	return &p.fields[i]
}

func (p *plan) isListOfScalars() bool {
	return p.shape == list && p.elem.plan().shape == scalar
}

func (c *checker) mapping(p *plan, entries map[string]any, path string, merged *field) {
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		at, value := rule.Key(path, key), entries[key]
		switch {
		case merged != nil && strings.HasPrefix(key, "$"):
			c.directive(p, key, entries, at)
		case value != nil:
			c.value(p.elem.plan(), value, at, nil)
		}
	}
}

func (c *checker) list(p *plan, value any, path string, merged *field) {
	items, ok := value.([]any)
	if !ok {
		c.errorf(path, "want a list, got %s", describe(value))
		return
	}
	if merged != nil && !merged.merges {
		merged = nil
	}
	for i, item := range items {
		at := rule.Index(path, i)
		if item == nil {
			c.errorf(at, "null in a list")
			continue
		}
		c.value(p.elem.plan(), item, at, merged)
		c.hasMergeKey(item, at, merged)
	}
	if merged != nil && !replaces(items) {
		c.ownMergeKeys(items, path, merged)
	}
}

// replaces reports whether a list takes the place of the object's own, and is not merged.
func replaces(items []any) bool {
	return slices.ContainsFunc(items, func(item any) bool {
		entry, ok := item.(map[string]any)
		return ok && entry["$patch"] == "replace"
	})
}

// ownMergeKeys checks that no entry of a merged list changes what one before it says: both
// are merged into the same entry of the object.
func (c *checker) ownMergeKeys(items []any, path string, merged *field) {
	first := map[string]int{}
	for i, item := range items {
		entry, ok := item.(map[string]any)
		if !ok || entry[merged.mergeKey] == nil || entry["$patch"] != nil {
			continue
		}
		key := fmt.Sprint(entry[merged.mergeKey])
		earlier, found := first[key]
		if !found {
			first[key] = i
			continue
		}
		if lost := overwritten(items[earlier].(map[string]any), entry); lost != "" {
			c.errorf(rule.Index(path, i), "overwrites %s of entry %d, since entries of this list are merged by %s: start the list with `- $patch: replace` to keep both", lost, earlier, merged.mergeKey)
		}
	}
}

// overwritten is a field of the first entry that the second one gives another value, and
// does not merge with; empty if there is none.
func overwritten(first, second map[string]any) string {
	for _, key := range slices.Sorted(maps.Keys(first)) {
		value, both := second[key]
		_, isMapping := value.(map[string]any)
		_, isList := value.([]any)
		if both && !isMapping && !isList && !reflect.DeepEqual(first[key], value) {
			return key
		}
	}
	return ""
}

// hasMergeKey checks that an entry of a merged list says which entry it is.
func (c *checker) hasMergeKey(item any, path string, merged *field) {
	entry, ok := item.(map[string]any)
	if merged == nil || !ok || entry[merged.mergeKey] != nil || entry["$patch"] == "replace" {
		return
	}
	c.errorf(path, "without %s, by which entries of this list are merged", merged.mergeKey)
}

// farExponent is one that no quantity needs; apimachinery computes with all digits
// of the number, which takes seconds for 1e-10000000.
var farExponent = matching(`[eE][-+]?[0-9]{3,}"?$`)

func (c *checker) scalar(t reflect.Type, value any, path string) {
	data, err := json.Marshal(value)
	isFar := t == reflect.TypeFor[resource.Quantity]() && farExponent().Match(data)
	if err != nil || isFar || json.Unmarshal(data, reflect.New(t).Interface()) != nil {
		c.errorf(path, "want %s, got %s", expected(t), describe(value))
	}
}

// expected says what a type takes.
func expected(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[resource.Quantity]():
		return "a quantity such as 500m or 2Gi"
	case reflect.TypeFor[intstr.IntOrString]():
		return "a whole number or text"
	case reflect.TypeFor[[]byte]():
		return "base64 text"
	}
	switch kind := t.Kind(); {
	case kind == reflect.String:
		return "text"
	case kind == reflect.Bool:
		return "true or false"
	case kind >= reflect.Int && kind <= reflect.Uint64:
		return "a whole number (" + kind.String() + ")"
	}
	return t.Name()
}

// describe names a value from a patch, briefly.
func describe(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case map[string]any:
		return "a mapping"
	case []any:
		return "a list"
	case string:
		return fmt.Sprintf("%.60q", v)
	}
	return fmt.Sprintf("%.60s", fmt.Sprint(value))
}
