package manifest

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/efgen/efgen/validate/manifest/decode"
)

// A Mapping is a mapping of a document with its keys in the order of the text. Its
// values are what JSON can say: a *Mapping, a []any, a string, bool, int64 or float64,
// or nil for null. All methods but Set and Delete work on a nil *Mapping, which is empty.
type Mapping struct {
	keys   []string
	values map[string]any
}

// NewMapping returns an empty Mapping with room for so many keys.
func NewMapping(size int) *Mapping {
	return &Mapping{keys: make([]string, 0, size), values: make(map[string]any, size)}
}

// Set gives a key its value; a new key comes last.
func (m *Mapping) Set(key string, value any) {
	if _, found := m.values[key]; !found {
		m.keys = append(m.keys, key)
	}
	m.values[key] = value
}

// Delete removes a key.
func (m *Mapping) Delete(key string) {
	delete(m.values, key)
	m.keys = slices.DeleteFunc(m.keys, func(k string) bool { return k == key })
}

// Keys are in the order of the text. The caller must not change them.
func (m *Mapping) Keys() []string {
	if m == nil {
		return nil
	}
	return m.keys
}

// Fields are the values by their keys. The caller must not change them.
func (m *Mapping) Fields() map[string]any {
	if m == nil {
		return nil
	}
	return m.values
}

// MarshalJSON writes the keys in their alphabetical order.
func (m *Mapping) MarshalJSON() ([]byte, error) { return json.Marshal(m.Fields()) }

// Get follows keys, to nil where there is nothing.
func (m *Mapping) Get(keys ...string) any {
	var value any = m
	for _, key := range keys {
		inner, _ := value.(*Mapping)
		value = inner.Fields()[key]
	}
	return value
}

// Mapping is the mapping that keys lead to, nil if there is none.
func (m *Mapping) Mapping(keys ...string) *Mapping {
	inner, _ := m.Get(keys...).(*Mapping)
	return inner
}

// List is the list that keys lead to, nil if there is none.
func (m *Mapping) List(keys ...string) []any {
	list, _ := m.Get(keys...).([]any)
	return list
}

// Text is the string that keys lead to, empty if there is none.
func (m *Mapping) Text(keys ...string) string {
	text, _ := m.Get(keys...).(string)
	return text
}

// Scalar writes the string, whole number or bool that keys lead to as text; it is empty
// if there is none.
func (m *Mapping) Scalar(keys ...string) string {
	switch v := m.Get(keys...).(type) {
	case string:
		return v
	case int64, bool:
		return fmt.Sprint(v)
	}
	return ""
}

// ListKeys are the fields by which Kubernetes distinguishes the items of a list, for a list of
// that name anywhere: the patchMergeKey in the types of k8s.io/api. Any other list has the name.
func ListKeys(list string) []string {
	if keys := decode.ListKeys()[list]; keys != nil {
		return keys
	}
	return []string{"name"}
}
