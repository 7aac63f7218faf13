package schemas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sharedFrom is the size in bytes from which a repeated subschema is worth a
// definition of its own.
const sharedFrom = 200

// share moves the subschemas that a schema repeats into definitions, and returns the
// texts of both: Argo CD's ApplicationSet names the same fields 49 times over.
func share(prefix string, schema Object) (root string, definitions map[string]string) {
	s := sharing{prefix: prefix, counts: map[string]int{}, names: map[string]string{}, definitions: map[string]Object{}}
	s.count(schema)
	s.move(schema, 1)
	definitions = make(map[string]string, len(s.definitions))
	for name, definition := range s.definitions {
		definitions[name] = Text(definition)
	}
	return Text(schema), definitions
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
		s.counts[Text(part)]++
		s.count(part)
		return part
	})
}

// move replaces subschemas that occur more often than what they lie in.
func (s sharing) move(schema Object, outer int) {
	below(schema, func(part Object) Object {
		text := Text(part)
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

// Text is a schema as JSON on one line, with sorted keys, and `<` and `&` as they are.
func Text(schema Object) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(schema) // what was decoded from JSON can be encoded
	return strings.TrimSuffix(b.String(), "\n")
}
