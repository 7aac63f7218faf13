package manifest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The directives that are keys of their own; what they say of a list follows a slash.
const (
	patchDirective  = "$patch"
	retainDirective = "$retainKeys"
	deleteDirective = "$deleteFromPrimitiveList"
	orderDirective  = "$setElementOrder"
)

var errRetainKeys = errors.New("invalid patch format of retainKeys")

// mergeStrategic merges a patch that checkPatch accepts into what the JSON of a
// value of the plan's type holds, as the API server does. Both are changed.
//
// k8s.io/apimachinery/pkg/util/strategicpatch merges the same, and is what the tests
// compare with, but brings an OpenAPI reader and protobuf into the program, which
// take longer to start than efgen itself.
func mergeStrategic(p *plan, original, patch map[string]any) (map[string]any, error) {
	if directive, found := patch[patchDirective]; found {
		return replaceMapping(directive, patch)
	}
	if err := retainKeys(original, patch); err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(patch)) {
		if strings.HasPrefix(key, orderDirective) {
			if err := mergeInOrder(p, original, patch, key); err != nil {
				return nil, err
			}
		}
	}
	// Sorted, so that values are deleted from a list before others are added to it.
	for _, key := range slices.Sorted(maps.Keys(patch)) {
		if err := mergeField(p, original, key, patch[key]); err != nil {
			return nil, err
		}
	}
	return original, nil
}

func replaceMapping(directive any, patch map[string]any) (map[string]any, error) {
	switch directive {
	case "delete":
		return map[string]any{}, nil
	case "replace":
		delete(patch, patchDirective)
		return patch, nil
	}
	return nil, fmt.Errorf("%s: want delete or replace, got %s", patchDirective, describe(directive))
}

// retainKeys deletes what the directive does not name. It has to name all that the
// patch sets.
func retainKeys(original, patch map[string]any) error {
	directive, found := patch[retainDirective]
	if !found {
		return nil
	}
	delete(patch, retainDirective)
	keys, ok := directive.([]any)
	if !ok {
		return errRetainKeys
	}
	for key, change := range patch {
		isDirective := strings.HasPrefix(key, deleteDirective) || strings.HasPrefix(key, orderDirective)
		if change != nil && !isDirective && !slices.Contains(keys, any(key)) {
			return errRetainKeys
		}
	}
	maps.DeleteFunc(original, func(key string, _ any) bool { return !slices.Contains(keys, any(key)) })
	return nil
}

func mergeField(p *plan, original map[string]any, key string, change any) (err error) {
	if strings.HasPrefix(key, deleteDirective) {
		return deleteFromList(p, original, key, change)
	}
	switch change := change.(type) {
	case nil:
		delete(original, key)
		return nil
	case map[string]any:
		if before, isMapping := original[key].(map[string]any); isMapping {
			original[key], err = mergeMapping(p, key, before, change)
			return err
		}
	case []any:
		if before, isList := original[key].([]any); isList {
			original[key], err = mergeList(p, key, before, change)
			return err
		}
	}
	dropNulls(change)
	if value, isKept := withoutDirectives(change); isKept {
		original[key] = value
	} else {
		delete(original, key)
	}
	return nil
}

func mergeMapping(p *plan, key string, original, patch map[string]any) (map[string]any, error) {
	f := p.field(key)
	switch {
	case f == nil:
		return nil, errNoType(key)
	case f.replaces:
		return patch, nil
	}
	return mergeStrategic(f.value.target(), original, patch)
}

// errNoType is for values in a map, and in what may be any object: what says how to
// merge them are the fields of a type.
func errNoType(key string) error {
	return fmt.Errorf("%q is in a mapping whose values cannot be merged; replace the mapping with $patch: replace", key)
}

// dropNulls deletes all nulls in a new value; they delete nothing there.
func dropNulls(value any) {
	switch v := value.(type) {
	case map[string]any:
		maps.DeleteFunc(v, func(_ string, value any) bool { return value == nil })
		for _, value := range v {
			dropNulls(value)
		}
	case []any:
		for _, item := range v {
			dropNulls(item)
		}
	}
}

// withoutDirectives returns a new value without the mappings in it that have a
// $patch directive, and false if it is one. Other directives stay, to be reported.
func withoutDirectives(value any) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		if _, found := v[patchDirective]; found {
			return nil, false
		}
		for key, value := range v {
			if kept, isKept := withoutDirectives(value); isKept {
				v[key] = kept
			} else {
				delete(v, key)
			}
		}
	case []any:
		kept := []any{}
		for _, item := range v {
			if item, isKept := withoutDirectives(item); isKept {
				kept = append(kept, item)
			}
		}
		return kept, true
	}
	return value, true
}
