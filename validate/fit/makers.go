package fit

import (
	"maps"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
)

// A maker is a resource whose kind is not Kubernetes' own. Its controller may make pods that
// stand in no manifest, and gives them labels that the resource says, or its name as a value.
type maker struct {
	name string
	// labels are "key=value".
	labels map[string]bool
}

func (m *maker) gives(key, value string) bool { return value == m.name || m.labels[key+"="+value] }

// place is a namespace, and the name or a label of a maker there.
type place struct{ namespace, word string }

type makers map[place][]*maker

func findMakers(set *manifest.Set) makers {
	all := makers{}
	for _, o := range set.Objects() {
		if group := o.Group(); !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io") {
			continue
		}
		m := &maker{o.Name, map[string]bool{}}
		addLabels(o.Fields.Mapping("spec"), m.labels)
		for _, word := range append(slices.Collect(maps.Keys(m.labels)), m.name) {
			at := place{o.Namespace, word}
			all[at] = append(all[at], m)
		}
	}
	return all
}

// addLabels collects the labels that a resource gives to what it makes: mappings of that
// name. A selector has another one.
func addLabels(value any, found map[string]bool) {
	switch v := value.(type) {
	case *manifest.Mapping:
		for _, key := range v.Mapping("labels").Keys() {
			found[key+"="+v.Text("labels", key)] = true
		}
		for _, key := range v.Keys() {
			addLabels(v.Get(key), found)
		}
	case []any:
		for _, item := range v {
			addLabels(item, found)
		}
	}
}

// mayBeMade reports whether pods with some labels may come from a controller: one resource
// of the namespace accounts for every label.
func mayBeMade(set *manifest.Set, namespace string, labels map[string]string) bool {
	all := manifest.Index(set, findMakers)
	for first, value := range labels {
		candidates := slices.Concat(all[place{namespace, value}], all[place{namespace, first + "=" + value}])
		return slices.ContainsFunc(candidates, func(m *maker) bool {
			for key, value := range labels {
				if !m.gives(key, value) {
					return false
				}
			}
			return true
		})
	}
	return false
}
