package validate

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var undecodable = rule.Rule{
	ID: "EF206", Severity: rule.Error, Title: "a value does not fit its type",
	Why:     "the API server refuses an object that does not fit the types that it stores; a schema cannot see every limit",
	Example: "kind: StatefulSet\nspec: {replicas: 3000000000}",
	Fix:     "spec: {replicas: 3}",
}

// conform judges every manifest by its schema, _gitops included.
func conform(set *manifest.Set) []rule.Finding {
	var all []rule.Finding
	facts := set.Facts()
	schemas, problems := NewSchemas(facts.KubernetesVersion, facts.Schemas)
	for _, p := range problems {
		p.Environment, p.Manifest = facts.Environment, rule.EnvironmentManifest(facts.Environment)
		all = append(all, rule.Finding{Problem: p, At: manifest.InFile(p.File, p.Line)})
	}
	for _, name := range set.Paths() {
		if !manifest.IsManifest(name) {
			continue
		}
		if file, _ := set.File(name); len(file.Data) > manifest.MaxFile {
			rule.NewFinder(facts.Environment, manifest.Unreadable, &all).Report(manifest.InFile(name, 0),
				"split it", "the file has %d bytes, more than the %d that are read", len(file.Data), manifest.MaxFile)
		}
		for _, o := range set.In(name) {
			conformObject(schemas, o, facts.Environment, &all)
		}
	}
	return all
}

func conformObject(schemas *Schemas, o *manifest.Object, environment string, all *[]rule.Finding) {
	unreadable := rule.NewFinder(environment, manifest.Unreadable, all)
	for _, fault := range o.Faults() {
		at := o.At("")
		if !o.InList() {
			at = at.OnLine(fault.Line)
		}
		unreadable.Report(at, "", "%s", fault.Message)
	}
	if len(o.Faults()) > 0 {
		return
	}
	findings := schemas.check(plainObject(o.Fields))
	for _, finding := range findings {
		rule.NewFinder(environment, *schemaRow(finding.Rule), all).Report(o.At(finding.Field), finding.Hint, "%s", finding.Message)
	}
	if misfit := o.Misfit(); len(findings) == 0 && misfit != nil {
		field, fault := "", misfit.Error()
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](misfit); ok {
			field, fault = wrong.Field, fmt.Sprintf("%s does not fit %s", wrong.Value, wrong.Type)
		}
		rule.NewFinder(environment, undecodable, all).Report(o.At(field), "correct the value", "%s cannot be stored: %s", o.Manifest(), fault)
	}
}

// plainObject is a mapping as the judge of schemas takes it.
func plainObject(m *manifest.Mapping) map[string]any {
	if m == nil {
		return nil
	}
	object, _ := plainValue(m).(map[string]any)
	return object
}

func plainValue(value any) any {
	switch v := value.(type) {
	case *manifest.Mapping:
		fields := make(map[string]any, len(v.Fields()))
		for key, inner := range v.Fields() {
			fields[key] = plainValue(inner)
		}
		return fields
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = plainValue(item)
		}
		return list
	}
	return value
}

// schemaRow finds the row of one of the schema rules.
func schemaRow(id string) *rule.Rule {
	for i := range schemaRules {
		if schemaRules[i].ID == id {
			return &schemaRules[i]
		}
	}
	return &rule.Rule{ID: id}
}
