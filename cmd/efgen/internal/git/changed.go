package git

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

// Changed lists what differs between a folder on disk and in a commit, as paths below it:
// files and links with other content or of another kind, those that only one side has,
// whether git ignores them or not, and every submodule. A folder that only one side has is
// listed as a whole.
//
// It compares bytes. git itself would first ask filters and file system monitors, which
// the attributes and configurations of a branch can name.
func (r *Repository) Changed(commit, folder string) ([]string, error) {
	place, err := r.Place(folder)
	if err != nil {
		return nil, err
	}
	tree, err := r.objects.treeAt(commit, place)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	c := comparing{objects: r.objects, root: root}
	err = c.folder(".", tree)
	return c.changed, err
}

type comparing struct {
	objects *objects
	root    *os.Root
	changed []string
}

// folder compares a folder on disk with a tree, which is nil if there is none.
func (c *comparing) folder(at string, tree *object) error {
	here, err := fs.ReadDir(c.root.FS(), at)
	if err != nil {
		return err
	}
	there := map[string]entry{}
	if tree != nil {
		for _, e := range tree.entries() {
			there[e.name] = e
		}
	}
	for _, e := range here {
		old := there[e.Name()]
		delete(there, e.Name())
		if err := c.entry(path.Join(at, e.Name()), e.Type(), old); err != nil {
			return err
		}
	}
	for name := range there {
		c.changed = append(c.changed, path.Join(at, name))
	}
	return nil
}

// entry compares what is at a path on disk with an entry of a tree.
func (c *comparing) entry(at string, kind fs.FileMode, old entry) error {
	same := false
	switch {
	case kind.IsDir() && old.isFolder():
		tree, err := c.objects.need(at, old.id)
		if err != nil {
			return err
		}
		return c.folder(at, tree)
	case kind.IsRegular() && old.isFile():
		id, err := c.idOfFile(at, old.id)
		if err != nil {
			return err
		}
		same = id == old.id
	case kind == fs.ModeSymlink && old.isLink():
		target, err := c.root.Readlink(at)
		if err != nil {
			return err
		}
		same = idOf(old.id, int64(len(target)), strings.NewReader(target)) == old.id
	}
	if !same {
		c.changed = append(c.changed, at)
	}
	return nil
}

// idOfFile is the ID under which git would store a file as it is.
func (c *comparing) idOfFile(at, like string) (string, error) {
	// What became a pipe meanwhile is not waited for.
	f, err := c.root.OpenFile(at, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	return idOf(like, info.Size(), f), nil
}

// idOf is the ID of a blob, made as another ID of the repository was. What cannot be read
// whole has an ID that no blob has.
func idOf(like string, size int64, content io.Reader) string {
	sum := sha1.New()
	if len(like) == hex.EncodedLen(sha256.Size) {
		sum = sha256.New()
	}
	fmt.Fprintf(sum, "blob %d\x00", size)
	if n, err := io.Copy(sum, content); err != nil || n != size {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
}
