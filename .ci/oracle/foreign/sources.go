package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// A unit is what is deployed at once: files that are judged together.
type unit struct {
	module string
	// name is the path of the unit in its module.
	name string
	// root is the folder of the module; what kustomize makes is in another one.
	root    string
	files   []string
	objects []object
}

// readSources makes the units of a list, and indexes the schemas that it names.
func readSources(path, modules, rendered string) (units []unit, known schemas, err error) {
	folders, err := download(modules)
	if err != nil {
		return nil, nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	known = schemas{}
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if len(words) != 3 || folders[words[1]] == "" {
			return nil, nil, fmt.Errorf("%s: %q: want a way, a module of %s and a path", path, line, modules)
		}
		more, err := source{words[1], folders[words[1]], words[2], rendered}.read(words[0], known)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %q: %w", path, line, err)
		}
		units = append(units, more...)
	}
	for i := range units {
		if units[i].objects, err = readObjects(units[i].files); err != nil {
			return nil, nil, err
		}
	}
	// What has no objects is for kustomize alone.
	units = slices.DeleteFunc(units, func(u unit) bool { return len(u.objects) == 0 })
	return units, known, nil
}

// download fetches the modules that a go.mod pins, and returns their folders.
func download(modules string) (map[string]string, error) {
	run := exec.Command("go", "mod", "download", "-json")
	run.Dir = modules
	// A module for a newer Go is unpacked all the same, with an error.
	answer, failed := run.Output()
	folders := map[string]string{}
	for decoder := json.NewDecoder(strings.NewReader(string(answer))); ; {
		var module struct{ Path, Dir, Error string }
		err := decoder.Decode(&module)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || module.Dir == "" {
			return nil, fmt.Errorf("go mod download: %s %s: %w", module.Path, module.Error, errors.Join(err, failed))
		}
		folders[module.Path] = module.Dir
	}
	if len(folders) == 0 {
		return nil, fmt.Errorf("go mod download: no modules: %w", failed)
	}
	return folders, nil
}

// A source is a line of the list.
type source struct{ module, root, path, rendered string }

func (s source) read(way string, known schemas) ([]unit, error) {
	if way == "kustomize" {
		file, err := s.kustomize()
		return []unit{{module: s.module, name: s.path, root: s.rendered, files: []string{file}}}, err
	}
	files, err := manifestsBelow(filepath.Join(s.root, s.path))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("there are no manifests")
	}
	switch way {
	case "together":
		return []unit{{module: s.module, name: s.path, root: s.root, files: files}}, nil
	case "folders":
		return s.grouped(files, filepath.Dir), nil
	case "each":
		return s.grouped(files, func(file string) string { return file }), nil
	case "schemas":
		return nil, known.add(files)
	}
	return nil, fmt.Errorf("%q is no way", way)
}

// grouped makes a unit of the files that have the same key.
func (s source) grouped(files []string, key func(string) string) (units []unit) {
	byKey := map[string][]string{}
	for _, file := range files {
		byKey[key(file)] = append(byKey[key(file)], file)
	}
	for _, name := range slices.Sorted(maps.Keys(byKey)) {
		short, _ := strings.CutPrefix(name, s.root+"/")
		units = append(units, unit{module: s.module, name: short, root: s.root, files: byKey[name]})
	}
	return units
}

// manifestsBelow are the files that efgen reads as manifests, in order of their names.
func manifestsBelow(root string) (files []string, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path)) {
			files = append(files, path)
		}
		return err
	})
	return files, err
}

func (s source) kustomize() (file string, err error) {
	made, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join(s.root, s.path))
	if err != nil {
		return "", err
	}
	data, err := made.AsYaml()
	if err != nil {
		return "", err
	}
	file = filepath.Join(s.rendered, strings.ReplaceAll(s.module+"/"+s.path, "/", "_")+".yaml")
	return file, os.WriteFile(file, data, 0o600)
}
