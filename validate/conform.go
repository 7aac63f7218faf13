package validate

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schema"
)

// conform judges every manifest by its schema, _gitops included. An error says why some
// could not be judged.
func conform(set *manifest.Set, mode schema.Mode) (all []rule.Finding, err error) {
	facts := set.Facts()
	report := func(of rule.Rule, at manifest.Place, hint, format string, args ...any) {
		rule.NewFinder(facts.Environment, of, &all).Report(at, hint, format, args...)
	}
	judge, findings := schema.New(facts.KubernetesVersion, facts.Schemas, mode)
	for _, finding := range findings {
		report(finding.Rule, manifest.InFile(finding.File, finding.Line), finding.Hint, "%s", finding.Message)
	}
	for _, name := range set.Paths() {
		if file, _ := set.File(name); manifest.IsYAML(name) && len(file.Data) > manifest.MaxFile {
			report(manifest.Unreadable, manifest.InFile(name, 0), "split it", "the file has %d bytes, more than the %d that are read", len(file.Data), manifest.MaxFile)
		}
		for _, o := range set.In(name) {
			if o.IsForKustomize() {
				continue
			}
			err = errors.Join(err, conformObject(judge, o, report))
		}
	}
	return all, err
}

func conformObject(judge *schema.Judge, o *manifest.Object, report func(of rule.Rule, at manifest.Place, hint, format string, args ...any)) error {
	for _, fault := range o.Faults() {
		report(manifest.Unreadable, o.At("").OnLine(fault.Line), fault.Hint, "%s", fault.Message)
	}
	if len(o.Faults()) > 0 {
		return nil
	}
	document := schema.Document{Fields: o.Applied()}
	if !o.InList() && !o.IsEncrypted() {
		document.Text = o.Text()
	}
	findings, err := judge.Check(document)
	for _, finding := range findings {
		report(finding.Rule, o.At(finding.Field), finding.Hint, "%s", finding.Message)
	}
	if misfit := o.Misfit(); len(findings) == 0 && misfit != nil {
		field, fault := "", misfit.Error()
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](misfit); ok {
			field, fault = wrong.Field, fmt.Sprintf("%s does not fit %s", wrong.Value, wrong.Type)
		}
		report(schema.Unstorable, o.At(field), "correct the value", "%s cannot be stored: %s", o.Manifest(), fault)
	}
	return err
}
