package validate

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"github.com/yannh/kubeconform/pkg/validator"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/rule"
)

// A schemaExplainer tells all that is wrong with a document that kubeconform
// refused: kubeconform's own result stops at the first fork of the schema. It
// compiles the schema with the library that kubeconform uses.
type schemaExplainer struct {
	compiled *jsonschema.Schema
	// source is the schema's JSON.
	source any
}

// schemaURL is how an explainer's errors name the schema.
const schemaURL = "schema:///"

// noSchemaLoader keeps a schema from reaching for others.
type noSchemaLoader struct{}

func (noSchemaLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("it refers to %q outside of itself", url)
}

func newSchemaExplainer(schema []byte) (*schemaExplainer, error) {
	source, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	compiler.UseLoader(noSchemaLoader{})
	// kubeconform has its own idea of durations, which it does not export.
	compiler.RegisterFormat(&jsonschema.Format{Name: "duration", Validate: func(any) error { return nil }})
	if err := compiler.AddResource(schemaURL, source); err != nil {
		return nil, err
	}
	compiled, err := compiler.Compile(schemaURL)
	if err != nil {
		return nil, plainSchemaError(err)
	}
	return &schemaExplainer{compiled: compiled, source: source}, nil
}

// plainSchemaError says where a schema breaks the rules of JSON Schema.
func plainSchemaError(err error) error {
	var fault *jsonschema.ValidationError
	var invalid *jsonschema.SchemaValidationError
	if !errors.As(err, &invalid) || !errors.As(invalid.Err, &fault) {
		return errors.New(strings.ReplaceAll(err.Error(), schemaURL, ""))
	}
	for len(fault.Causes) > 0 {
		fault = fault.Causes[0]
	}
	return fmt.Errorf("%s %s", "/"+strings.Join(fault.InstanceLocation, "/"), schemaSentence(fault.ErrorKind, ""))
}

// broken is the finding for a kind whose schema cannot be compiled: for its own
// fault, if it is one of the user's, or for want of room for a temporary file.
func (j *schemaJudge) broken(err error) SchemaFinding {
	finding := SchemaFinding{Rule: schemaFileRule}
	if _, fault := j.explainer(); fault != nil {
		err, finding.Hint = fault, "correct the file under `schemas` that describes the kind"
	}
	finding.Message = fmt.Sprintf("the schema of this kind cannot be used: %v", err)
	return finding
}

// explain turns kubeconform's refusal into one finding for each fault.
func (j *schemaJudge) explain(document []byte, result validator.Result) []SchemaFinding {
	var value any
	var findings []SchemaFinding
	if explainer, err := j.explainer(); err == nil && yaml.Unmarshal(document, &value) == nil {
		var faults *jsonschema.ValidationError
		if errors.As(explainer.compiled.Validate(value), &faults) {
			findings = explainer.findings(faults, value)
		}
	}
	if findings == nil {
		for _, fault := range result.ValidationErrors {
			field := schemaField(strings.Split(strings.TrimPrefix(fault.Path, "/"), "/"), value)
			findings = append(findings, SchemaFinding{Rule: schemaRule, Field: field, Message: fault.Msg})
		}
	}
	slices.SortFunc(findings, func(a, b SchemaFinding) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(findings)
}

// findings gathers the leaves of the tree of causes.
func (e *schemaExplainer) findings(fault *jsonschema.ValidationError, document any) (all []SchemaFinding) {
	field := schemaField(fault.InstanceLocation, document)
	add := func(field, message string) {
		all = append(all, SchemaFinding{Rule: schemaRule, Field: field, Message: message})
	}
	switch k := fault.ErrorKind.(type) {
	case *kind.Schema, *kind.Group, *kind.Reference, *kind.AllOf:
		for _, cause := range fault.Causes {
			all = append(all, e.findings(cause, document)...)
		}
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			add(rule.Key(field, name), "unknown field"+didYouMean(name, e.fields(fault.SchemaURL)))
		}
	case *kind.Required:
		for _, name := range k.Missing {
			add(rule.Key(field, name), "required field is missing")
		}
	case *kind.Not:
		if excluded, _ := e.at(fault.SchemaURL)["not"].(map[string]any); excluded["type"] == "null" {
			add(field, "is null, must be set")
		} else {
			add(field, schemaSentence(k, ""))
		}
	case *kind.AnyOf:
		add(field, e.alternatives(fault, document))
	case *kind.OneOf:
		if len(k.Subschemas) > 0 {
			add(field, "fits several alternatives that exclude each other")
		} else {
			add(field, e.alternatives(fault, document))
		}
	default:
		title, _ := e.at(fault.SchemaURL)["title"].(string)
		add(field, schemaSentence(k, title))
		all[0].Hint = schemaHint(k)
	}
	return all
}

// alternatives says why none of a schema's branches took the value.
func (e *schemaExplainer) alternatives(fault *jsonschema.ValidationError, document any) string {
	var reasons []string
	for _, cause := range fault.Causes {
		for _, f := range e.findings(cause, document) {
			if reason := strings.TrimPrefix(f.Field+": "+f.Message, ": "); !slices.Contains(reasons, reason) {
				reasons = append(reasons, reason)
			}
		}
	}
	slices.Sort(reasons)
	return "fits none of the alternatives: " + strings.Join(reasons, "; ")
}

// at is the schema at an absolute location such as "schema:///#/definitions/x".
func (e *schemaExplainer) at(location string) map[string]any {
	_, pointer, _ := strings.Cut(location, "#")
	node := e.source
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			break
		}
		step, err := url.PathUnescape(step)
		if err != nil {
			return nil
		}
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		object, ok := node.(map[string]any)
		if !ok {
			return nil
		}
		node = object[step]
	}
	object, _ := node.(map[string]any)
	return object
}

// fields are the names that the schema at a location declares.
func (e *schemaExplainer) fields(location string) (names []string) {
	properties, _ := e.at(location)["properties"].(map[string]any)
	for name := range properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// schemaField is the field path of a location: a step is an index where the
// document has a list.
func schemaField(steps []string, document any) string {
	path := ""
	for _, step := range steps {
		switch value := document.(type) {
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i < 0 || i >= len(value) {
				return path
			}
			path, document = rule.Index(path, i), value[i]
		case map[string]any:
			path, document = rule.Key(path, step), value[step]
		default:
			return path
		}
	}
	return path
}
