package validate

import (
	"encoding/json"

	"github.com/efgen/efgen/validate/rule"
)

var undecodable = rule.Rule{
	ID: "EF206", Severity: rule.Error, Title: "a value is outside of its type",
	Why:     "the API server refuses an object that does not fit the types that it stores; a schema cannot see every limit",
	Example: "kind: StatefulSet\nspec: {replicas: 3000000000}",
	Fix:     "spec: {replicas: 3}",
}

// conform judges every manifest by its schema, _gitops included.
func conform(s *subject) []found {
	schemas, problems := NewSchemas(s.facts.KubernetesVersion, s.facts.Schemas)
	var all []found
	for _, p := range problems {
		all = append(all, found{p, place{file: p.File, line: p.Line}})
	}
	for _, name := range s.order {
		if file := s.files[name]; isManifest(name) && len(file.Data) > maxFile {
			r := &report{rule: schemaRow(unreadableRule), severity: rule.Error, problems: &all}
			r.add(place{file: name}, "split it", "the file has %d bytes, more than the %d that are read", len(file.Data), maxFile)
		}
		for _, o := range s.byFile[name] {
			conformObject(schemas, o, &all)
		}
	}
	return all
}

func conformObject(schemas *Schemas, o *object, all *[]found) {
	text := o.text
	if o.prefix != "" {
		text, _ = json.Marshal(o.fields)
	}
	findings := schemas.Check(text, o.apiVersion, o.kind)
	for _, finding := range findings {
		at := o.at(finding.Field)
		if o.prefix == "" {
			at.line = finding.Line
		}
		r := &report{rule: schemaRow(finding.Rule), severity: rule.Error, problems: all}
		r.add(at, finding.Hint, "%s", finding.Message)
	}
	if len(findings) == 0 && o.unread != nil {
		r := &report{rule: undecodable, severity: rule.Error, problems: all}
		r.add(o.at(""), "correct the value", "%s does not decode: %v", o.manifest(), o.unread)
	}
}

// schemaRow finds the row of one of the schema rules.
func schemaRow(id string) rule.Rule {
	for _, row := range schemaRules {
		if row.ID == id {
			return row
		}
	}
	return rule.Rule{ID: id}
}
