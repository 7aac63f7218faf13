package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/efgen/efgen/validate/rule"
)

const (
	// maxFileBytes bounds a file that goes into a ConfigMap: Kubernetes refuses
	// ConfigMaps that hold more.
	maxFileBytes = 1 << 20
	// maxManifestBytes bounds an extra manifest or a schema: the largest
	// CustomResourceDefinitions that are in use have about 1 MiB.
	maxManifestBytes = 4 << 20
	// maxContents bounds all files of one environment together.
	maxContents = 64 << 20
)

// load reads the files that an environment names into Contents, and writes their
// paths in their shortest form.
func (r *reading) load(env *Environment) {
	env.Contents = map[string][]byte{}
	total := 0
	load := func(field, named string, limit int64) string {
		if r.doubtful(field) {
			return named
		}
		at, field := env.Origins.At(field)
		file, err := resolve(".", named)
		if err != nil {
			r.add("EF111", at, field, "paths are relative to the environments folder", "%q: %v", named, err)
			return named
		}
		if _, loaded := env.Contents[file]; loaded {
			return file
		}
		content, err := r.folder.readFile(file, limit)
		if err == nil && total+len(content) > maxContents {
			err = fmt.Errorf("%w: the files of this environment hold more than %d KiB", errTooLarge, maxContents/1024)
		}
		if err != nil {
			r.addFile("EF111", at, field, err)
			return file
		}
		total += len(content)
		env.Contents[file] = content
		return file
	}
	for _, name := range slices.Sorted(maps.Keys(env.Applications)) {
		field, files := rule.Field("applications", name), env.Applications[name]
		loadMap(load, field+".files.configuration", files.Files.Configuration)
		loadMap(load, field+".files.resources", files.Files.Resources)
		loadList(load, field+".security.include", files.Security.Include, maxFileBytes)
	}
	loadList(load, "extraManifests", env.ExtraManifests, maxManifestBytes)
	loadList(load, "schemas", env.Schemas, maxManifestBytes)
}

type loader func(field, named string, limit int64) string

func loadMap(load loader, field string, files map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(files)) {
		files[key] = load(rule.Key(field, key), files[key], maxFileBytes)
	}
}

func loadList(load loader, field string, files []string, limit int64) {
	for i := range files {
		files[i] = load(rule.Index(field, i), files[i], limit)
	}
}

// addFile reports a file that cannot be read; too large a file is over a bound.
func (r *reading) addFile(id string, at rule.Position, field string, err error) {
	if errors.Is(err, errTooLarge) {
		id = "EF107"
	}
	r.add(id, at, field, "", "%v", err)
}
