package tree

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
)

// maxFile bounds a file in bytes. An API server takes requests of 3 MiB at most.
const maxFile = 4 << 20

// usualFile is room for nearly every file, in bytes, so that one call reads it.
const usualFile = 16 << 10

// A folder is an opened folder of the tree. Names are those of its own entries.
type folder struct {
	root *os.Root
	path string // for messages
	// beforeWrite is the Tree's.
	beforeWrite func(path string) error
}

// openFolder opens a folder but no symbolic link to one. It returns nil if
// there is none.
func openFolder(parent *folder, name string) (*folder, error) {
	at := path.Join(parent.path, name)
	named, err := parent.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, explain(at, err)
	}
	if !named.IsDir() {
		return nil, Refused{inTheWay(at, named.Mode())}
	}
	// os.Root follows links that stay inside: only what was looked at counts.
	root, err := parent.root.OpenRoot(name)
	if err != nil {
		return nil, explain(at, err)
	}
	opened, err := root.Stat(".")
	if err == nil && os.SameFile(named, opened) {
		return &folder{root, at, parent.beforeWrite}, nil
	}
	return nil, errors.Join(Refused{swapped(at)}, err, root.Close())
}

// reopen opens a folder that was there a moment ago.
func reopen(parent *folder, name string) (*folder, error) {
	d, err := openFolder(parent, name)
	if err == nil && d == nil {
		return nil, Refused{swapped(path.Join(parent.path, name))}
	}
	return d, err
}

// list returns the types of a folder's entries by name.
func list(root *os.Root) (map[string]fs.FileMode, error) {
	f, err := root.OpenFile(".", forReading, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	found, err := f.ReadDir(-1)
	entries := make(map[string]fs.FileMode, len(found))
	for _, entry := range found {
		entries[entry.Name()] = entry.Type()
	}
	return entries, err
}

// read puts the bytes of a file into buf. The caller has seen that it is a
// regular one; a link put there since leads at most to a file of this folder.
func (d *folder) read(name string, buf *bytes.Buffer) error {
	buf.Reset()
	if buf.Cap() == 0 {
		buf.Grow(usualFile)
	}
	f, err := d.root.OpenFile(name, forReading, 0)
	if err != nil {
		return explain(path.Join(d.path, name), err)
	}
	defer f.Close()
	if _, err := buf.ReadFrom(io.LimitReader(f, maxFile+1)); err != nil {
		return explain(path.Join(d.path, name), err)
	}
	if buf.Len() > maxFile {
		return Refused{tooLarge(path.Join(d.path, name))}
	}
	return nil
}

// hash looks at a file by name alone; found is false if there is none.
func (d *folder) hash(name string) (hash Hash, found bool, err error) {
	info, err := d.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return hash, false, nil
	}
	if err != nil {
		return hash, false, explain(path.Join(d.path, name), err)
	}
	if !info.Mode().IsRegular() {
		return hash, false, Refused{inTheWay(path.Join(d.path, name), info.Mode())}
	}
	buf := bytes.NewBuffer(make([]byte, 0, min(info.Size(), maxFile)+bytes.MinRead))
	if err := d.read(name, buf); err != nil {
		return hash, false, err
	}
	return HashOf(buf.Bytes()), true, nil
}

// folders opens each folder below one once.
type folders map[string]*folder

// get returns the folder at a slash-separated path, nil if there is none.
func (f folders) get(dir string) (*folder, error) {
	if d, found := f[dir]; found {
		return d, nil
	}
	parent, err := f.get(path.Dir(dir))
	if err != nil || parent == nil {
		return nil, err
	}
	d, err := openFolder(parent, path.Base(dir))
	if err == nil {
		f[dir] = d
	}
	return d, err
}

// drop closes one folder: Windows removes no folder that is open.
func (f folders) drop(dir string) {
	if d := f[dir]; d != nil {
		_ = d.root.Close() // nothing is buffered
	}
	delete(f, dir)
}

func (f folders) close() {
	for dir := range f {
		f.drop(dir)
	}
}
