package validate

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/schema"
)

// conform judges every manifest by its schema, _gitops included. An error says why some
// could not be judged.
func conform(s *subject, mode schema.Mode) (all []found, err error) {
	judge, findings := schema.New(s.facts.KubernetesVersion, s.facts.Schemas, mode)
	for _, finding := range findings {
		s.report(&finding.Rule, &all).add(place{file: finding.File, line: finding.Line}, finding.Hint, "%s", finding.Message)
	}
	for _, name := range s.order {
		if file := s.files[name]; isManifest(name) && len(file.Data) > maxFile {
			s.report(&manifest.Unreadable, &all).add(place{file: name}, "split it", "the file has %d bytes, more than the %d that are read", len(file.Data), maxFile)
		}
		for _, o := range s.byFile[name] {
			err = errors.Join(err, s.conformObject(judge, o, &all))
		}
	}
	return all, err
}

func (s *subject) conformObject(judge *schema.Judge, o *object, all *[]found) error {
	for _, fault := range o.faults {
		s.report(&manifest.Unreadable, all).add(o.at("").on(fault.Line), "", "%s", fault.Message)
	}
	if o.faults != nil {
		return nil
	}
	document := schema.Document{Fields: o.fields}
	if o.prefix == "" {
		document.Text = o.document.text
	}
	findings, err := judge.Check(document)
	for _, finding := range findings {
		s.report(&finding.Rule, all).add(o.at(finding.Field), finding.Hint, "%s", finding.Message)
	}
	if len(findings) == 0 && o.unread != nil {
		s.reportUnstorable(o, all)
	}
	return err
}

func (s *subject) reportUnstorable(o *object, all *[]found) {
	field, fault := "", o.unread.Error()
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](o.unread); ok {
		field, fault = wrong.Field, fmt.Sprintf("%s does not fit %s", wrong.Value, wrong.Type)
	}
	s.report(&schema.Unstorable, all).add(o.at(field), "correct the value", "%s cannot be stored: %s", o.manifest(), fault)
}
