package validate

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/efgen/efgen/validate/rule"
)

var undecodable = rule.Rule{
	ID: "EF206", Severity: rule.Error, Title: "a value does not fit its type",
	Why:     "the API server refuses an object that does not fit the types that it stores; a schema cannot see every limit",
	Example: "kind: StatefulSet\nspec: {replicas: 3000000000}",
	Fix:     "spec: {replicas: 3}",
}

// conform judges every manifest by its schema, _gitops included.
func conform(s *subject) []found {
	var all []found
	for _, p := range s.schemaProblems {
		p.Environment, p.Manifest = s.facts.Environment, shownByNone(s.facts.Environment)
		all = append(all, found{p, place{file: p.File, line: p.Line}})
	}
	for _, name := range s.order {
		if file := s.files[name]; isManifest(name) && len(file.Data) > maxFile {
			s.report(schemaRow(unreadableRule), &all).add(place{file: name}, "split it", "the file has %d bytes, more than the %d that are read", len(file.Data), maxFile)
		}
		for _, o := range s.byFile[name] {
			s.conformObject(o, &all)
		}
	}
	return all
}

func (s *subject) conformObject(o *object, all *[]found) {
	findings := o.findings
	if findings == nil {
		findings = s.schemas.check(o.fields)
	}
	for _, finding := range findings {
		at := o.at(finding.Field)
		if o.prefix == "" {
			at.line = finding.Line
		}
		s.report(schemaRow(finding.Rule), all).add(at, finding.Hint, "%s", finding.Message)
	}
	if len(findings) == 0 && o.unread != nil {
		field, fault := "", o.unread.Error()
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](o.unread); ok {
			field, fault = wrong.Field, fmt.Sprintf("%s does not fit %s", wrong.Value, wrong.Type)
		}
		s.report(&undecodable, all).add(o.at(field), "correct the value", "%s cannot be stored: %s", o.manifest(), fault)
	}
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
