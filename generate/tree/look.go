package tree

import (
	"io/fs"
	"path"
)

// entries is what a folder holds.
type entries struct {
	types        map[string]fs.FileMode
	byFoldedName map[string][]string
}

// find reports whether there is a regular file at a path. It refuses anything else at
// that path or above it, and for a wanted file also names that differ in case only.
func (c *comparing) find(p string, wanted bool) (bool, error) {
	if wanted {
		if err := c.checkCase(p); err != nil {
			return false, err
		}
	}
	here, err := c.list(path.Dir(p))
	if err != nil || here == nil {
		return false, err
	}
	mode, found := here.types[path.Base(p)]
	if found && !mode.IsRegular() {
		return false, Refused{inTheWay(path.Join(c.path, p), mode)}
	}
	return found, nil
}

// checkCase refuses names that differ in case only from a wanted file's or from those of
// the folders above it.
func (c *comparing) checkCase(p string) error {
	for ; p != "."; p = path.Dir(p) {
		here, err := c.list(path.Dir(p))
		if err != nil {
			return err
		}
		if here == nil {
			continue
		}
		for _, there := range here.byFoldedName[fold(path.Base(p))] {
			if there != path.Base(p) && !c.willBeRemoved(path.Join(path.Dir(p), there)) {
				return Refused{differsInCase(path.Join(c.path, p), there)}
			}
		}
	}
	return nil
}

// willBeRemoved reports whether this run removes a file. If it may not, the file has a
// refusal of its own.
func (c *comparing) willBeRemoved(p string) bool {
	_, wanted := c.wanted[p]
	_, listed := c.owned[p]
	return listed && !wanted
}

// list reads a folder, each one only once. It returns nil if there is no such folder.
func (c *comparing) list(dir string) (*entries, error) {
	if e, found := c.entries[dir]; found {
		return e, nil
	}
	d, err := c.folders.get(dir)
	if err != nil || d == nil {
		return nil, err
	}
	types, err := list(d.root)
	if err != nil {
		return nil, explain(d.path, err)
	}
	if mode, found := types[temporary]; found {
		if !mode.IsRegular() {
			return nil, Refused{inTheWay(path.Join(d.path, temporary), mode)}
		}
		c.leftovers = append(c.leftovers, path.Join(dir, temporary))
	}
	c.entries[dir] = &entries{types, byFoldedName(types)}
	return c.entries[dir], nil
}
