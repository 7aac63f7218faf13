package generate

import (
	"errors"
	"fmt"

	"github.com/efgen/efgen/generate/manifest"
	"github.com/efgen/efgen/generate/source"
	"github.com/efgen/efgen/validate/rule"
)

// Rules are the rules whose problems only show while an environment is rendered, in the
// order of their IDs.
var Rules = []rule.Rule{patchWithoutTarget, unfitPatch, notOneObject, unwritableText, unwritableValue}

var unwritableValue = rule.Rule{
	ID: "EF195", Severity: rule.Error,
	Title:   "a value cannot be written into a manifest",
	Why:     "a key of YAML fits into 1024 characters; a cluster would refuse the whole file",
	Example: "resources: {limits: {example.com/a-name-of-more-than-1024-characters: 1}}",
	Fix:     "write a shorter key",
}

// reportManifest points at the environment field behind the field that cannot be written.
func (r *renderer) reportManifest(manifestName, path string, err error) {
	field := ""
	if fault, ok := errors.AsType[*manifest.FieldError](err); ok {
		field = fault.Field
	}
	r.report(unwritableValue, source.Of(r.env, path, field), "%s: %v", manifestName, err)
}

// report adds a problem that points at a field of the environment file.
func (r *renderer) report(broken rule.Rule, field, format string, args ...any) {
	at, field := r.env.Origins.At(field)
	r.problems = append(r.problems, rule.Problem{
		Rule: broken.ID, Severity: broken.Severity, Environment: r.env.Name,
		File: at.File, Line: at.Line, Column: at.Column, Field: field,
		Message: fmt.Sprintf(format, args...),
	})
}
