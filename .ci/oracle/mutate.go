package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// A mutation is a good object with one fault, or with what may turn out to be none.
type mutation struct {
	// fault is its kind: a row of the table.
	fault string
	// of names the good object, and at the changed field as a JSON pointer.
	of, at string
	object map[string]any
}

// A sample is one good object, and where it is mutated.
type sample struct {
	name   string
	object map[string]any
}

// untouched are what the oracle leaves to others: the decoder, and the server's routing.
var untouched = []string{"/apiVersion", "/kind", "/metadata/namespace"}

// mutations changes every value of a good object in every way that fits its type.
func (s sample) mutations() (all []mutation) {
	walk("", s.object, func(at string, value any) {
		if at == "" || slices.Contains(untouched, at) {
			return
		}
		for _, change := range changes(at, value) {
			all = append(all, s.with(change.fault, at, change.value))
		}
	})
	return all
}

// with is the object with another value at a JSON pointer; nil removes what is there.
func (s sample) with(fault, at string, value any) mutation {
	object := clone(s.object)
	set(object, steps(at), value)
	return mutation{fault, s.name, at, object.(map[string]any)}
}

type change struct {
	fault string
	value any
}

func changes(at string, value any) (all []change) {
	if at != "" && at != "/metadata" && at != "/spec" && at != "/metadata/name" {
		all = append(all, change{"left out", nil})
	}
	switch v := value.(type) {
	case string:
		all = append(all, change{"empty text", ""}, change{"no such word", "No such/word!"}, change{"300 characters", strings.Repeat("x", 300)},
			change{"other case", otherCase(v)}, change{"dots and dashes", "-" + v + "."}, change{"parent path", "../" + v})
		if _, err := resource.ParseQuantity(v); err == nil {
			all = append(all, change{"negative amount", "-" + v}, change{"amount of zero", "0"}, change{"tiny fraction", "0.5m"}, change{"huge amount", "900Ti"})
		}
	case float64:
		all = append(all, change{"negative number", -1.0}, change{"zero", 0.0}, change{"number too large", 2147483647.0}, change{"port too large", 70000.0})
	case bool:
		all = append(all, change{"the opposite", !v})
	case []any:
		all = append(all, change{"empty list", []any{}})
		if len(v) > 0 {
			all = append(all, change{"item twice", append(slices.Clone(v), v[len(v)-1])})
		}
	case map[string]any:
		all = append(all, change{"empty mapping", map[string]any{}})
		if isTexts(v) {
			for _, key := range []string{"Bad key!", "", "a/b/c", strings.Repeat("k", 64)} {
				changed := maps.Clone(v)
				changed[key] = "aGk="
				all = append(all, change{"bad key", changed})
			}
		}
	}
	return all
}

// isTexts reports whether a mapping is one of texts by free keys: labels, data, amounts.
func isTexts(mapping map[string]any) bool {
	for key, value := range mapping {
		if _, text := value.(string); !text || !strings.ContainsAny(key, "./-") && key != "app" && key != "pods" && key != "memory" && key != "password" {
			return false
		}
	}
	return len(mapping) > 0
}

func otherCase(text string) string {
	if lower := strings.ToLower(text); lower != text {
		return lower
	}
	return strings.ToUpper(text)
}

// walk visits every value below a JSON pointer, in a fixed order.
func walk(at string, value any, visit func(at string, value any)) {
	visit(at, value)
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			walk(at+"/"+strings.ReplaceAll(key, "/", "~1"), v[key], visit)
		}
	case []any:
		for i, item := range v {
			walk(at+"/"+strconv.Itoa(i), item, visit)
		}
	}
}

func steps(pointer string) (all []string) {
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		all = append(all, strings.ReplaceAll(step, "~1", "/"))
	}
	return all
}

// set changes one value inside a tree, and makes the mappings on the way to it; a list
// may end in "-", which appends.
func set(tree any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	switch v := tree.(type) {
	case nil:
		return set(map[string]any{}, path, value)
	case map[string]any:
		if v[path[0]] = set(v[path[0]], path[1:], value); v[path[0]] == nil {
			delete(v, path[0])
		}
		return v
	case []any:
		if path[0] == "-" {
			return append(v, set(nil, path[1:], value))
		}
		i, err := strconv.Atoi(path[0])
		if err != nil || i >= len(v) {
			panic(fmt.Sprintf("%q is no item of %d", path[0], len(v)))
		}
		if v[i] = set(v[i], path[1:], value); v[i] == nil {
			return slices.Delete(v, i, i+1)
		}
		return v
	}
	panic(fmt.Sprintf("%q is below a %T", path[0], tree))
}

func clone(value any) (copied any) {
	data, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(data, &copied)
	}
	if err != nil {
		panic(err)
	}
	return copied
}
