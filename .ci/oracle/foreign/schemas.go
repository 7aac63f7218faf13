package main

import (
	"encoding/json"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// schemas are the CustomResourceDefinitions, by what they define.
type schemas map[schema.GroupKind]object

func (s schemas) add(files []string) error {
	objects, err := readObjects(files)
	s.addAll(objects)
	return err
}

func (s schemas) addAll(objects []object) {
	for _, o := range objects {
		var definition struct {
			Spec struct {
				Group string
				Names struct{ Kind string }
			}
		}
		if o.kind.Kind == "CustomResourceDefinition" && json.Unmarshal(o.json, &definition) == nil {
			s[schema.GroupKind{Group: definition.Spec.Group, Kind: definition.Spec.Names.Kind}] = o
		}
	}
}

// with are the schemas, and before them those that are among the objects.
func (s schemas) with(objects []object) schemas {
	all := maps.Clone(s)
	all.addAll(objects)
	return all
}

// of are the files that describe the objects of a unit.
func (s schemas) of(u unit) []string {
	files := map[string]bool{}
	for _, o := range u.objects {
		if definition, found := s[o.kind.GroupKind()]; found {
			files[definition.file] = true
		}
	}
	return slices.Sorted(maps.Keys(files))
}
