package tree

import (
	"bytes"
	"errors"
	"maps"
	"path"
	"slices"
)

// Compare compares an environment's folder with the files that it should hold, and
// changes nothing. Without files, all that its ledger lists is to be removed: the
// environment is gone. The Refusals list what must not be touched; an error comes from
// the disk.
func (t *Tree) Compare(environment string, files []File) (*Comparison, error) {
	c, err := t.startComparing(environment)
	if err != nil {
		return nil, err
	}
	defer c.folders.close()
	if err := c.run(files); err != nil {
		return nil, err
	}
	return c.Comparison, nil
}

// startComparing reads nothing yet.
func (t *Tree) startComparing(environment string) (*comparing, error) {
	if err := checkEnvironment(environment); err != nil {
		return nil, err
	}
	c := &comparing{
		Comparison: &Comparison{Environment: environment, forgotten: Ledger{}},
		tree:       t, path: t.path(environment), folders: folders{".": nil}, entries: map[string]*entries{},
		wanted: map[string]Hash{}, statefulSets: statefulSets{},
	}
	return c, nil
}

// comparing is a Comparison in the making.
type comparing struct {
	*Comparison
	tree         *Tree
	path         string // of the environment's folder
	folders      folders
	entries      map[string]*entries
	wanted       map[string]Hash
	owned        Ledger
	statefulSets statefulSets // that are on disk in files to be changed, by the file's path
	buf          bytes.Buffer
}

func (c *comparing) run(files []File) error {
	if err := c.readLedger(); err != nil {
		// Without a ledger to trust there is nothing to say about files.
		return c.keepRefusals(err)
	}
	c.noteWanted(files)
	paths := slices.AppendSeq(slices.Collect(maps.Keys(c.wanted)), maps.Keys(c.owned))
	slices.Sort(paths)
	paths = slices.Compact(paths)
	c.Changes = make([]Change, 0, len(paths))
	for _, p := range paths {
		if err := c.keepRefusals(c.compareFile(c.tree.shared(p))); err != nil {
			return err
		}
	}
	for p, object := range c.statefulSets.without(files) {
		c.Refusals = append(c.Refusals, vanishing(path.Join(c.path, p), object))
	}
	c.Refusals = Refused(c.Refusals).sorted()
	c.setStale()
	return nil
}

// keepRefusals adds the refusals of an error to the list, and returns any other error.
func (c *comparing) keepRefusals(err error) error {
	var refused Refused
	if errors.As(err, &refused) {
		c.Refusals = append(c.Refusals, refused...)
		return nil
	}
	return err
}

func (c *comparing) openRoot() error {
	if c.tree.root == nil {
		return nil
	}
	names, err := c.tree.names()
	if err != nil {
		return explain(c.tree.dir, err)
	}
	for _, there := range names[fold(c.Environment)] {
		if there != c.Environment {
			return Refused{differsInCase(c.path, there)}
		}
	}
	d, err := openFolder(c.tree.folder(), c.Environment)
	c.folders["."], c.exists = d, d != nil
	return err
}

func (c *comparing) readLedger() error {
	if err := c.openRoot(); err != nil {
		return err
	}
	at := path.Join(c.path, LedgerName)
	found, err := c.find(LedgerName, true)
	if err == nil && found {
		err = c.folders["."].read(LedgerName, &c.buf)
	}
	if err != nil {
		return err
	}
	if !found {
		c.owned = Ledger{}
		return nil
	}
	c.ledger = bytes.Clone(c.buf.Bytes())
	c.owned, err = ParseLedger(c.ledger)
	var bad *LedgerError
	if errors.As(err, &bad) {
		return Refused{badLedger(at, bad)}
	}
	return err
}

// noteWanted keeps the hashes of the wanted files, and refuses paths that no folder can hold.
func (c *comparing) noteWanted(files []File) {
	bad := checkFiles(files)
	for _, f := range files {
		if err := bad[f.Path]; err != nil {
			c.Refusals = append(c.Refusals, Refusal{Path: path.Join(c.path, f.Path), Reason: err.Error(), Hint: "choose another name"})
			continue
		}
		c.wanted[f.Path] = HashOf(f.Data)
	}
}

// compareFile compares one file that is wanted, or listed, or both.
func (c *comparing) compareFile(p string) error {
	hash, wanted := c.wanted[p]
	found, err := c.find(p, wanted)
	switch {
	case err != nil:
		return err
	case !found && wanted:
		c.Changes = append(c.Changes, Change{Path: p, Kind: Added, Hash: hash})
		return nil
	case !found:
		c.forgotten[p] = c.owned[p]
		return nil
	}
	if err := c.folders[path.Dir(p)].read(path.Base(p), &c.buf); err != nil {
		return err
	}
	return c.compareBytes(p, hash, wanted)
}

// compareBytes compares a file that is on disk; the buffer holds its bytes.
func (c *comparing) compareBytes(p string, hash Hash, wanted bool) error {
	old := HashOf(c.buf.Bytes())
	switch {
	case wanted && hash == old:
		c.Changes = append(c.Changes, Change{Path: p, Kind: Unchanged, Hash: hash})
		return nil
	case wanted:
		c.Changes = append(c.Changes, Change{Path: p, Kind: Modified, Hash: hash, old: &old})
	default:
		c.Changes = append(c.Changes, Change{Path: p, Kind: Removed, Hash: old, old: &old})
	}
	c.statefulSets.add(p, c.buf.Bytes())
	at := path.Join(c.path, p)
	if _, listed := c.owned[p]; !listed {
		return Refused{foreign(at)}
	}
	switch {
	case c.owned.Owns(p, old):
		return nil
	case c.owned.isConverted(p, c.buf.Bytes()):
		return Refused{checkedOut(at)}
	}
	return Refused{edited(at)}
}
