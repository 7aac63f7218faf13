package review

import (
	"cmp"
	"path"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
)

// kindFile is the kind of what is no Kubernetes object: a security.conf, say.
const kindFile = "File"

// An object is what a Difference is about: a Kubernetes object, or a file that holds none.
type object struct {
	// source is nil for a file.
	source                                  *manifest.Object
	file, apiVersion, kind, namespace, name string
	// fields are those of a Kubernetes object without nulls, which say nothing; text is
	// that of any other file.
	fields *manifest.Mapping
	text   string
}

func newObject(source *manifest.Object) *object {
	return &object{
		source: source, file: source.Path(), apiVersion: source.APIVersion, kind: source.Kind,
		// kustomization.yaml has no name.
		namespace: source.Namespace, name: cmp.Or(source.Name, source.Path()),
		fields: withoutNulls(source.Fields),
	}
}

func newFile(file manifest.File) *object {
	return &object{file: file.Path, kind: kindFile, name: file.Path, text: string(file.Data)}
}

func withoutNulls(m *manifest.Mapping) *manifest.Mapping {
	kept := manifest.NewMapping(len(m.Keys()))
	for _, key := range m.Keys() {
		switch value := m.Get(key).(type) {
		case nil:
		case *manifest.Mapping:
			kept.Set(key, withoutNulls(value))
		case []any:
			kept.Set(key, itemsWithoutNulls(value))
		default:
			kept.Set(key, value)
		}
	}
	return kept
}

func itemsWithoutNulls(list []any) []any {
	kept := make([]any, len(list))
	for i, item := range list {
		switch item := item.(type) {
		case *manifest.Mapping:
			kept[i] = withoutNulls(item)
		case []any:
			kept[i] = itemsWithoutNulls(item)
		default:
			kept[i] = item
		}
	}
	return kept
}

func (o *object) identity() manifest.Identity {
	return manifest.Identity{Group: o.group(), Kind: o.kind, Namespace: o.namespace, Name: o.name}
}

func (o *object) group() string { return manifest.GroupOf(o.apiVersion) }

// manifest is how problems and origins name the object.
func (o *object) manifest() string {
	if o.kind == kindFile {
		return ""
	}
	return o.kind + "/" + o.name
}

// title names an object in a sentence.
func (o *object) title() string { return o.kind + " " + o.name }

func (o *object) folder() string { return path.Dir(o.file) }

// foreign reports whether nothing is known of a kind: it is of neither Kubernetes nor
// OpenShift.
func (o *object) foreign() bool {
	group := o.group()
	return strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io") && !strings.HasSuffix(group, ".openshift.io")
}

// dataKeys are those of a ConfigMap's data.
func (o *object) dataKeys() []string {
	if o.kind != "ConfigMap" || o.group() != "" {
		return nil
	}
	return o.fields.Mapping("data").Keys()
}

// value is the object as its Kubernetes type, nil if that is none of T or it does
// not fit.
func value[T any](o *object) *T { return manifest.Value[T](sourceOf(o)) }

// sourceOf is nil for what is no Kubernetes object.
func sourceOf(o *object) *manifest.Object {
	if o == nil {
		return nil
	}
	return o.source
}

// workloadOf is nil if the object starts no pods.
func workloadOf(o *object) *manifest.Workload { return manifest.NewWorkload(sourceOf(o)) }
