package tree

import (
	"io/fs"
	"path"
)

// entries is what a folder holds.
type entries struct {
	types map[string]fs.FileMode
	twins map[string][]string
}

// find tells whether a regular file is at a path. It refuses anything else that
// is there, or on the way; and for a wanted file, names that differ in case only.
func (c *comparing) find(p string, wanted bool) (bool, error) {
	if wanted {
		if err := c.clashes(p); err != nil {
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

// clashes looks at a file's name and at those of the folders above it.
func (c *comparing) clashes(p string) error {
	for ; p != "."; p = path.Dir(p) {
		here, err := c.list(path.Dir(p))
		if err != nil {
			return err
		}
		if here == nil {
			continue
		}
		for _, there := range here.twins[fold(path.Base(p))] {
			if there != path.Base(p) && !c.goes(path.Join(path.Dir(p), there)) {
				return Refused{clash(path.Join(c.path, p), there)}
			}
		}
	}
	return nil
}

// goes tells whether a file is one to be removed, or refused for its own sake.
func (c *comparing) goes(p string) bool {
	_, wanted := c.wanted[p]
	_, listed := c.owned[p]
	return listed && !wanted
}

// list reads a folder once, nil if there is none.
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
	c.entries[dir] = &entries{types, twins(types)}
	return c.entries[dir], nil
}
