package schema

import (
	"fmt"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/efgen/efgen/validate/manifest/decode"
)

const (
	// maxParts bounds the schemas inside of a schema: compiling them takes a time that
	// grows with their square, 0.5 s for so many. Argo CD's ApplicationSet, which has
	// 1.5 MB, is left with 600.
	maxParts = 10_000
	// maxSteps bounds how often parts of a schema are applied to a document, of which
	// kubeconform does a million in a second. The largest object that a cluster stores
	// needs some 200,000.
	maxSteps = 500_000
)

// parts counts the objects and booleans in what a schema was decoded from: there are no
// more schemas than that.
func parts(source any) (count int) {
	switch v := source.(type) {
	case bool:
		return 1
	case []any:
		for _, item := range v {
			count += parts(item)
		}
	case map[string]any:
		count = 1
		for _, field := range v {
			count += parts(field)
		}
	}
	return count
}

// affordable refuses a document with which kubeconform would never be done, since the
// schema branches again and again. The error is an unusableError.
func (c *compiled) affordable(value any) error {
	b := budget{left: maxSteps}
	if b.apply(c.schema, value, nil); b.left < 0 {
		return unusableError(fmt.Sprintf("its parts would be applied more than %d times to this object", maxSteps))
	}
	return nil
}

// A budget counts the steps that a document takes at most, as if no branch fitted.
type budget struct{ left int }

// apply applies a schema, if there is one, to a value. The way leads there from other
// schemas of the same value; looking for a circle takes the longer the longer it is.
func (b *budget) apply(s *jsonschema.Schema, value any, way []*jsonschema.Schema) {
	if s == nil || slices.Contains(way, s) {
		return
	}
	if b.left -= 1 + len(way)/16; b.left < 0 {
		return
	}
	way = append(way, s)
	for _, part := range branches(s) {
		b.apply(part, value, way)
	}
	fields, _ := decode.Fields(value)
	for name, field := range fields {
		b.applyToField(s, name, field)
	}
	items, _ := value.([]any)
	for i, item := range items {
		b.applyToItem(s, i, item)
	}
}

// branches are the schemas that judge the same value.
func branches(s *jsonschema.Schema) []*jsonschema.Schema {
	all := slices.Concat([]*jsonschema.Schema{s.Ref, s.RecursiveRef, s.Not, s.If, s.Then, s.Else}, s.AllOf, s.AnyOf, s.OneOf)
	if s.DynamicRef != nil {
		all = append(all, s.DynamicRef.Ref)
	}
	for _, dependent := range s.DependentSchemas {
		all = append(all, dependent)
	}
	for _, dependent := range s.Dependencies {
		schema, _ := dependent.(*jsonschema.Schema)
		all = append(all, schema)
	}
	return all
}

func (b *budget) applyToField(s *jsonschema.Schema, name string, value any) {
	field, known := s.Properties[name]
	b.apply(field, value, nil)
	b.left -= len(s.PatternProperties)
	for pattern, field := range s.PatternProperties {
		if b.left >= 0 && pattern.MatchString(name) {
			known = true
			b.apply(field, value, nil)
		}
	}
	b.apply(s.PropertyNames, name, nil)
	if known {
		return
	}
	other, _ := s.AdditionalProperties.(*jsonschema.Schema)
	b.apply(other, value, nil)
	b.apply(s.UnevaluatedProperties, value, nil)
}

func (b *budget) applyToItem(s *jsonschema.Schema, i int, value any) {
	b.apply(s.Contains, value, nil)
	first := s.PrefixItems
	if items, isList := s.Items.([]*jsonschema.Schema); isList {
		first = items
	}
	if i < len(first) {
		b.apply(first[i], value, nil)
		return
	}
	for _, rest := range []any{s.Items, s.AdditionalItems, s.Items2020, s.UnevaluatedItems} {
		schema, _ := rest.(*jsonschema.Schema)
		b.apply(schema, value, nil)
	}
}
