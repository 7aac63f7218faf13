// Package tree keeps generated files on disk: one folder for each environment,
// each with a ledger of the files that efgen owns there. It is the only code
// that writes them.
//
// Whatever happens to a run, no file is ever half written, nothing that efgen
// did not write is lost, and the next run goes on from where the tree is.
// Everything is opened through os.Root, and no symbolic link is followed.
package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// temporary is the name under which a file is written before it takes its
	// own. A run has one file at a time under way in a folder, and no other run
	// is in the tree meanwhile: a file of this name is a killed run's.
	temporary = ".efgen.tmp"
	// newFolder holds the ledger of an environment before its folder has a name
	// and after it had one, so that no folder of efgen's is without a ledger.
	newFolder = ".efgen-%s.tmp"
	// retry is how long a run waits before it looks again whether another one
	// has left the tree.
	retry = 20 * time.Millisecond
)

// A File is generated text. Path is relative to the environment's folder, with
// slashes.
type File struct {
	Path string
	Data []byte
}

// A Tree is the folder that holds the folders of all environments. Its methods
// may be called at the same time for different environments.
type Tree struct {
	dir     string   // as messages name it, with slashes
	root    *os.Root // nil if there is no such folder
	unlock  func()   // nil if the tree is open for reading only
	created bool     // by Lock, so Close takes it away if it stayed empty
	names   func() (map[string][]string, error)
	paths   sync.Map // path → itself
	// before is told of every write on its way to the disk, and may fail it.
	before func(path string) error
}

// Open opens a tree for reading. A folder that does not exist is an empty tree.
func Open(dir string) (*Tree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, explain(filepath.ToSlash(dir), err)
	}
	return newTree(dir, root), nil
}

// Lock opens a tree for writing as well, and creates its folder if need be. It
// waits until no other run has the tree, or until ctx is done. The lock is on
// the folder itself: it leaves no file, and dies with its process.
func Lock(ctx context.Context, dir string) (*Tree, error) {
	for {
		t, err := tryOpenLocked(dir)
		if err != nil {
			return nil, explain(filepath.ToSlash(dir), err)
		}
		if t != nil {
			if err := t.clean(); err != nil {
				return nil, errors.Join(err, t.Close())
			}
			return t, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s: waiting for another run to end: %w", filepath.ToSlash(dir), ctx.Err())
		case <-time.After(retry):
		}
	}
}

// tryOpenLocked returns nil if another run has the tree.
func tryOpenLocked(dir string) (*Tree, error) {
	_, missing := os.Stat(dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	unlock, err := tryLock(root)
	if err == nil && unlock != nil && sameFolder(dir, root) {
		t := newTree(dir, root)
		t.unlock, t.created = unlock, errors.Is(missing, fs.ErrNotExist)
		return t, nil
	}
	if unlock != nil {
		unlock()
	}
	return nil, errors.Join(err, root.Close())
}

// sameFolder tells whether dir still names the opened folder: another run may
// have removed the one that it had created.
func sameFolder(dir string, root *os.Root) bool {
	named, err := os.Stat(dir)
	if err != nil {
		return false
	}
	opened, err := root.Stat(".")
	return err == nil && os.SameFile(named, opened)
}

func newTree(dir string, root *os.Root) *Tree {
	t := &Tree{dir: filepath.ToSlash(dir), root: root, before: func(string) error { return nil }}
	t.names = sync.OnceValues(t.foldedNames)
	return t
}

// Close leaves the tree to other runs.
func (t *Tree) Close() error {
	if t.root == nil {
		return nil
	}
	entries, _ := list(t.root)
	err := t.root.Close()
	if t.unlock == nil {
		return err
	}
	if t.created && len(entries) == 0 {
		// A failure only leaves an empty folder.
		_ = os.Remove(filepath.FromSlash(t.dir))
	}
	t.unlock()
	return err
}

// Environments names the folders that hold a ledger, sorted: an environment
// whose file is gone still has one.
func (t *Tree) Environments() ([]string, error) {
	if t.root == nil {
		return nil, nil
	}
	entries, err := list(t.root)
	if err != nil {
		return nil, explain(t.dir, err)
	}
	var names []string
	for name, mode := range entries {
		if !mode.IsDir() || checkEnvironment(name) != nil {
			continue
		}
		_, err := t.root.Lstat(path.Join(name, LedgerName))
		if err == nil {
			names = append(names, name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, explain(t.path(name, LedgerName), err)
		}
	}
	slices.Sort(names)
	return names, nil
}

// clean takes away the folders that killed runs left without a name.
func (t *Tree) clean() error {
	entries, err := list(t.root)
	if err != nil {
		return explain(t.dir, err)
	}
	prefix, suffix, _ := strings.Cut(newFolder, "%s")
	for name, mode := range entries {
		environment, ok := strings.CutPrefix(name, prefix)
		environment, ok2 := strings.CutSuffix(environment, suffix)
		if ok && ok2 && mode.IsDir() && checkEnvironment(environment) == nil {
			if err := t.discard(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// foldedNames is what the tree's folder holds, by folded name. Read once: efgen
// itself adds only names of environments, which are in lower case.
func (t *Tree) foldedNames() (map[string][]string, error) {
	entries, err := list(t.root)
	return twins(entries), err
}

// shared is one copy of a path for all environments: most have the same.
func (t *Tree) shared(path string) string {
	one, _ := t.paths.LoadOrStore(path, path)
	return one.(string)
}

func (t *Tree) path(elements ...string) string {
	return path.Join(t.dir, path.Join(elements...))
}
