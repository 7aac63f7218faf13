package validate

import (
	"fmt"
	"strings"

	"github.com/efgen/efgen/validate/decode"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schemas"
)

// An object is one Kubernetes object of a manifest file.
type object struct {
	file     *File
	document document
	// prefix is the field path of the object inside its document: empty, or an
	// item of a List.
	prefix string
	fields map[string]any
	// faults are why the document does not read; fields may then lack something.
	faults []manifest.Fault
	// value is a pointer to the Kubernetes type; nil for other kinds.
	value any
	// unread says why value or fields could not be had.
	unread error

	apiVersion, kind, name string
	// written is the namespace that the manifest names, namespace the one that
	// the object ends up in.
	written, namespace string
	scope              schemas.Scope
}

const (
	openshiftRBAC  = decode.OpenShiftRBAC
	openshiftRoute = "route.openshift.io/v1"
)

// group is the API group, empty for the core one.
func (o *object) group() string {
	if group, _, found := strings.Cut(o.apiVersion, "/"); found {
		return group
	}
	return ""
}

// manifest is how problems name the object.
func (o *object) manifest() string {
	if o.kind == "" {
		return ""
	}
	return o.kind + "/" + o.name
}

// at is the place of one of the object's fields.
func (o *object) at(field string) place {
	return place{object: o, file: o.file.Path, field: field}
}

// key is the place of an entry of a mapping, such as one of a ConfigMap's data.
func (o *object) key(field, key string) place {
	return o.at(rule.Key(field, key))
}

// A place is what a problem points at: a field of an object, or a line of a file
// that is no manifest, or a field of the environment if it has no file.
type place struct {
	object *object
	file   string
	field  string
	// line counts from 1 inside the text at field, or inside the file if there is
	// no object; 0 is the field or the file as a whole.
	line int
}

// below is the place of a field of the value at p, item that of one of its items,
// and entry that of one of its keys.
func (p place) below(field string) place {
	p.field = joined(p.field, field)
	return p
}

func (p place) item(i int) place {
	p.field = rule.Index(p.field, i)
	return p
}

func (p place) entry(key string) place {
	p.field = rule.Key(p.field, key)
	return p
}

// on is the place of a line of the text at p.
func (p place) on(line int) place {
	p.line = line
	return p
}

// lookup follows keys into the object; it is empty if there is nothing.
func (o *object) lookup(keys ...string) string { return text(o.fields, keys...) }

// annotation is one of the object's; it is text in every object that fits its schema.
func (o *object) annotation(key string) (value string, set bool) {
	metadata, _ := o.fields["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	value, set = annotations[key].(string)
	return value, set
}

// text follows keys into a mapping and writes what is there as text.
func text(fields map[string]any, keys ...string) string {
	var value any = fields
	for _, key := range keys {
		inner, _ := value.(map[string]any)
		value = inner[key]
	}
	switch v := value.(type) {
	case string:
		return v
	case int64, bool:
		return fmt.Sprint(v)
	}
	return ""
}
