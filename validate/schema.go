package validate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/efgen/efgen/validate/judge"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schemas"
)

// Schemas judges objects by the schemas of one Kubernetes minor. It is safe for
// concurrent use. A schema is compiled when the first object needs it, and once in
// the life of the process, however many Schemas there are.
type Schemas struct {
	minor string
	extra map[schemaKey]*schemaJudge
}

// A SchemaFinding is a fault that Schemas found in a document.
type SchemaFinding struct {
	// Rule is the ID of one of the EF2xx rules.
	Rule string
	// Field is the path of the value inside the document, or of the field that is
	// missing; empty for the document as a whole.
	Field string
	// Line counts from 1 inside the document, where Field cannot be told; else 0.
	Line          int
	Message, Hint string
}

// schemaKey names a kind as a minor serves it.
type schemaKey struct{ minor, apiVersion, kind string }

// schemaJudges keeps the judges of embedded schemas, by schemaKey; schemaLibraries
// what those of a minor share; schemaFiles the kinds of the files given by the
// user, by schemaFileKey.
var schemaJudges, schemaLibraries, schemaFiles sync.Map

// Versions are the Kubernetes minors with embedded schemas, the oldest first.
func Versions() []string { return schemas.Minors() }

// NewSchemas returns the schemas of a minor, such as "1.34". The files are
// CustomResourceDefinitions or JSON Schemas of further kinds; a kind they
// describe is judged by them alone. Problems name the files that are of no use.
// For a minor that is not supported there is a problem, and the newest judges.
func NewSchemas(minor string, files []File) (*Schemas, []rule.Problem) {
	s := &Schemas{minor: minor, extra: map[schemaKey]*schemaJudge{}}
	var problems []rule.Problem
	if versions := Versions(); !slices.Contains(versions, minor) {
		s.minor = versions[len(versions)-1]
		problems = append(problems, schemaProblem(File{}, 0, fmt.Errorf("no schemas of Kubernetes %q are embedded, only those of %s", minor, strings.Join(versions, ", "))))
	}
	for _, file := range files {
		described := schemasOf(s.minor, file)
		if described.err != nil {
			problems = append(problems, schemaProblem(file, described.line, described.err))
		}
		maps.Copy(s.extra, described.judges)
	}
	return s, problems
}

// check judges an object as it names itself. One that no schema fits is a fault,
// never passed over.
func (s *Schemas) check(object map[string]any) []SchemaFinding {
	apiVersion, kind, findings := schemaIdentity(object)
	if findings != nil {
		return findings
	}
	found := s.judge(schemaKey{s.minor, apiVersion, kind})
	if found == nil {
		return []SchemaFinding{s.unknown(apiVersion, kind)}
	}
	return found.check(object)
}

// judge is nil for a kind without a schema.
func (s *Schemas) judge(key schemaKey) *schemaJudge {
	if found, ok := s.extra[key]; ok {
		return found
	}
	if found, ok := schemaJudges.Load(key); ok {
		return found.(*schemaJudge)
	}
	schema, ok := schemas.Find(key.minor, key.apiVersion, key.kind)
	if !ok {
		return nil
	}
	found, _ := schemaJudges.LoadOrStore(key, newSchemaJudge(func() (*judge.Schema, error) {
		return schemaLibrary(key.minor).Schema(schema), nil
	}))
	return found.(*schemaJudge)
}

func schemaLibrary(minor string) *judge.Library {
	library, ok := schemaLibraries.Load(minor)
	if !ok {
		library, _ = schemaLibraries.LoadOrStore(minor, judge.NewLibrary(func(name string) string { return schemas.Definition(minor, name) }))
	}
	return library.(*judge.Library)
}

// A schemaJudge is one schema, compiled on first use.
type schemaJudge struct {
	schema func() (*judge.Schema, error)
}

func newSchemaJudge(compile func() (*judge.Schema, error)) *schemaJudge {
	return &schemaJudge{sync.OnceValues(compile)}
}

func (j *schemaJudge) check(object map[string]any) (findings []SchemaFinding) {
	schema, err := j.schema()
	if err != nil {
		return []SchemaFinding{{
			Rule: schemaFileRule, Message: fmt.Sprintf("the schema of this kind cannot be used: %v", err),
			Hint: "correct the file under `schemas` that describes the kind",
		}}
	}
	for _, fault := range schema.Judge(object) {
		findings = append(findings, SchemaFinding{Rule: schemaRule, Field: fault.Field, Message: fault.Message, Hint: fault.Hint})
	}
	slices.SortFunc(findings, func(a, b SchemaFinding) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(findings)
}
