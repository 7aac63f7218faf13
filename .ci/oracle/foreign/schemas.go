package main

import (
	"encoding/json"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// schemas are the files of CustomResourceDefinitions, by what they define.
type schemas map[schema.GroupKind]string

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
			s[schema.GroupKind{Group: definition.Spec.Group, Kind: definition.Spec.Names.Kind}] = o.file
		}
	}
}

// of are the files that describe the objects of a unit. Its own definitions come first.
func (s schemas) of(u unit) []string {
	own := schemas{}
	own.addAll(u.objects)
	files := map[string]bool{}
	for _, o := range u.objects {
		if file := own[o.kind.GroupKind()]; file != "" {
			files[file] = true
		} else if file := s[o.kind.GroupKind()]; file != "" {
			files[file] = true
		}
	}
	return slices.Sorted(maps.Keys(files))
}
