package schema

import (
	"errors"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	errorkind "github.com/santhosh-tekuri/jsonschema/v6/kind"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/manifest/decode"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schema/words"
)

// faults lists what is wrong with a document, read as kubeconform reads it.
func (c *compiled) faults(text []byte) []words.Fault {
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		return nil
	}
	invalid, ok := errors.AsType[*jsonschema.ValidationError](c.schema.Validate(value))
	if !ok {
		return nil
	}
	return explainer{c.source, value}.faults(invalid)
}

// An explainer says in our words what the library finds.
type explainer struct{ schema, value any }

func (e explainer) faults(err *jsonschema.ValidationError) []words.Fault {
	at, value := locate(e.value, err.InstanceLocation)
	switch k := err.ErrorKind.(type) {
	case *errorkind.AnyOf:
		return []words.Fault{words.NoAlternative(at, e.causes(err))}
	case *errorkind.OneOf:
		if k.Subschemas == nil {
			return []words.Fault{words.NoAlternative(at, e.causes(err))}
		}
		return []words.Fault{words.At(at, "fits several alternatives that exclude each other")}
	case *errorkind.Contains, *errorkind.MinContains, *errorkind.MaxContains:
		return []words.Fault{containing(at, err.ErrorKind)}
	case *errorkind.PropertyNames:
		return badName(at, k.Property, e.causes(err))
	case *errorkind.Required:
		return missing(at, k.Missing, "")
	case *errorkind.Dependency:
		return missing(at, k.Missing, k.Prop)
	case *errorkind.DependentRequired:
		return missing(at, k.Missing, k.Prop)
	case *errorkind.AdditionalProperties:
		return e.unknown(at, k.Properties, err.SchemaURL)
	}
	if len(err.Causes) > 0 {
		return e.causes(err)
	}
	return []words.Fault{e.fault(at, value, err)}
}

func (e explainer) causes(err *jsonschema.ValidationError) (faults []words.Fault) {
	for _, cause := range err.Causes {
		faults = append(faults, e.faults(cause)...)
	}
	return faults
}

// fault is for the kinds of errors that make one.
func (e explainer) fault(at string, value any, err *jsonschema.ValidationError) words.Fault {
	schema := descend(e.schema, err.SchemaURL)
	title, _ := schema["title"].(string)
	switch k := err.ErrorKind.(type) {
	case *errorkind.Type:
		return words.WrongType(at, k.Got, k.Want, title)
	case *errorkind.Enum:
		return words.NotOneOf(at, k.Got, k.Want)
	case *errorkind.Const:
		return words.NotOneOf(at, k.Got, []any{k.Want})
	case *errorkind.Format:
		return words.Malformed(at, k.Got, k.Want)
	case *errorkind.Pattern:
		return words.Mismatch(at, k.Got, k.Want, title)
	case *errorkind.Not:
		excluded, _ := schema["not"].(map[string]any)
		return words.Excluded(at, excluded["type"] == "null")
	case *errorkind.UniqueItems:
		return words.At(at, "items %d and %d are equal", k.Duplicates[0], k.Duplicates[1])
	case *errorkind.FalseSchema:
		return words.At(at, "must not be set")
	case *errorkind.RefCycle:
		return words.At(at, "has a schema that refers to itself without end")
	}
	if fault, known := ofLimit(at, value, err.ErrorKind); known {
		return fault
	}
	return words.At(at, "does not fit its schema: %s", strings.Join(err.ErrorKind.KeywordPath(), "/"))
}

// ofLimit is for numbers and sizes.
func ofLimit(at string, value any, kind jsonschema.ErrorKind) (fault words.Fault, known bool) {
	switch k := kind.(type) {
	case *errorkind.Minimum:
		return words.TooSmall(at, float(k.Want)), true
	case *errorkind.Maximum:
		return words.TooLarge(at, float(k.Want)), true
	case *errorkind.ExclusiveMinimum:
		return words.At(at, "must be more than %s", words.Decimal(float(k.Want))), true
	case *errorkind.ExclusiveMaximum:
		return words.At(at, "must be less than %s", words.Decimal(float(k.Want))), true
	case *errorkind.MultipleOf:
		return words.At(at, "must be a multiple of %s", words.Decimal(float(k.Want))), true
	case *errorkind.MinLength:
		return words.TooFew(at, k.Got, "characters", k.Want), true
	case *errorkind.MaxLength:
		return words.TooMany(at, k.Got, "characters", k.Want), true
	case *errorkind.MinItems:
		return words.TooFew(at, k.Got, "items", k.Want), true
	case *errorkind.MaxItems:
		return words.TooMany(at, k.Got, "items", k.Want), true
	case *errorkind.AdditionalItems:
		items, _ := value.([]any)
		return words.TooMany(at, len(items), "items", len(items)-k.Count), true
	case *errorkind.MinProperties:
		return words.TooFew(at, k.Got, "fields", k.Want), true
	case *errorkind.MaxProperties:
		return words.TooMany(at, k.Got, "fields", k.Want), true
	}
	return fault, false
}

func float(r *big.Rat) float64 {
	f, _ := r.Float64()
	return f
}

func containing(at string, kind jsonschema.ErrorKind) words.Fault {
	const what = "items of the form that it must contain"
	switch k := kind.(type) {
	case *errorkind.MinContains:
		return words.TooFew(at, len(k.Got), what, k.Want)
	case *errorkind.MaxContains:
		return words.TooMany(at, len(k.Got), what, k.Want)
	}
	return words.TooFew(at, 0, what, 1)
}

// badName is at the place of the value itself if the library says no more.
func badName(at, name string, reasons []words.Fault) (faults []words.Fault) {
	for _, reason := range reasons {
		faults = append(faults, words.At(at, "field %q: its name %s", name, reason.Message))
	}
	return faults
}

// missing lists required fields, which another field may have made so.
func missing(at string, names []string, because string) (faults []words.Fault) {
	for _, name := range names {
		fault := words.Missing(at, name)
		if because != "" {
			fault.Message += " beside " + strconv.Quote(because)
		}
		faults = append(faults, fault)
	}
	return faults
}

func (e explainer) unknown(at string, names []string, schemaURL string) (faults []words.Fault) {
	known, _ := descend(e.schema, schemaURL)["properties"].(map[string]any)
	for _, name := range names {
		faults = append(faults, words.Unknown(at, name, slices.Sorted(maps.Keys(known))))
	}
	return faults
}

// locate follows steps into a value, and returns the field path of what is there.
func locate(value any, steps []string) (path string, found any) {
	for _, step := range steps {
		if list, isList := value.([]any); isList {
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(list) {
				return path, nil
			}
			path, value = rule.Index(path, i), list[i]
			continue
		}
		fields, _ := decode.Fields(value)
		path, value = rule.Key(path, step), fields[step]
	}
	return path, value
}

// descend finds the part of a schema that a URL leads to.
func descend(schema any, schemaURL string) map[string]any {
	for _, step := range strings.Split(pointerOf(schemaURL), "/")[1:] {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		switch part := schema.(type) {
		case map[string]any:
			schema = part[step]
		case []any:
			if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(part) {
				schema = part[i]
			}
		}
	}
	part, _ := schema.(map[string]any)
	return part
}
