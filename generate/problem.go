package generate

import (
	"errors"
	"fmt"

	"github.com/efgen/efgen/generate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

const (
	rulePatchTarget   = "EF191"
	rulePatch         = "EF192"
	ruleExtraManifest = "EF193"
	ruleText          = "EF194"
	ruleManifest      = "EF195"
)

// Rules are the rules whose problems only show while an environment is rendered.
var Rules = []rule.Rule{
	{
		ID: rulePatchTarget, Severity: rule.Error,
		Title:   "a patch matches no object",
		Why:     "an instruction that does nothing is a mistake: the change that somebody relies on would be missing in the cluster",
		Example: "patches:\n- target: {kind: StatefulSet, name: ef-kubernetes-ap}\n  patch: {spec: {replicas: 5}}",
		Fix:     "name the kind and the name of an object that the environment generates, as `efgen generate` lists them",
	},
	{
		ID: rulePatch, Severity: rule.Error,
		Title:   "a patch does not fit its object",
		Why:     "the API server refuses unknown fields and wrong types, and an object that changes its kind, name or namespace is another object",
		Example: "patches:\n- target: {kind: StatefulSet, name: ef-kubernetes-app}\n  patch: {spec: {replicsa: 5}}",
		Fix:     "write the patch with the fields of that kind; leave apiVersion, kind, metadata.name and metadata.namespace alone",
	},
	{
		ID: ruleExtraManifest, Severity: rule.Error,
		Title:   "an extra manifest is not one Kubernetes object",
		Why:     "each file is one object, so that a review, the ledger and a removal speak of the same thing",
		Example: "two documents with --- between them, a kind: List, or a file without apiVersion, kind and metadata.name",
		Fix:     "split the file into one file per object and list each under extraManifests",
	},
	{
		ID: ruleText, Severity: rule.Error,
		Title:   "a text cannot be written into a configuration file",
		Why:     "an included file ends at the first \"\"\" in it, a substitution ends with its line, and HOCON is UTF-8; the node would read something else, or not start",
		Example: "security: {include: [files/ldap.conf]}    # where ldap.conf holds a text between \"\"\"",
		Fix:     "write that text of the included file between single quotation marks (\"…\") with escapes",
	},
	{
		ID: ruleManifest, Severity: rule.Error,
		Title:   "a value cannot be written into a manifest",
		Why:     "a key of YAML fits into 1024 characters; a cluster would refuse the whole file",
		Example: "resources: {limits: {example.com/a-name-of-more-than-1024-characters: 1}}",
		Fix:     "write a shorter key",
	},
}

// reportManifest points at what is behind the field that cannot be written.
func (r *renderer) reportManifest(manifestName, path string, err error) {
	field := ""
	if fault, ok := errors.AsType[*manifest.FieldError](err); ok {
		field = fault.Field
	}
	r.fail(ruleManifest, fieldBehind(r.env, path, field), "%s: %v", manifestName, err)
}

// fail adds an error that points at a field of the environment file.
func (r *renderer) fail(id, field, format string, args ...any) {
	at, field := r.env.Origins.At(field)
	r.problems = append(r.problems, rule.Problem{
		Rule: id, Severity: rule.Error, Environment: r.env.Name,
		File: at.File, Line: at.Line, Column: at.Column, Field: field,
		Message: fmt.Sprintf(format, args...),
	})
}
