package validate

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/yannh/kubeconform/pkg/resource"
	"github.com/yannh/kubeconform/pkg/validator"

	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schemas"
)

// Schemas judges documents by the schemas of one Kubernetes minor. It is safe
// for concurrent use. A schema is compiled when the first document needs it, and
// once in the life of the process, however many Schemas there are.
type Schemas struct {
	minor string
	extra map[schemaKey]*schemaJudge
}

// A SchemaFinding is a fault that Schemas.Check found in a document.
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

// schemaJudges keeps the judges of embedded schemas, by schemaKey; schemaFiles the
// kinds of the files given by the user, by schemaFileKey.
var schemaJudges, schemaFiles sync.Map

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
		problems = append(problems, schemaProblem(File{}, fmt.Errorf("no schemas of Kubernetes %q are embedded, only those of %s", minor, strings.Join(versions, ", "))))
	}
	for _, file := range files {
		described := schemasOf(s.minor, file)
		if described.err != nil {
			problems = append(problems, schemaProblem(file, described.err))
		}
		maps.Copy(s.extra, described.judges)
	}
	return s, problems
}

// Check judges one document, YAML or JSON, of that apiVersion and kind. Give
// empty texts where they could not be read: the findings then say why. A document
// that no schema fits is a fault, never passed over.
func (s *Schemas) Check(document []byte, apiVersion, kind string) []SchemaFinding {
	if apiVersion == "" || kind == "" {
		var findings []SchemaFinding
		if apiVersion, kind, findings = schemaIdentity(document); findings != nil {
			return findings
		}
	}
	judge := s.judge(schemaKey{s.minor, apiVersion, kind})
	if judge == nil {
		return []SchemaFinding{s.unknown(apiVersion, kind)}
	}
	return judge.check(document)
}

// judge is nil for a kind without a schema.
func (s *Schemas) judge(key schemaKey) *schemaJudge {
	if judge, ok := s.extra[key]; ok {
		return judge
	}
	if judge, ok := schemaJudges.Load(key); ok {
		return judge.(*schemaJudge)
	}
	schema, ok := schemas.Find(key.minor, key.apiVersion, key.kind)
	if !ok {
		return nil
	}
	judge, _ := schemaJudges.LoadOrStore(key, newSchemaJudge(key, schema))
	return judge.(*schemaJudge)
}

// A schemaJudge is one schema, compiled on first use: by kubeconform to judge,
// and, if it finds a fault, once more to tell all that is wrong.
type schemaJudge struct {
	validator func() (validator.Validator, error)
	explainer func() (*schemaExplainer, error)
}

func newSchemaJudge(key schemaKey, schema []byte) *schemaJudge {
	return &schemaJudge{
		validator: sync.OnceValues(func() (validator.Validator, error) { return compileSchema(key, schema) }),
		explainer: sync.OnceValues(func() (*schemaExplainer, error) { return newSchemaExplainer(schema) }),
	}
}

// compileSchema makes a kubeconform that knows this one schema and keeps it
// compiled. kubeconform reads schemas from files or from the network alone, so
// the schema is in a file for as long as it takes to compile.
func compileSchema(key schemaKey, schema []byte) (validator.Validator, error) {
	path, err := writeSchema(schema)
	if err != nil {
		return nil, err
	}
	defer os.Remove(path)
	compiled, err := validator.New([]string{path}, validator.Opts{KubernetesVersion: key.minor, Strict: true})
	if err != nil {
		return nil, err
	}
	// The first document of a kind makes kubeconform compile the schema and keep it.
	first, err := json.Marshal(map[string]string{"apiVersion": key.apiVersion, "kind": key.kind})
	if err != nil {
		return nil, err
	}
	if result := compiled.ValidateResource(resource.Resource{Bytes: first}); result.Status == validator.Error {
		return nil, result.Err
	}
	return compiled, nil
}

// writeSchema writes a temporary file. Its path is absolute: kubeconform takes a
// relative one that begins with "http" for an address.
func writeSchema(schema []byte) (path string, err error) {
	folder, err := filepath.Abs(os.TempDir())
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp(folder, "efgen-*.json")
	if err != nil {
		return "", err
	}
	_, err = file.Write(schema)
	if err = errors.Join(err, file.Close()); err != nil {
		os.Remove(file.Name())
		return "", err
	}
	return file.Name(), nil
}

func (j *schemaJudge) check(document []byte) []SchemaFinding {
	compiled, err := j.validator()
	if err != nil {
		return []SchemaFinding{j.broken(err)}
	}
	switch result := compiled.ValidateResource(resource.Resource{Bytes: document}); result.Status {
	case validator.Valid:
		return nil
	case validator.Invalid:
		return j.explain(document, result)
	default:
		if _, _, findings := schemaIdentity(document); findings != nil {
			return findings
		}
		return []SchemaFinding{{Rule: unreadableRule, Message: fmt.Sprintf("cannot be checked: %v", result.Err)}}
	}
}
