package manifest

import (
	"cmp"
	"errors"
	"path"
	"strings"
	"sync"

	"github.com/efgen/efgen/validate/manifest/decode"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schemas"
)

const (
	// OpenShiftRBAC is the apiVersion of OpenShift's own roles and bindings.
	OpenShiftRBAC = decode.OpenShiftRBAC
	// OpenShiftRoute is the apiVersion of OpenShift's Routes.
	OpenShiftRoute = "route.openshift.io/v1"
)

// An Object is one Kubernetes object of a file.
type Object struct {
	// APIVersion, Kind and Name are empty where the document does not say them.
	APIVersion, Kind, Name string
	// WrittenNamespace is what the document names; Namespace is where the object ends up.
	WrittenNamespace, Namespace string
	// Scope says where objects of the kind live; empty if that is not known.
	Scope schemas.Scope
	// Fields are those of the document, nil if it is no mapping. With faults they may lack something.
	Fields *Mapping

	path     string
	document *openDocument
	// prefix is the field path of the object inside its document: empty, or an item of a List.
	prefix string
	faults []Fault
	// typed decodes the object once, on first use.
	typed func() (any, error)
}

var errNoObject = errors.New("is no object")

func newObject(path string, document *openDocument, prefix string, fields *Mapping, faults []Fault) *Object {
	// A copy: a name that is kept must not keep its document in memory.
	text := func(keys ...string) string { return strings.Clone(fields.Text(keys...)) }
	o := &Object{
		APIVersion: text("apiVersion"), Kind: text("kind"), Name: text("metadata", "name"), WrittenNamespace: text("metadata", "namespace"),
		Fields: fields, path: path, document: document, prefix: prefix, faults: faults,
	}
	o.Namespace = o.WrittenNamespace
	o.typed = sync.OnceValues(o.decode)
	return o
}

func (o *Object) decode() (any, error) {
	if o.Fields == nil {
		return nil, errNoObject
	}
	value := decode.New(o.APIVersion, o.Kind)
	if value == nil {
		return nil, nil
	}
	if err := decode.Object(o.Applied(), value); err != nil {
		return nil, err
	}
	return value, nil
}

// Value is the object as its Kubernetes type, nil if that is none of T or the object
// does not fit it.
func Value[T any](o *Object) *T {
	if o == nil {
		return nil
	}
	value, _ := o.typed()
	typed, _ := value.(*T)
	return typed
}

// Typed is a pointer to the object's Kubernetes type, nil for kinds that nobody looks into
// and for an object that does not fit its type.
func (o *Object) Typed() any {
	value, _ := o.typed()
	return value
}

// Misfit says why the object does not fit its Kubernetes type: an error of encoding/json.
// It is nil for kinds that nobody looks into.
func (o *Object) Misfit() error {
	_, err := o.typed()
	return err
}

// Faults are why the document does not read.
func (o *Object) Faults() []Fault { return o.faults }

// Path is that of the object's file, and Folder the one that the file is in.
func (o *Object) Path() string { return o.path }

// Folder is the folder of the object's file.
func (o *Object) Folder() string { return path.Dir(o.path) }

// Text is that of the whole document that holds the object.
func (o *Object) Text() []byte { return o.document.Text }

// InList reports whether the object is an item of a List.
func (o *Object) InList() bool { return o.prefix != "" }

// Group is the API group, empty for the core one.
func (o *Object) Group() string { return GroupOf(o.APIVersion) }

// GroupOf is the API group of an apiVersion, empty for the core one.
func GroupOf(apiVersion string) string {
	if group, _, found := strings.Cut(apiVersion, "/"); found {
		return group
	}
	return ""
}

// Manifest is "Kind/name", as problems name the object. It is empty for kustomize's own
// documents.
func (o *Object) Manifest() string {
	if o.Kind == "" || o.Group() == kustomizeGroup {
		return ""
	}
	return o.Kind + "/" + o.Name
}

// An Identity is what distinguishes objects in a cluster.
type Identity struct{ Group, Kind, Namespace, Name string }

// Identity leaves the namespace out for kinds that live in none.
func (o *Object) Identity() Identity {
	id := Identity{o.Group(), o.Kind, o.Namespace, o.Name}
	if o.Scope == schemas.InCluster {
		id.Namespace = ""
	}
	return id
}

// Compare orders identities by kind, namespace, name and group.
func (id Identity) Compare(other Identity) int {
	return cmp.Or(
		cmp.Compare(id.Kind, other.Kind), cmp.Compare(id.Namespace, other.Namespace),
		cmp.Compare(id.Name, other.Name), cmp.Compare(id.Group, other.Group),
	)
}

// At is the place of one of the object's fields.
func (o *Object) At(field string) Place { return Place{object: o, path: o.path, field: field} }

// Entry is the place of an entry of a mapping, such as one of a ConfigMap's data.
func (o *Object) Entry(field, key string) Place { return o.At(rule.Key(field, key)) }

// Annotation is one of the object's; it is text in every object that fits its schema.
func (o *Object) Annotation(key string) (value string, set bool) {
	value, set = o.Fields.Get("metadata", "annotations", key).(string)
	return value, set
}

// objectsOf are the object of a document, or the items of a List.
func objectsOf(path string, document *openDocument) []*Object {
	if document.Unclear != nil {
		return []*Object{newObject(path, document, "", nil, []Fault{*document.Unclear})}
	}
	fields, faults := Read(document.Text)
	if faults != nil {
		return []*Object{newObject(path, document, "", fields, faults)}
	}
	return expanded(path, document, "", fields)
}

// expanded are an object, or the items of a list as kubectl takes them: of a List, or of
// one kind, as a ConfigMapList. kubectl, Argo CD and Flux take anything with items for a
// list, and what its own schema says of them does not matter.
func expanded(path string, document *openDocument, prefix string, fields *Mapping) (all []*Object) {
	items, isList := fields.Get("items").([]any)
	itemKind, ofList := strings.CutSuffix(fields.Text("kind"), "List")
	switch {
	case !isList:
		return []*Object{newObject(path, document, prefix, fields, nil)}
	case !ofList:
		return []*Object{newObject(path, document, prefix, fields, []Fault{{
			Message: `has a list "items": kubectl takes it for a list, and applies those instead of it`,
			Hint:    `write the items as objects of their own; the kind of a list ends in "List"`,
		}})}
	}
	for i, item := range items {
		item, _ := item.(*Mapping)
		item = item.orOf(fields.Text("apiVersion"), itemKind)
		all = append(all, expanded(path, document, joined(prefix, rule.Index("items", i)), item)...)
	}
	return all
}

// orOf is an item of a list. One that names neither apiVersion nor kind is of those of the
// list.
func (m *Mapping) orOf(apiVersion, kind string) *Mapping {
	if m == nil || m.Text("apiVersion")+m.Text("kind") != "" || kind == "" {
		return m
	}
	item := NewMapping(len(m.keys) + 2)
	item.Set("apiVersion", apiVersion)
	item.Set("kind", kind)
	for _, key := range m.keys {
		if key != "apiVersion" && key != "kind" {
			item.Set(key, m.values[key])
		}
	}
	return item
}
