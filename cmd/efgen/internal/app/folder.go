package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"

	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/manifest"
)

// A namedFolder is a base that the command line names: it holds the environments' folders,
// or is the folder of one environment itself.
type namedFolder struct {
	*tree.Tree
	// name is what messages call it.
	name string
	// parent is nil for a folder of environments; nameInParent is the last part of its path.
	parent       *tree.Tree
	nameInParent string
	// usedBy is the environment that the folder itself was read for, if it was.
	usedBy atomic.Pointer[string]
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
	f := &namedFolder{Tree: files, name: name}
	if slices.ContainsFunc(entries, isManifest) {
		whole, err := filepath.Abs(dir)
		if err == nil {
			f.nameInParent = filepath.Base(whole)
			f.parent, err = tree.Open(filepath.Dir(whole))
		}
		if err != nil {
			return nil, errors.Join(err, files.Close())
		}
	}
	return f, nil
}

func (f *namedFolder) Close() error {
	var err error
	if f.parent != nil {
		err = f.parent.Close()
	}
	return errors.Join(err, f.Tree.Close())
}

// Read reads the environment's folder, or the named folder itself if that holds manifests
// and no environments. A folder without either is an error: everything would be new.
func (f *namedFolder) Read(environment string, foreign func(path string) bool) ([]tree.Stored, error) {
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
	if !f.usedBy.CompareAndSwap(nil, &environment) && *f.usedBy.Load() != environment {
		return nil, &Error{fmt.Errorf("--base %q: the folder holds the manifests of one environment, and several are selected", f.name), "select one by --env"}
	}
	return f.parent.Read(f.nameInParent, foreign)
}
