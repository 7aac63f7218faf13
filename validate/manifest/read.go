package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	yamlv2 "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/manifest/blockyaml"
)

// MaxFile bounds what is read of one file, in bytes: far above the 1.5 MiB that a cluster
// stores of one object, and small enough that no parser can be kept busy.
const MaxFile = 16 << 20

// IsYAML reports whether a file is read as YAML or JSON, by its ending.
func IsYAML(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name))
}

// Read reads a document as the API machinery does, by YAML 1.1, with every key
// once. Where there are faults, fields are what a lenient reader makes of the document;
// nil if even that fails.
func Read(text []byte) (fields *Mapping, faults []Fault) {
	if fields, ok := blockyaml.Read(text, fromItems); ok {
		return fields.(*Mapping), nil
	}
	var object map[string]any
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		faults = nameMergeKeys(text, SyntaxFaults(text, err))
	}
	var value any
	decoder := yamlv2.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&value); err != nil {
		return nil, faults
	}
	// Without the order, which is for people, the keys are sorted.
	var order yamlv2.MapSlice
	_ = yamlv2.Unmarshal(text, &order)
	var c converter
	fields, _ = c.value(value, order).(*Mapping)
	if c.duplicate != "" && faults == nil {
		faults = []Fault{{Message: fmt.Sprintf("key %q already set in map", c.duplicate)}}
	}
	var further any
	if err := decoder.Decode(&further); !errors.Is(err, io.EOF) {
		// What follows is unknown, so nothing is known of the whole.
		return nil, append(faults, furtherDocument(text))
	}
	return fields, faults
}

// fromItems refuses a key that is there twice.
func fromItems(items []blockyaml.Item) (any, bool) {
	m := NewMapping(len(items))
	for _, item := range items {
		m.Set(item.Key, item.Value)
	}
	return m, len(m.keys) == len(items)
}

// A converter turns what the YAML reader gives into what JSON would give, but for whole
// numbers: those stay whole.
type converter struct {
	// duplicate is a key that a mapping has twice.
	duplicate string
}

// mapping keeps the keys in the order in which the reader met them; those that a merge
// key brings come last.
func (c *converter) mapping(values map[any]any, order yamlv2.MapSlice) *Mapping {
	m := NewMapping(len(values))
	taken := make(map[any]bool, len(values))
	for _, item := range order {
		if value, found := values[item.Key]; found && !taken[item.Key] {
			taken[item.Key] = true
			c.set(m, item.Key, c.value(value, item.Value))
		}
	}
	var rest []any
	for key := range values {
		if !taken[key] {
			rest = append(rest, key)
		}
	}
	slices.SortFunc(rest, func(a, b any) int { return strings.Compare(keyText(a), keyText(b)) })
	for _, key := range rest {
		c.set(m, key, c.value(values[key], nil))
	}
	return m
}

func (c *converter) set(m *Mapping, key, value any) {
	name := keyText(key)
	if _, found := m.values[name]; found {
		c.duplicate = name
	}
	m.Set(name, value)
}

// value converts what was read; order is the same value with its keys in order, or nil.
func (c *converter) value(value, order any) any {
	switch v := value.(type) {
	case nil, string, bool, int64:
		return value
	case map[any]any:
		ordered, _ := order.(yamlv2.MapSlice)
		return c.mapping(v, ordered)
	case []any:
		ordered, _ := order.([]any)
		list := make([]any, len(v))
		for i, item := range v {
			if len(ordered) != len(v) {
				list[i] = c.value(item, nil)
				continue
			}
			list[i] = c.value(item, ordered[i])
		}
		return list
	case int:
		return int64(v)
	case uint64:
		return float64(v)
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v
		}
	case time.Time:
		return v.Format(time.RFC3339Nano)
	}
	return fmt.Sprint(value)
}

// keyText is a key as the API machinery writes it.
func keyText(key any) string {
	switch key := key.(type) {
	case string:
		return key
	case float64:
		return strconv.FormatFloat(key, 'g', -1, 32)
	}
	return fmt.Sprint(key)
}
