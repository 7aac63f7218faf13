package schema

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/schemas"
)

// maxFile bounds a file of schemas, in bytes; the largest CustomResourceDefinition in
// common use has 1.4 MB.
const maxFile = 4 << 20

// read adds the kinds that a file describes, and says what is wrong with it.
func (j *Judge) read(file manifest.File) []Finding {
	if len(file.Data) > maxFile {
		return []Finding{ofFile(file.Path, 0, fmt.Errorf("is larger than %d MiB", maxFile>>20))}
	}
	var all error
	kinds, line := 0, 0
	for _, document := range manifest.Documents(file.Data) {
		if fault := cmp.Or(document.Unclear, manifest.Ending(document.Text)); fault != nil {
			all, line = errors.Join(all, errors.New(fault.Message)), document.Line+max(fault.Line-1, 0)
			continue
		}
		described, err := describedBy(j.minor, document.Text)
		if syntax, ok := errors.AsType[*schemas.SyntaxError](err); ok {
			fault := manifest.SyntaxFaults(document.Text, syntax.Err)[0]
			err, line = errors.New(fault.Message), document.Line+max(fault.Line-1, 0)
		}
		all = errors.Join(all, err)
		for name, kind := range described {
			j.described[name] = kind
			kinds++
		}
	}
	switch {
	case all != nil:
		return []Finding{ofFile(file.Path, line, all)}
	case kinds == 0:
		return []Finding{ofFile(file.Path, 0, errors.New("holds no CustomResourceDefinition and no JSON Schema"))}
	}
	return nil
}

// ofFile says that a file of schemas cannot be used.
func ofFile(path string, line int, err error) Finding {
	return Finding{
		Rule: unusable, File: path, Line: line,
		Message: strings.ReplaceAll(err.Error(), "\n", "; "),
		Hint:    "give a CustomResourceDefinition or a JSON Schema that stands alone",
	}
}

// An origin is a document and the minor whose definitions complete it.
type origin struct {
	minor     string
	described *schemas.Described
}

// described keeps the kinds of documents, which environments share.
var described sync.Map // origin → func() (map[kindName]*kind, error)

// describedBy are the kinds of a document, a CustomResourceDefinition or a JSON Schema.
func describedBy(minor string, document []byte) (map[kindName]*kind, error) {
	found, err := schemas.Describe(document)
	if err != nil {
		return nil, err
	}
	from := origin{minor, found}
	once, _ := described.LoadOrStore(from, sync.OnceValues(from.kinds))
	return once.(func() (map[kindName]*kind, error))()
}

func (o origin) kinds() (map[kindName]*kind, error) {
	kinds := map[kindName]*kind{}
	for _, custom := range o.described.Customs {
		name := kindName{o.minor, custom.APIVersion, custom.Kind}
		kinds[name] = newKind(name, func() []byte { return custom.JSON(o.minor) })
	}
	if o.described.Schema == "" {
		return kinds, nil
	}
	var schema schemas.Object
	if err := json.Unmarshal([]byte(o.described.Schema), &schema); err != nil {
		return nil, err
	}
	if err := closeIn(schema); err != nil {
		return nil, err
	}
	names := namesIn(o.minor, schema)
	if names == nil {
		return nil, errors.New("does not say which kind it describes: name it by an enum or const of properties.apiVersion and properties.kind")
	}
	text := []byte(schemas.Text(schema))
	for _, name := range names {
		kinds[name] = newKind(name, func() []byte { return text })
	}
	return kinds, nil
}

// namesIn are the kinds for which a JSON Schema says that it is meant.
func namesIn(minor string, schema schemas.Object) (names []kindName) {
	listed, _ := schema["x-kubernetes-group-version-kind"].([]any)
	for _, item := range listed {
		item, _ := item.(map[string]any)
		group, _ := item["group"].(string)
		version, _ := item["version"].(string)
		kind, _ := item["kind"].(string)
		if version != "" && kind != "" {
			names = append(names, kindName{minor, strings.TrimPrefix(group+"/"+version, "/"), kind})
		}
	}
	for _, apiVersion := range fixedTexts(schema, "apiVersion") {
		for _, kind := range fixedTexts(schema, "kind") {
			names = append(names, kindName{minor, apiVersion, kind})
		}
	}
	return names
}

// fixedTexts are the texts that a schema's const or enum allows for a property.
func fixedTexts(schema schemas.Object, name string) (texts []string) {
	properties, _ := schema["properties"].(map[string]any)
	property, _ := properties[name].(map[string]any)
	values, _ := property["enum"].([]any)
	for _, value := range append(values, property["const"]) {
		if text, ok := value.(string); ok && text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}
