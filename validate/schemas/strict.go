package schemas

import (
	"maps"
	"slices"
	"strings"
)

// Object is a JSON object.
type Object = map[string]any

// shared are the keywords that mean the same in OpenAPI and in JSON Schema draft 4.
var shared = []string{
	"type", "enum", "required", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
	"minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
}

// formats are those that a JSON Schema validator checks as the API server does.
var formats = []string{"date-time", "date", "duration", "email", "hostname", "ipv4", "ipv6"}

// uuid is the format of that name as the API server checks it: dashes may be left out.
const uuid = `^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$`

// What OpenAPI leaves to Go's decoding: a `memory: 2Gb` is refused by the API
// server, though its schema accepts any text. The title is for messages.
var (
	quantity = Object{
		"type":    []any{"string", "number", "null"},
		"title":   "a quantity, such as 500m, 2 or 2Gi",
		"pattern": `^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$`,
	}
	base64Text = Object{
		"type":    []any{"string", "null"},
		"title":   "base64 text",
		"pattern": `^([A-Za-z0-9+/]{4}|[\r\n])*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?[\r\n]*$`,
	}
)

// anyObject stands for what the cluster writes and nobody applies.
var anyObject = Object{"type": []any{"object", "null"}}

// Builtin makes a strict schema of the named one in the OpenAPI documents of
// Kubernetes or OpenShift.
func Builtin(name string, schema Object) Object {
	switch name {
	case "io.k8s.apimachinery.pkg.api.resource.Quantity":
		return quantity
	case "io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry":
		return anyObject
	}
	strict := builtin(schema)
	if _, isKind := schema["x-kubernetes-group-version-kind"]; isKind {
		dropStatus(strict)
	}
	return strict
}

// dropStatus opens an object's status.
func dropStatus(schema Object) {
	if fields, _ := schema["properties"].(Object); fields["status"] != nil {
		fields["status"] = anyObject
	}
}

// builtin allows null where a field is not required: for built-in kinds the API
// server reads it as absent.
func builtin(schema Object) Object {
	if name, ok := reference(schema); ok {
		return Object{"$ref": refPrefix + name}
	}
	if schema["format"] == "byte" {
		return base64Text
	}
	out := pick(schema, builtin)
	if types := alternatives(schema); types != nil {
		out["type"] = types
	}
	if name, ok := out["type"].(string); ok {
		out["type"] = []any{name, "null"}
	}
	if fields, ok := out["properties"].(Object); ok {
		for _, name := range texts(schema["required"]) {
			fields[name] = present(fields[name])
		}
	}
	refuseOthers(out)
	return out
}

// reference is the name of the one definition that a schema stands for; OpenAPI
// v3 wraps it in allOf to give it a default.
func reference(schema Object) (name string, ok bool) {
	if all, _ := schema["allOf"].([]any); len(all) == 1 {
		schema, _ = all[0].(Object)
	}
	ref, ok := schema["$ref"].(string)
	return ref[strings.LastIndexByte(ref, '/')+1:], ok
}

// alternatives are the types of a oneOf whose branches name a type and no more.
func alternatives(schema Object) (types []any) {
	branches, _ := schema["oneOf"].([]any)
	for _, branch := range branches {
		branch, _ := branch.(Object)
		name, ok := branch["type"].(string)
		if !ok || len(branch) != 1 {
			return nil
		}
		types = append(types, name)
	}
	if types == nil {
		return nil
	}
	return append(types, "null")
}

// present removes null from the schema of a required field.
func present(field any) any {
	schema, ok := field.(Object)
	if !ok {
		return Object{}
	}
	if types, ok := schema["type"].([]any); ok {
		schema = maps.Clone(schema)
		schema["type"] = slices.DeleteFunc(slices.Clone(types), func(t any) bool { return t == "null" })
		return schema
	}
	if _, ok := schema["$ref"]; ok {
		// A draft 4 validator ignores the neighbours of $ref.
		return Object{"allOf": []any{schema}, "not": Object{"type": "null"}}
	}
	return schema
}

// pick copies the shared keywords and converts the schemas of fields, items
// and values.
func pick(schema Object, convert func(Object) Object) Object {
	out := Object{}
	for _, keyword := range shared {
		if value, ok := schema[keyword]; ok {
			out[keyword] = value
		}
	}
	switch format, _ := schema["format"].(string); {
	case slices.Contains(formats, format):
		out["format"] = format
	case format == "uuid" && out["pattern"] == nil:
		out["pattern"], out["title"] = uuid, "a UUID"
	}
	if fields, ok := schema["properties"].(Object); ok {
		converted := make(Object, len(fields))
		for name, field := range fields {
			field, _ := field.(Object)
			converted[name] = convert(field)
		}
		out["properties"] = converted
	}
	for _, keyword := range []string{"items", "additionalProperties"} {
		switch below := schema[keyword].(type) {
		case Object:
			out[keyword] = convert(below)
		case bool:
			out[keyword] = below
		}
	}
	return out
}

// fieldsOf are a schema's properties, added if there are none.
func fieldsOf(schema Object) Object {
	fields, ok := schema["properties"].(Object)
	if !ok {
		fields = Object{}
		schema["properties"] = fields
	}
	return fields
}

// refuseOthers makes a field that the schema does not name a fault.
func refuseOthers(schema Object) {
	_, named := schema["properties"]
	if _, open := schema["additionalProperties"]; named && !open {
		schema["additionalProperties"] = false
	}
}

// Root makes a strict schema that of a whole object: it must have a name, and
// its status is the cluster's affair.
func Root(schema Object) Object {
	fields := fieldsOf(schema)
	fields["apiVersion"], fields["kind"] = Object{"type": "string"}, Object{"type": "string"}
	fields["metadata"] = Object{
		"type": "object", "required": []any{"name"},
		"allOf": []any{Object{"$ref": refPrefix + ObjectMeta}},
	}
	dropStatus(schema)
	required := append(texts(schema["required"]), "apiVersion", "kind", "metadata")
	slices.Sort(required)
	schema["type"], schema["required"] = "object", asAny(slices.Compact(required))
	return schema
}

// texts are the texts of a list.
func texts(value any) (texts []string) {
	list, _ := value.([]any)
	for _, item := range list {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}
