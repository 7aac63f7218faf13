package review

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/efgen/efgen/validate/manifest"
)

// maxFields bounds what is listed of one object: nobody reads more, and a foreign
// manifest may hold millions.
const maxFields = 1000

// A change is a Field with its place in the manifest.
type change struct {
	Field
	at string
}

// A differ lists what is changed between two values.
type differ struct {
	// foreign says that nothing is known of the kind: every order may mean something.
	foreign bool
	// configMap says that the values of data are files.
	configMap bool
	changes   []change
	more      bool
}

func (d *differ) add(p fieldPath, old, new any) {
	if len(d.changes) == maxFields {
		d.more = true
		return
	}
	field := Field{Path: p.path, Old: shown(old), New: shown(new)}
	field.markHidden()
	d.changes = append(d.changes, change{field, p.at})
}

// compare looks for changes at a fieldPath, whose last key is called name.
func (d *differ) compare(p fieldPath, name string, old, new any) {
	if d.more {
		return
	}
	switch old := old.(type) {
	case *manifest.Mapping:
		if new, ok := new.(*manifest.Mapping); ok {
			d.mappings(p, old, new)
			return
		}
	case []any:
		if new, ok := new.([]any); ok {
			d.lists(p, name, old, new)
			return
		}
	case string:
		if new, ok := new.(string); ok && old != new && d.configMap && p == (fieldPath{}).key("data").key(name) {
			d.texts(p, name, old, new)
			return
		}
	}
	if !same(old, new) && !d.isSameQuantity(p, old, new) {
		d.add(p, old, new)
	}
}

// quantity matches where Kubernetes reads a quantity.
var quantity = manifest.Pattern(`\.(requests|limits|hard|capacity|min|max|default|defaultRequest)(\.[^.\[]+|\["[^"]+"\])$|\.sizeLimit$`)

// isSameQuantity reports whether two values are one quantity, such as 1024Mi and 1Gi.
func (d *differ) isSameQuantity(p fieldPath, old, new any) bool {
	if d.foreign || d.configMap || old == nil || new == nil || !quantity().MatchString(p.at) {
		return false
	}
	was, err := resource.ParseQuantity(fmt.Sprint(old))
	is, failed := resource.ParseQuantity(fmt.Sprint(new))
	return err == nil && failed == nil && was.Cmp(is) == 0
}

// mappings follows the order of the new manifest; what is gone comes last.
func (d *differ) mappings(p fieldPath, old, new *manifest.Mapping) {
	entry := func(key string) {
		if hides(old, key) || hides(new, key) {
			d.hide(p.key(key), old.Get(key), new.Get(key))
			return
		}
		d.compare(p.key(key), key, old.Get(key), new.Get(key))
	}
	for _, key := range new.Keys() {
		entry(key)
	}
	for _, key := range old.Keys() {
		if new.Get(key) == nil {
			entry(key)
		}
	}
}
