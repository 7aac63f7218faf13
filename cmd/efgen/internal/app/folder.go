package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/manifest"
)

// A folder is one that somebody has named: it holds the environments' folders, or is the
// folder of one environment itself.
type folder struct {
	*tree.Tree
	// name is what messages call it, base is its own name in its parent.
	name, base string
	// parent is nil for a folder of environments.
	parent *tree.Tree
	used   sync.Map
}

func openFolder(dir, name string) (base, error) {
	files, err := tree.Open(dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, errors.Join(err, files.Close())
	}
	isManifest := func(e os.DirEntry) bool { return !e.IsDir() && manifest.IsYAML(e.Name()) }
	f := &folder{Tree: files, name: name}
	if slices.ContainsFunc(entries, isManifest) {
		whole, err := filepath.Abs(dir)
		if err == nil {
			f.base = filepath.Base(whole)
			f.parent, err = tree.Open(filepath.Dir(whole))
		}
		if err != nil {
			return nil, errors.Join(err, files.Close())
		}
	}
	return f, nil
}

func (f *folder) Close() error {
	var err error
	if f.parent != nil {
		err = f.parent.Close()
	}
	return errors.Join(err, f.Tree.Close())
}

// Read takes the folder itself for the environment's if it holds manifests and no folder of
// that name. One that holds no environment at all is no base: everything would be new.
func (f *folder) Read(environment string, foreign func(path string) bool) ([]tree.Stored, error) {
	stored, err := f.Tree.Read(environment, foreign)
	if err != nil || len(stored) > 0 {
		return stored, err
	}
	known, err := f.Environments()
	switch {
	case err != nil || len(known) > 0:
		return nil, err
	case f.parent == nil:
		return nil, &Error{fmt.Errorf("--base %q: the folder holds neither %s nor manifests", f.name, environment), "name the folder in which " + environment + " is, or a git ref"}
	}
	if other, taken := f.used.LoadOrStore("", environment); taken && other != environment {
		return nil, &Error{fmt.Errorf("--base %q: the folder holds the manifests of one environment, and several are selected", f.name), "select one by --env"}
	}
	return f.parent.Read(f.base, foreign)
}
