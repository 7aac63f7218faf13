package decode

import (
	"reflect"
	"slices"
	"strings"
	"sync"
)

// ListKeys are the merge keys of lists by the name of the list, sorted, as the types of
// all kinds say by their tags.
var ListKeys = sync.OnceValue(func() map[string][]string {
	keys, visited := map[string][]string{}, map[reflect.Type]bool{}
	for _, prototype := range kinds {
		addListKeys(keys, visited, reflect.TypeOf(prototype()))
	}
	for list := range keys {
		slices.Sort(keys[list])
	}
	return keys
})

func addListKeys(keys map[string][]string, visited map[reflect.Type]bool, t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || visited[t] {
		return
	}
	visited[t] = true
	for _, field := range reflect.VisibleFields(t) {
		list, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if key := field.Tag.Get("patchMergeKey"); key != "" && !slices.Contains(keys[list], key) {
			keys[list] = append(keys[list], key)
		}
		addListKeys(keys, visited, field.Type)
	}
}
