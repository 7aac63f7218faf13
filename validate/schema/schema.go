// Package schema judges Kubernetes objects by the JSON schemas of their kinds: the rules
// EF201 to EF205. Kubeconform judges the kinds that files of the user describe, and in
// Thorough mode all kinds; the quick judge, which agrees with it, those of the archive
// otherwise. What is wrong is said in the same words whoever judged.
package schema

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/manifest/decode"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schema/words"
	"github.com/efgen/efgen/validate/schemas"
)

// A Mode says who judges the kinds of the archive.
type Mode int

const (
	// Quick is for what is about to be written: the quick judge.
	Quick Mode = iota
	// Thorough is for the gate: kubeconform.
	Thorough
)

// A Judge judges objects by the schemas of one Kubernetes minor. It is safe for
// concurrent use. A schema is compiled when the first object needs it, and once in the
// life of the process, however many Judges there are.
type Judge struct {
	minor string
	mode  Mode
	// described are the kinds of the user's files.
	described map[kindName]*kind
}

// A Document is an object as it was read.
type Document struct {
	// Fields is a map[string]any or a decode.Mapping of what encoding/json decodes to,
	// with whole numbers as int64.
	Fields any
	// Text is the object's YAML. It is empty if the object has none of its own, as an
	// item of a List.
	Text []byte
}

// A Finding is what is wrong with a document, or with a file of the user's schemas.
type Finding struct {
	Rule rule.Rule
	// File is the path of the file of schemas; empty for a document.
	File string
	// Field is the path of the value inside the document, or of the field that is
	// missing; empty for the document as a whole.
	Field string
	// Line counts from 1 inside the file, 0 for the file as a whole.
	Line          int
	Message, Hint string
}

// New returns the Judge of a minor, such as "1.34". The files are
// CustomResourceDefinitions or JSON Schemas of further kinds; a kind that they describe
// is judged by them alone. Findings name the files that are of no use. For a minor that
// is not supported there is a Finding, and the newest judges.
func New(minor string, files []manifest.File, mode Mode) (*Judge, []Finding) {
	j := &Judge{minor: schemas.Nearest(minor), mode: mode, described: map[kindName]*kind{}}
	var findings []Finding
	if j.minor != minor {
		err := fmt.Errorf("no schemas of Kubernetes %q are embedded, only those of %s", minor, strings.Join(schemas.Minors(), ", "))
		findings = append(findings, ofFile("", 0, err))
	}
	for _, file := range files {
		findings = append(findings, j.read(file)...)
	}
	return j, findings
}

// Check judges a document as it names itself. One that no schema fits is a Finding,
// never passed over. An error says why a document could not be judged.
func (j *Judge) Check(document Document) ([]Finding, error) {
	fields, _ := decode.Fields(document.Fields)
	apiVersion, name, findings := identity(fields)
	if findings != nil {
		return findings, nil
	}
	found := j.find(kindName{j.minor, apiVersion, name})
	if found == nil {
		return []Finding{j.unknown(apiVersion, name)}, nil
	}
	faults, err := found.judge(document, j.mode)
	if unusable, ok := errors.AsType[unusableError](err); ok {
		return []Finding{unusable.finding()}, nil
	} else if err != nil {
		return nil, err
	}
	return findingsOf(faults), nil
}

// findingsOf sorts what was found, and leaves out what was found twice.
func findingsOf(faults []words.Fault) (findings []Finding) {
	for _, fault := range faults {
		findings = append(findings, Finding{Rule: Mismatch, Field: fault.Field, Message: fault.Message, Hint: fault.Hint})
	}
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(findings)
}
