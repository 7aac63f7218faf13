// Package tree keeps generated files on disk: one folder for each environment,
// each with a ledger of the files that efgen owns there. It is the only code
// that writes them.
//
// However a run ends, no file is half written, nothing that efgen did not write is
// lost, and the next run continues from there. Everything is opened through os.Root,
// and no symbolic link is followed.
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
	// temporary is the name under which a file is written before it is renamed. A run
	// writes one file of a folder at a time, and only one run has the tree: a file of
	// this name was left by a killed run.
	temporary = ".efgen.tmp"
	// newFolder is the name of an environment's folder while its ledger is written or
	// removed, so that no environment's folder is ever without a ledger.
	newFolder = ".efgen-%s.tmp"
	// retry is how long a run waits before it tries again to lock the tree.
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
	created bool     // by Lock: Close removes the folder if it is still empty
	names   func() (map[string][]string, error)
	paths   sync.Map // path → itself
	// beforeWrite is called before every write, which fails if it returns an error.
	beforeWrite func(path string) error
}

// Open opens a tree for reading. A folder that does not exist is an empty tree; a link to
// one is refused, by Lock as well.
func Open(dir string) (*Tree, error) {
	if err := checkNoLink(dir); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, explain(filepath.ToSlash(dir), err)
	}
	return newTree(dir, root), nil
}

// Lock opens a tree for reading and writing, and creates its folder if there is none.
// It waits until no other run has the tree, or until ctx is done. The lock is on the
// folder itself: it leaves no file, and ends with its process.
func Lock(ctx context.Context, dir string) (*Tree, error) {
	for {
		if err := checkNoLink(dir); err != nil {
			return nil, err
		}
		t, err := tryOpenLocked(dir)
		if err != nil {
			return nil, explain(filepath.ToSlash(dir), err)
		}
		if t != nil {
			if err := t.removeLeftovers(); err != nil {
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

// checkNoLink returns an error if dir is a symbolic link: a branch could bring one that
// leads to any folder.
func checkNoLink(dir string) error {
	info, err := os.Lstat(filepath.Clean(dir))
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("%s: a symbolic link, which efgen does not follow: name the folder itself", filepath.ToSlash(dir))
	}
	return nil // opening it says what else is wrong
}

// sameFolder reports whether dir still names the opened folder: another run may have
// removed the folder that it had created.
func sameFolder(dir string, root *os.Root) bool {
	named, err := os.Lstat(filepath.Clean(dir))
	if err != nil {
		return false
	}
	opened, err := root.Stat(".")
	return err == nil && os.SameFile(named, opened)
}

func newTree(dir string, root *os.Root) *Tree {
	t := &Tree{dir: filepath.ToSlash(dir), root: root, beforeWrite: func(string) error { return nil }}
	t.names = sync.OnceValues(t.foldedNames)
	return t
}

// Close unlocks the tree, so that other runs can have it.
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

// Environments returns the names of the folders with a ledger, sorted. An environment
// without a file may still have such a folder.
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

// removeLeftovers removes the folders that killed runs left under a temporary name.
func (t *Tree) removeLeftovers() error {
	entries, err := list(t.root)
	if err != nil {
		return explain(t.dir, err)
	}
	prefix, suffix, _ := strings.Cut(newFolder, "%s")
	for name, mode := range entries {
		environment, ok := strings.CutPrefix(name, prefix)
		environment, ok2 := strings.CutSuffix(environment, suffix)
		if ok && ok2 && mode.IsDir() && checkEnvironment(environment) == nil {
			if err := t.removeUnnamed(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// foldedNames reads the names in the tree's folder, by their folded form. It is called
// once: efgen itself adds only names of environments, which are in lower case.
func (t *Tree) foldedNames() (map[string][]string, error) {
	entries, err := list(t.root)
	return byFoldedName(entries), err
}

// shared returns one copy of a path for all environments: most have the same paths.
func (t *Tree) shared(path string) string {
	one, _ := t.paths.LoadOrStore(path, path)
	return one.(string)
}

func (t *Tree) path(elements ...string) string {
	return path.Join(t.dir, path.Join(elements...))
}
