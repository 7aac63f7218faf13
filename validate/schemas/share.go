package schemas

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// sharedFrom is the size in bytes from which a repeated subschema is worth a
// definition of its own.
const sharedFrom = 200

// share moves the subschemas that a schema repeats into definitions, in place:
// Argo CD's ApplicationSet names the same fields 49 times over.
func share(prefix string, root Object) map[string]Object {
	s := sharing{prefix: prefix, counts: map[string]int{}, names: map[string]string{}, definitions: map[string]Object{}}
	s.count(root)
	s.move(root, 1)
	return s.definitions
}

type sharing struct {
	prefix      string
	counts      map[string]int
	names       map[string]string
	definitions map[string]Object
}

// count counts how often each large subschema occurs.
func (s sharing) count(schema Object) {
	below(schema, func(part Object) Object {
		s.counts[textOf(part)]++
		s.count(part)
		return part
	})
}

// move replaces subschemas that occur more often than what they lie in.
func (s sharing) move(schema Object, outer int) {
	below(schema, func(part Object) Object {
		text := textOf(part)
		count := s.counts[text]
		if len(text) < sharedFrom || count <= outer {
			s.move(part, outer)
			return part
		}
		name, moved := s.names[text]
		if !moved {
			name = fmt.Sprintf("%s.%d", s.prefix, len(s.names)+1)
			s.names[text], s.definitions[name] = name, part
			s.move(part, count)
		}
		return Object{"$ref": refPrefix + name}
	})
}

// below replaces each schema of a field, item or value, in the order of names.
func below(schema Object, replace func(Object) Object) {
	fields, _ := schema["properties"].(Object)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if field, ok := fields[name].(Object); ok {
			fields[name] = replace(field)
		}
	}
	for _, keyword := range []string{"items", "additionalProperties"} {
		if part, ok := schema[keyword].(Object); ok {
			schema[keyword] = replace(part)
		}
	}
}

// textOf is a schema's canonical text: encoding/json sorts keys.
func textOf(schema Object) string {
	text, _ := json.Marshal(schema) // what was decoded from JSON can be encoded
	return string(text)
}
