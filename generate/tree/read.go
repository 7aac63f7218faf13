package tree

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"
)

// State says whose a file on disk is.
type State string

const (
	// Owned files are as the ledger lists them.
	Owned State = "owned"
	// Edited files are listed with another hash.
	Edited State = "edited"
	// Converted files are listed with the hash of the same text with other line ends.
	Converted State = "converted"
	// Foreign files are not listed.
	Foreign State = "foreign"
	// Missing files are listed and not there.
	Missing State = "missing"
)

// maxDepth bounds how deep foreign folders are searched.
const maxDepth = 16

// A Stored is a file as it is on disk. Data is nil if it is Missing.
type Stored struct {
	File
	State State
}

// Read returns the files that an environment's ledger lists, and those others whose path
// the function picks (none if it is nil), sorted by path. It does not search hidden
// folders. The error is Refused if the ledger cannot be trusted, or if one of the paths
// is not a regular file.
func (t *Tree) Read(environment string, foreign func(path string) bool) ([]Stored, error) {
	c, err := t.startComparing(environment)
	if err != nil {
		return nil, err
	}
	defer c.folders.close()
	if err := c.readLedger(); err != nil {
		return nil, err
	}
	paths := slices.Collect(maps.Keys(c.owned))
	if foreign != nil {
		if paths, err = c.search(".", foreign, paths); err != nil {
			return nil, err
		}
	}
	slices.Sort(paths)
	stored := make([]Stored, len(paths))
	for i, p := range paths {
		if stored[i], err = c.stored(p); err != nil {
			return nil, err
		}
	}
	return stored, nil
}

// search adds to paths the files that are picked and not listed.
func (c *comparing) search(dir string, pick func(path string) bool, paths []string) ([]string, error) {
	here, err := c.list(dir)
	if err != nil || here == nil || strings.Count(dir, "/") == maxDepth {
		return paths, err
	}
	for name, mode := range here.types {
		p := path.Join(dir, name)
		_, listed := c.owned[p]
		switch {
		case mode.IsRegular() && !listed && p != LedgerName && name != temporary && pick(p):
			paths = append(paths, p)
		case mode.IsDir() && !strings.HasPrefix(name, "."):
			if paths, err = c.search(p, pick, paths); err != nil {
				return nil, err
			}
			c.folders.drop(p) // a large foreign tree has more folders than a process may open
		}
	}
	return paths, nil
}

func (c *comparing) stored(p string) (Stored, error) {
	s := Stored{File: File{Path: p}, State: Missing}
	found, err := c.find(p, false)
	if err != nil || !found {
		return s, err
	}
	d, err := c.folders.get(path.Dir(p))
	if err == nil && d == nil {
		err = Refused{swapped(path.Join(c.path, p))}
	}
	if err == nil {
		err = d.read(path.Base(p), &c.buf)
	}
	if err != nil {
		return s, err
	}
	s.Data, s.State = bytes.Clone(c.buf.Bytes()), c.state(p)
	return s, nil
}

// state says whose the file in the buffer is.
func (c *comparing) state(p string) State {
	switch _, listed := c.owned[p]; {
	case !listed:
		return Foreign
	case c.owned.Owns(p, HashOf(c.buf.Bytes())):
		return Owned
	case c.owned.isConverted(p, c.buf.Bytes()):
		return Converted
	}
	return Edited
}
