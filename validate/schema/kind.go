package schema

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sync"
	"unicode/utf8"

	"github.com/yannh/kubeconform/pkg/resource"
	"github.com/yannh/kubeconform/pkg/validator"

	"github.com/efgen/efgen/validate/schema/quick"
	"github.com/efgen/efgen/validate/schema/words"
	"github.com/efgen/efgen/validate/schemas"
)

// A kindName names a kind as a minor serves it.
type kindName struct{ minor, apiVersion, kind string }

// A kind can be judged. What it needs for that is made when it is first needed.
type kind struct {
	// quick is nil for the kinds that the user describes.
	quick *quick.Schema
	// kubeconform has the verdict; compiled has the reasons, and the price.
	kubeconform func() (validator.Validator, error)
	compiled    func() (*compiled, error)
}

// archived keeps the kinds of the archive, and libraries what those of a minor share.
var (
	archived  sync.Map // kindName → *kind
	libraries sync.Map // minor → *quick.Library
)

// find is nil for a kind without a schema.
func (j *Judge) find(name kindName) *kind {
	if found, ok := j.described[name]; ok {
		return found
	}
	if found, ok := archived.Load(name); ok {
		return found.(*kind)
	}
	root, ok := schemas.Find(name.minor, name.apiVersion, name.kind)
	if !ok {
		return nil
	}
	definition := func(definition string) string { return schemas.Definition(name.minor, definition) }
	library, _ := libraries.LoadOrStore(name.minor, quick.NewLibrary(definition))
	made := newKind(name, sync.OnceValue(func() []byte { return schemas.Complete(root, definition) }))
	made.quick = library.(*quick.Library).Schema(root)
	found, _ := archived.LoadOrStore(name, made)
	return found.(*kind)
}

// newKind is a kind whose schema has a text.
func newKind(name kindName, text func() []byte) *kind {
	return &kind{
		kubeconform: sync.OnceValues(func() (validator.Validator, error) { return newKubeconform(name, text()) }),
		compiled:    sync.OnceValues(func() (*compiled, error) { return compile(text()) }),
	}
}

// judge lists what is wrong with a document. An unusableError says that the schema is
// none.
func (k *kind) judge(document Document, mode Mode) ([]words.Fault, error) {
	if k.quick != nil && mode == Quick {
		return k.quick.Faults(document.Fields), nil
	}
	if k.quick == nil {
		if err := k.bound(document.Fields); err != nil {
			return nil, err
		}
	}
	kubeconform, err := k.kubeconform()
	if err != nil {
		return nil, err
	}
	text, err := document.yaml()
	if err != nil {
		return nil, err
	}
	result := kubeconform.ValidateResource(resource.Resource{Bytes: text})
	if result.Status == validator.Valid {
		return nil, nil
	}
	return k.explain(document, text, result), nil
}

// bound refuses what kubeconform would not come to an end with.
func (k *kind) bound(value any) error {
	compiled, err := k.compiled()
	if err != nil {
		return err
	}
	return compiled.affordable(value)
}

// explain says in our words why kubeconform refuses a document; where only kubeconform
// sees something, in its own.
func (k *kind) explain(document Document, text []byte, result validator.Result) []words.Fault {
	if k.quick != nil {
		if faults := k.quick.Faults(document.Fields); len(faults) > 0 {
			return faults
		}
	}
	if compiled, err := k.compiled(); err == nil {
		if faults := compiled.faults(text); len(faults) > 0 {
			return faults
		}
	}
	return ownWords(document.Fields, result)
}

func (d Document) yaml() ([]byte, error) {
	if len(d.Text) > 0 {
		return d.Text, nil
	}
	text, err := json.Marshal(d.Fields)
	return notInYAML().ReplaceAllFunc(text, func(character []byte) []byte {
		r, _ := utf8.DecodeRune(character)
		return fmt.Appendf(nil, `\u%04x`, r)
	}), err
}

// notInYAML matches the characters that JSON may hold and YAML must escape.
var notInYAML = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[\x{7f}-\x{9f}\x{feff}\x{fffe}\x{ffff}]`) })

// An unusableError says why the schema of a kind cannot be used.
type unusableError string

func (e unusableError) Error() string { return string(e) }

func (e unusableError) finding() Finding {
	return Finding{
		Rule: unusable, Message: fmt.Sprintf("the schema of this kind cannot be used: %s", string(e)),
		Hint: "correct the file under `schemas` that describes the kind",
	}
}
