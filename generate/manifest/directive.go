package manifest

import (
	"reflect"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// directive checks one of strategic merge's own keys among the entries of a mapping.
func (c *checker) directive(p *plan, key string, entries map[string]any, path string) {
	name, of, hasField := strings.Cut(key, "/")
	f, value := p.field(of), entries[key]
	switch {
	case key == "$patch":
		if value != "delete" && value != "replace" {
			c.errorf(path, "want delete or replace, got %s", describe(value))
		}
	case key == "$retainKeys":
		c.value(planFor(reflect.TypeFor[[]string]()), value, path, nil)
	case name == "$setElementOrder" && f != nil && f.merges:
		c.value(f.value.plan(), value, path, f)
	case name == "$deleteFromPrimitiveList" && f != nil && f.value.plan().isListOfScalars():
		c.value(f.value.plan(), value, path, nil)
		c.deletedOnly(of, value, entries, path)
	case hasField:
		c.errorf(path, "%q is no list that this directive can change", of)
	default:
		c.errorf(path, "unknown directive")
	}
}

// deletedOnly checks that a mapping does not add what it deletes from a list:
// strategicpatch does the two in any order unless the mapping has one for the list.
func (c *checker) deletedOnly(list string, value any, entries map[string]any, path string) {
	if _, inOrder := entries["$setElementOrder/"+list]; inOrder {
		return
	}
	deleted, _ := value.([]any)
	added, _ := entries[list].([]any)
	for i, item := range deleted {
		if slices.ContainsFunc(added, func(other any) bool { return reflect.DeepEqual(item, other) }) {
			c.errorf(rule.Index(path, i), "%s is added by the same patch, and which comes last is not defined; keep one of the two", describe(item))
		}
	}
}
