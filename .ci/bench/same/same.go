// Package same compares the objects that two tools have written for one environment.
package same

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"

	"sigs.k8s.io/yaml"
)

// Objects are decoded, by apiVersion, kind, namespace and name.
type Objects map[string]any

// Files lists the manifests of a tree, kustomization.yaml apart.
func Files(path string) (files []string, err error) {
	err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(file) == ".yaml" && entry.Name() != "kustomization.yaml" {
			files = append(files, file)
		}
		return err
	})
	return files, err
}

// Read reads the manifests of an environment: one file with several documents, or a folder
// with one in each.
func Read(path string) (Objects, error) {
	objects := Objects{}
	files, err := Files(path)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := objects.add(text); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return objects, nil
}

var dashes = regexp.MustCompile(`(?m)^---$`)

func (o Objects) add(text []byte) error {
	for _, document := range dashes.Split(string(text), -1) {
		var object map[string]any
		if err := yaml.UnmarshalStrict([]byte(document), &object); err != nil {
			return err
		}
		if object == nil {
			continue // before the first line of dashes
		}
		metadata, _ := object["metadata"].(map[string]any)
		key := fmt.Sprint(object["apiVersion"], " ", object["kind"], " ", metadata["namespace"], "/", metadata["name"])
		if _, twice := o[key]; twice {
			return errors.New(key + " is there twice")
		}
		o[key] = object
	}
	return nil
}

// Compare says what is not the same in the second as in the first.
func Compare(want, got Objects) error {
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if object, there := got[key]; !there {
			faults = append(faults, errors.New(key+" is missing"))
		} else if path := difference(want[key], object); path != "" {
			faults = append(faults, fmt.Errorf("%s differs in %s", key, path))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, wanted := want[key]; !wanted {
			faults = append(faults, errors.New(key+" is not wanted"))
		}
	}
	return errors.Join(faults...)
}

// difference is the path of the first field that differs, and nothing where none does.
func difference(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	switch want := want.(type) {
	case map[string]any:
		got, _ := got.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(want)) {
			if path := difference(want[key], got[key]); path != "" {
				return "." + key + path
			}
		}
		return ": more fields than wanted"
	case []any:
		got, _ := got.([]any)
		for i := range min(len(want), len(got)) {
			if path := difference(want[i], got[i]); path != "" {
				return fmt.Sprintf("[%d]%s", i, path)
			}
		}
	}
	return fmt.Sprintf(": %.200s, not %.200s", asJSON(got), asJSON(want))
}

func asJSON(value any) []byte {
	text, _ := json.Marshal(value) // was decoded from what has a form in JSON
	return text
}
