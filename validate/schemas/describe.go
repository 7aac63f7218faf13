package schemas

import (
	"crypto/sha256"
	"sync"

	"sigs.k8s.io/yaml"
)

// Described is what a document says of kinds. Both are empty for any other object, such
// as the Deployment in an operator's installation.
type Described struct {
	// Customs are the served versions of a CustomResourceDefinition.
	Customs []Custom
	// Schema is the document as JSON if it is no Kubernetes object: a JSON Schema, then.
	Schema string
}

// A SyntaxError says why a document is no YAML object.
type SyntaxError struct{ Err error }

func (e *SyntaxError) Error() string { return e.Err.Error() }
func (e *SyntaxError) Unwrap() error { return e.Err }

// described keeps what documents describe, by their content: environments share them.
var described sync.Map // [sha256.Size]byte → func() (*Described, error)

// Describe reads one YAML document, a CustomResourceDefinition or a JSON Schema. Of one
// content it is always the same Described. A *SyntaxError says that it does not read.
func Describe(document []byte) (*Described, error) {
	once, _ := described.LoadOrStore(sha256.Sum256(document), sync.OnceValues(func() (*Described, error) { return describe(document) }))
	return once.(func() (*Described, error))()
}

func describe(document []byte) (d *Described, err error) {
	d = &Described{}
	var object Object
	if err := yaml.UnmarshalStrict(document, &object); err != nil {
		return d, &SyntaxError{err}
	}
	switch {
	case object["kind"] == "CustomResourceDefinition":
		d.Customs, err = FromCRD(object)
	case object["apiVersion"] == nil || object["kind"] == nil:
		d.Schema = Text(object)
	}
	return d, err
}
