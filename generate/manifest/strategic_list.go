package manifest

import (
	"reflect"
	"slices"
	"strings"
)

func mergeList(p *plan, key string, original, patch []any) ([]any, error) {
	f := p.field(key)
	switch {
	case f == nil || f.value.target().shape != list:
		return nil, errNoType(key)
	case !f.merges:
		return patch, nil
	case f.mergeKey == "":
		return arrange("", union(original, patch), patch, original)
	}
	return mergeEntries(f, original, patch)
}

// mergeEntries merges entries with the same merge key.
func mergeEntries(f *field, original, patch []any) ([]any, error) {
	key, elem := f.mergeKey, f.value.target().elem.target()
	original, patch, isReplaced := obeyEntries(key, original, patch)
	if isReplaced {
		return arrange(key, patch, nil, patch)
	}
	merged := original
	for _, item := range patch {
		i := find(key, merged, item)
		if i < 0 {
			merged = append(merged, item)
			continue
		}
		before, _ := merged[i].(map[string]any)
		change, _ := item.(map[string]any)
		entry, err := mergeStrategic(elem, before, change)
		if err != nil {
			return nil, err
		}
		merged[i] = entry
	}
	return arrange(key, merged, patch, original)
}

// obeyEntries does what entries with a $patch directive say and returns both lists
// without them, and whether the patch is the whole new list.
//
// The original is changed in place and so is what mergeEntries appends to it. That
// is more than tidy: the API server does so, and then puts in order by what became
// of the original at its old length if there is a $setElementOrder.
func obeyEntries(key string, original, patch []any) (kept, changes []any, isReplaced bool) {
	for _, item := range patch {
		switch entry, _ := item.(map[string]any); entry[patchDirective] {
		case nil:
			changes = append(changes, item)
		case "delete":
			for i := find(key, original, item); i >= 0; i = find(key, original, item) {
				original = append(original[:i], original[i+1:]...)
			}
		default:
			isReplaced = true
		}
	}
	return original, changes, isReplaced
}

func deleteFromList(p *plan, original map[string]any, directive string, change any) error {
	_, key, _ := strings.Cut(directive, "/")
	values, _ := change.([]any)
	before, isList := original[key].([]any)
	switch {
	case p.field(key) == nil:
		return errNoType(key)
	case isList:
		original[key] = slices.DeleteFunc(before, func(value any) bool { return find("", values, value) >= 0 })
	}
	return nil
}

// union has each value once.
func union(lists ...[]any) []any {
	var values []any
	for _, value := range slices.Concat(lists...) {
		if find("", values, value) < 0 {
			values = append(values, value)
		}
	}
	return values
}

// find returns where a list has an entry, or -1. Entries are the same if they have
// the same value of the merge key, or without one if they are equal.
func find(key string, entries []any, entry any) int {
	wanted := identityOf(key, entry)
	return slices.IndexFunc(entries, func(e any) bool { return reflect.DeepEqual(identityOf(key, e), wanted) })
}

func identityOf(key string, entry any) any {
	if key == "" {
		return entry
	}
	mapping, _ := entry.(map[string]any)
	return mapping[key]
}
