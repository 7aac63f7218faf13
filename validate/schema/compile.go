package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	errorkind "github.com/santhosh-tekuri/jsonschema/v6/kind"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
)

// A compiled schema is what kubeconform makes of one: by the same library, with the
// same settings. Kubeconform keeps its own to itself.
type compiled struct {
	schema *jsonschema.Schema
	// source is what the schema was decoded from.
	source any
}

// address names the schema to the library; references are relative to it.
const address = "file:///schema.json"

// compile returns an unusableError for what is no schema or refers to something outside
// of itself.
func compile(text []byte) (*compiled, error) {
	var source any
	if err := json.Unmarshal(text, &source); err != nil {
		return nil, err
	}
	if count := parts(source); count > maxParts {
		return nil, unusableError(fmt.Sprintf("it has %d parts, more than the %d that are read", count, maxParts))
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	compiler.RegisterFormat(&jsonschema.Format{Name: "duration", Validate: isDuration})
	compiler.UseLoader(jsonschema.SchemeURLLoader{}) // which loads nothing
	if err := compiler.AddResource(address, source); err != nil {
		return nil, err
	}
	schema, err := compiler.Compile(address)
	if err != nil {
		return nil, unusableError(sentence(err))
	}
	return &compiled{schema, source}, nil
}

// isDuration takes what kubeconform takes: what the API server does, and ISO 8601.
func isDuration(value any) error {
	if text, isText := value.(string); isText {
		if _, err := strfmt.ParseDuration(text); err == nil {
			return nil
		}
	}
	return isoDuration().Validate(value)
}

var isoDuration = sync.OnceValue(func() *jsonschema.Format {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	_ = compiler.AddResource(address, map[string]any{"format": "duration"})
	return compiler.MustCompile(address).Format
})

// sentence says what is wrong with a schema, and where in it.
func sentence(err error) string {
	if invalid, ok := errors.AsType[*jsonschema.SchemaValidationError](err); ok {
		if tree, ok := errors.AsType[*jsonschema.ValidationError](invalid.Err); ok {
			return firstFault(pointerOf(invalid.URL), tree)
		}
	}
	if elsewhere, ok := errors.AsType[*jsonschema.LoadURLError](err); ok {
		return outside(elsewhere.URL)
	}
	if nowhere, ok := errors.AsType[*jsonschema.JSONPointerNotFoundError](err); ok {
		return fmt.Sprintf("refers to %q, but nothing is there", "#"+pointerOf(nowhere.URL))
	}
	if nowhere, ok := errors.AsType[*jsonschema.AnchorNotFoundError](err); ok {
		return fmt.Sprintf("refers to %q, but no such anchor is there", "#"+pointerOf(nowhere.Reference))
	}
	if broken, ok := errors.AsType[*jsonschema.InvalidRegexError](err); ok {
		return fmt.Sprintf("%s %q is not a valid regex", pointerOf(broken.URL), broken.Regex)
	}
	return strings.ReplaceAll(err.Error(), address, "")
}

// outside refuses a reference.
func outside(reference string) string {
	return fmt.Sprintf("refers to %q: put what it refers to into the same file, under definitions", reference)
}

// pointerOf is the JSON pointer in a URL.
func pointerOf(address string) string {
	_, fragment, _ := strings.Cut(address, "#")
	if pointer, err := url.PathUnescape(fragment); err == nil {
		return pointer
	}
	return fragment
}

// firstFault is the fault of a schema whose place comes first.
func firstFault(at string, err *jsonschema.ValidationError) string {
	type placed struct{ at, message string }
	var all []placed
	for _, leaf := range leaves(err) {
		place := at + "/" + strings.Join(leaf.InstanceLocation, "/")
		leaf.InstanceLocation = nil
		for _, fault := range (explainer{}).faults(&leaf) {
			if fault.Field != "" {
				place = strings.TrimSuffix(place, "/") + "/" + fault.Field
			}
			all = append(all, placed{place, fault.Message})
		}
	}
	first := slices.MinFunc(all, func(a, b placed) int { return strings.Compare(a.at, b.at) })
	return first.at + " " + first.message
}

// leaves are the errors at the ends of a tree; of alternatives the first one's.
func leaves(err *jsonschema.ValidationError) (all []jsonschema.ValidationError) {
	causes := err.Causes
	switch err.ErrorKind.(type) {
	case *errorkind.AnyOf, *errorkind.OneOf:
		causes = causes[:min(1, len(causes))]
	}
	if len(causes) == 0 {
		return []jsonschema.ValidationError{*err}
	}
	for _, cause := range causes {
		all = append(all, leaves(cause)...)
	}
	return all
}
