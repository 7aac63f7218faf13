package review

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	yamlv2 "go.yaml.in/yaml/v2"

	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/manifest/blockyaml"
	"github.com/efgen/efgen/validate/manifest/decode"
)

// maxFile bounds what is read of one file, as far above what a cluster stores as
// the checker does; a longer one is compared as text.
const maxFile = 16 << 20

// kindFile is the kind of what is no Kubernetes object: a security.conf, say.
const kindFile = "File"

// An object is a Kubernetes object, or a file that holds none.
type object struct {
	file                              string
	apiVersion, kind, namespace, name string
	// fields are those of a Kubernetes object, text is that of any other file.
	fields *mapping
	text   string
	// typed is a pointer to the Kubernetes type once decode has been called.
	typed   any
	decoded bool
}

// An identity is what a cluster tells objects apart by.
type identity struct{ group, kind, namespace, name string }

func (o *object) identity() identity {
	return identity{o.group(), o.kind, o.namespace, o.name}
}

// group is the API group, empty for the core one.
func (o *object) group() string {
	group, _, found := strings.Cut(o.apiVersion, "/")
	if !found {
		return ""
	}
	return group
}

func compareIdentities(a, b identity) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name), cmp.Compare(a.group, b.group))
}

// manifest is how problems and origins name the object.
func (o *object) manifest() string {
	if o.kind == kindFile {
		return ""
	}
	return o.kind + "/" + o.name
}

// value is the object as its Kubernetes type, nil if that is none of T or it does
// not fit.
func value[T any](o *object) *T {
	if o == nil || o.fields == nil {
		return nil
	}
	if !o.decoded {
		o.decoded = true
		o.decode()
	}
	typed, _ := o.typed.(*T)
	return typed
}

func (o *object) decode() {
	value := o.newValue()
	if value != nil && decode.Object(o.fields, value) == nil {
		o.typed = value
	}
}

// skipped are files that say again what others say: the ledger lists them all.
func skipped(file string) bool { return path.Base(file) == tree.LedgerName }

// read takes a file apart. What does not read as YAML is compared as text.
func read(file File) []*object {
	asText := &object{file: file.Path, kind: kindFile, name: file.Path, text: string(file.Data)}
	if !slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(file.Path)) || len(file.Data) > maxFile {
		return []*object{asText}
	}
	if fields, ok := blockyaml.Read(file.Data, fromItems); ok {
		return objectsOf(file.Path, fields.(*mapping))
	}
	var all []*object
	for decoder := yamlv2.NewDecoder(bytes.NewReader(file.Data)); ; {
		var document yamlv2.MapSlice
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return all
		}
		fields, deep := fromYAML(document, 0)
		if err != nil || deep != nil {
			return append(all, asText)
		}
		all = append(all, objectsOf(file.Path, fields.(*mapping))...)
	}
}

// objectsOf takes a List apart.
func objectsOf(file string, fields *mapping) (all []*object) {
	if len(fields.keys) == 0 {
		return nil
	}
	items, isList := fields.values["items"].([]any)
	if fields.text("kind") != "List" || !isList {
		return []*object{newObject(file, fields)}
	}
	for _, item := range items {
		if fields, ok := item.(*mapping); ok {
			all = append(all, newObject(file, fields))
		}
	}
	return all
}

func newObject(file string, fields *mapping) *object {
	// A Difference keeps these, and must not keep the document that they are from.
	text := func(keys ...string) string { return strings.Clone(fields.text(keys...)) }
	return &object{
		file: file, fields: fields, apiVersion: text("apiVersion"), kind: text("kind"), namespace: text("metadata", "namespace"),
		// kustomization.yaml has no name.
		name: cmp.Or(text("metadata", "name"), file),
	}
}

func (o *object) folder() string { return path.Dir(o.file) }
