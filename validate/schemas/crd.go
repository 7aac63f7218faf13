package schemas

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// A Custom is one served version of a CustomResourceDefinition.
type Custom struct {
	APIVersion, Kind string
	Scope            Scope
	// Root is the strict JSON schema of the object; it refers to Definitions and to ObjectMeta.
	Root string
	// Definitions are the parts of Root that occur more than once.
	Definitions map[string]string
}

// FromCRD reads the served versions of a decoded CustomResourceDefinition
// (apiextensions.k8s.io/v1).
func FromCRD(definition Object) ([]Custom, error) {
	var crd struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Spec       struct {
			Group string `json:"group"`
			Scope Scope  `json:"scope"`
			Names struct {
				Kind string `json:"kind"`
			} `json:"names"`
			Versions []struct {
				Name   string `json:"name"`
				Served bool   `json:"served"`
				Schema struct {
					OpenAPIV3Schema Object `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	text, err := json.Marshal(definition)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &crd); err != nil {
		return nil, fmt.Errorf("is not a CustomResourceDefinition: %w", err)
	}
	if crd.Kind != "CustomResourceDefinition" || crd.APIVersion != "apiextensions.k8s.io/v1" {
		return nil, fmt.Errorf("is a %s of %q, not a CustomResourceDefinition of apiextensions.k8s.io/v1", crd.Kind, crd.APIVersion)
	}
	if crd.Spec.Group == "" || crd.Spec.Names.Kind == "" {
		return nil, errors.New("the CustomResourceDefinition names no spec.group or no spec.names.kind")
	}
	var customs []Custom
	for _, version := range crd.Spec.Versions {
		if !version.Served {
			continue
		}
		if version.Schema.OpenAPIV3Schema == nil {
			return nil, fmt.Errorf("version %q of the CustomResourceDefinition has no schema.openAPIV3Schema", version.Name)
		}
		served := Custom{APIVersion: crd.Spec.Group + "/" + version.Name, Kind: crd.Spec.Names.Kind, Scope: crd.Spec.Scope}
		served.Root, served.Definitions = share(crd.Spec.Group+"."+version.Name+"."+served.Kind, Root(custom(version.Schema.OpenAPIV3Schema)))
		customs = append(customs, served)
	}
	if customs == nil {
		return nil, errors.New("the CustomResourceDefinition serves no version")
	}
	return customs, nil
}

// JSON is the self-contained schema for a cluster of that minor.
func (c Custom) JSON(minor string) []byte {
	return Complete(c.Root, func(name string) string {
		if definition, ok := c.Definitions[name]; ok {
			return definition
		}
		return Definition(minor, name)
	})
}

// custom converts a structural schema: a field that no schema names is refused
// unless its parent keeps unknown fields.
func custom(schema Object) Object {
	out := pick(keepInItems(schema), custom)
	combine(schema, out)
	ignoreDefaulted(schema, out)
	dropNulls(out)
	if schema["x-kubernetes-int-or-string"] == true {
		delete(out, "anyOf") // it can only say the same
		out["type"] = []any{"integer", "string"}
	}
	if schema["x-kubernetes-embedded-resource"] == true {
		fields := fieldsOf(out)
		fields["apiVersion"], fields["kind"] = Object{"type": "string"}, Object{"type": "string"}
		fields["metadata"] = Object{"$ref": refPrefix + ObjectMeta}
	}
	if out["type"] == "object" && schema["x-kubernetes-preserve-unknown-fields"] != true {
		fieldsOf(out)
		refuseOthers(out)
	}
	if schema["nullable"] == true {
		allowNull(out)
	}
	return out
}

// keepInItems lets the items of a list keep unknown fields if the list does: the API server
// prunes neither.
func keepInItems(schema Object) Object {
	const keep = "x-kubernetes-preserve-unknown-fields"
	items, ok := schema["items"].(Object)
	if !ok || schema[keep] != true {
		return schema
	}
	items = maps.Clone(items)
	items[keep] = true
	schema = maps.Clone(schema)
	schema["items"] = items
	return schema
}

// dropNulls allows null in the fields that an object may lack: the API server drops it
// before it judges.
func dropNulls(out Object) {
	required := texts(out["required"])
	fields, _ := out["properties"].(Object)
	for name, field := range fields {
		if field, ok := field.(Object); ok && !slices.Contains(required, name) {
			allowNull(field)
		}
	}
	if others, ok := out["additionalProperties"].(Object); ok {
		allowNull(others)
	}
}

// ignoreDefaulted takes away what the API server judges after it has filled in
// defaults, where a default decides: a Route without host is right, because
// wildcardPolicy becomes None.
func ignoreDefaulted(schema, out Object) {
	names := map[string]bool{}
	defaulted(schema, names)
	if required := texts(out["required"]); required != nil {
		fields, _ := schema["properties"].(Object)
		required = slices.DeleteFunc(required, func(name string) bool {
			field, _ := fields[name].(Object)
			return field["default"] != nil
		})
		out["required"] = asAny(required)
	}
	for _, keyword := range []string{"allOf", "anyOf", "oneOf", "not"} {
		branches, isList := out[keyword].([]any)
		switch {
		case keyword == "allOf" && isList:
			out[keyword] = slices.DeleteFunc(branches, func(branch any) bool { return mentions(branch, names) })
		case out[keyword] != nil && mentions(out[keyword], names):
			delete(out, keyword)
		}
	}
	if branches, _ := out["allOf"].([]any); len(branches) == 0 {
		delete(out, "allOf") // a list must not be empty
	}
	if required, _ := out["required"].([]any); len(required) == 0 {
		delete(out, "required")
	}
}

// defaulted gathers the names of the fields below a schema that have a default.
func defaulted(schema Object, names map[string]bool) {
	below(schema, func(part Object) Object {
		defaulted(part, names)
		return part
	})
	fields, _ := schema["properties"].(Object)
	for name, field := range fields {
		if field, _ := field.(Object); field["default"] != nil {
			names[name] = true
		}
	}
}

// mentions reports whether a judgement speaks of one of the fields.
func mentions(node any, names map[string]bool) bool {
	switch node := node.(type) {
	case []any:
		return slices.ContainsFunc(node, func(item any) bool { return mentions(item, names) })
	case Object:
		for key, value := range node {
			if names[key] || mentions(value, names) {
				return true
			}
		}
	case string:
		return names[node] // in a list of required fields
	}
	return false
}

// asAny is a list as decoding JSON gives it.
func asAny(texts []string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}

// valueOnly converts a schema inside allOf, anyOf, oneOf or not: it declares no
// fields, so naming some does not refuse the others.
func valueOnly(schema Object) Object {
	out := pick(schema, valueOnly)
	combine(schema, out)
	return out
}

// combine copies allOf, anyOf, oneOf and not.
func combine(schema, out Object) {
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		branches, _ := schema[keyword].([]any)
		var converted []any
		for _, branch := range branches {
			branch, _ := branch.(Object)
			converted = append(converted, valueOnly(branch))
		}
		if converted != nil {
			out[keyword] = converted
		}
	}
	if branch, ok := schema["not"].(Object); ok {
		out["not"] = valueOnly(branch)
	}
}

// allowNull lets a value be null.
func allowNull(schema Object) {
	switch types := schema["type"].(type) {
	case string:
		schema["type"] = []any{types, "null"}
	case []any:
		if !slices.Contains(types, any("null")) {
			schema["type"] = append(slices.Clone(types), "null")
		}
	}
	if values, ok := schema["enum"].([]any); ok && !slices.Contains(values, nil) {
		schema["enum"] = append(slices.Clone(values), nil)
	}
}
