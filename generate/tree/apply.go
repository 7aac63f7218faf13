package tree

import (
	"bytes"
	"errors"
	"fmt"
	"path"
)

// Apply writes to an environment's folder what Compare was given; the files may have
// been rendered again. The error is Refused if a permission is missing, or if somebody
// else has written there since. Any other error comes from the disk, and the next run
// continues from there.
func (t *Tree) Apply(c *Comparison, files []File, o Options) error {
	if t.unlock == nil {
		return fmt.Errorf("%s: open for reading only", t.dir)
	}
	if refused := c.Refused(o); len(refused) > 0 {
		return refused
	}
	if err := c.checkSame(files); err != nil {
		return fmt.Errorf("%s: %w", t.path(c.Environment), err)
	}
	if !c.Stale() {
		return nil
	}
	a, err := t.startApplying(c)
	if err != nil {
		return err
	}
	defer a.folders.close()
	return a.run(files)
}

// checkSame returns an error if these are not the files that were compared.
func (c *Comparison) checkSame(files []File) error {
	left := c.wantedLedger()
	for _, f := range files {
		if !left.Owns(f.Path, HashOf(f.Data)) {
			return fmt.Errorf("%q was generated twice with different bytes, which is a bug of efgen", f.Path)
		}
		delete(left, f.Path)
	}
	for path := range left {
		return fmt.Errorf("%q was generated only once of two times, which is a bug of efgen", path)
	}
	return nil
}

// applying is a Comparison being carried out.
type applying struct {
	*Comparison
	tree    *Tree
	folders folders
	listed  []byte // the ledger as it is on disk now
}

// startApplying opens the environment's folder. If there is none, it makes one with the
// ledger of the files that will be written.
func (t *Tree) startApplying(c *Comparison) (*applying, error) {
	ledger := c.ledger
	if !c.exists {
		ledger = c.ledgerWhileWriting().Text()
		if err := t.makeEnvironment(c.Environment, ledger); err != nil {
			return nil, err
		}
	}
	root, err := reopen(t.folder(), c.Environment)
	if err != nil {
		return nil, err
	}
	return &applying{c, t, folders{".": root}, ledger}, nil
}

// run removes files before it writes others, so that a file can replace one whose name
// differs in case only. The ledger on disk lists every file before it is written, and
// until it is removed.
func (a *applying) run(files []File) error {
	if err := a.sameLedger(); err != nil {
		return err
	}
	for _, leftover := range a.leftovers {
		if err := a.remove(leftover); err != nil {
			return err
		}
	}
	if a.changed() {
		if err := a.writeLedger(a.ledgerWhileWriting()); err != nil {
			return err
		}
	}
	steps := []func() error{
		a.removeFiles,
		func() error { return a.writeFiles(files) },
		a.prune,
		a.finish,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// sameLedger refuses to work with a ledger that is no longer the one on disk.
func (a *applying) sameLedger() error {
	if a.listed == nil {
		return a.stillThere(Change{Path: LedgerName, Kind: Added})
	}
	hash := HashOf(a.listed)
	return a.stillThere(Change{Path: LedgerName, Kind: Modified, old: &hash})
}

func (a *applying) writeLedger(l Ledger) error {
	text := l.Text()
	if bytes.Equal(text, a.listed) {
		return nil
	}
	a.listed = text
	return a.folders["."].write(LedgerName, text)
}

func (a *applying) removeFiles() error {
	for _, change := range a.Changes {
		if change.Kind != Removed {
			continue
		}
		if err := a.stillThere(change); err != nil {
			return err
		}
		if err := a.remove(change.Path); err != nil {
			return err
		}
	}
	return nil
}

func (a *applying) remove(p string) error {
	d, err := a.folders.get(path.Dir(p))
	if err != nil || d == nil {
		return err
	}
	return d.removeIfThere(path.Base(p))
}

func (a *applying) writeFiles(files []File) error {
	changes := map[string]Change{}
	for _, change := range a.Changes {
		if change.Kind == Added || change.Kind == Modified {
			changes[change.Path] = change
		}
	}
	for _, f := range files {
		change, found := changes[f.Path]
		if !found {
			continue
		}
		d, err := a.folders.getOrMake(path.Dir(f.Path))
		if err == nil {
			err = a.stillThere(change)
		}
		if err == nil {
			err = d.write(path.Base(f.Path), f.Data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stillThere refuses to touch a file that has changed since it was compared.
func (a *applying) stillThere(change Change) error {
	at := a.tree.path(a.Environment, change.Path)
	d, err := a.folders.get(path.Dir(change.Path))
	if err != nil {
		return err
	}
	if d == nil {
		return Refused{swapped(at)}
	}
	hash, found, err := d.hash(path.Base(change.Path))
	if err != nil {
		return err
	}
	if found != (change.Kind != Added) || found && hash != *change.old {
		return Refused{swapped(at)}
	}
	return nil
}

// prune removes the folders that lost their last file.
func (a *applying) prune() error {
	var errs []error
	for _, change := range a.Changes {
		if change.Kind == Removed {
			errs = append(errs, a.folders.prune(path.Dir(change.Path)))
		}
	}
	for p := range a.forgotten {
		errs = append(errs, a.folders.prune(path.Dir(p)))
	}
	return errors.Join(errs...)
}

// finish writes the ledger of the files that are there now. If there are none, it
// removes the folder.
func (a *applying) finish() error {
	if wanted := a.wantedLedger(); len(wanted) > 0 {
		return a.writeLedger(wanted)
	}
	root := a.folders["."]
	entries, err := list(root.root)
	if err != nil {
		return explain(root.path, err)
	}
	if _, listed := entries[LedgerName]; len(entries) > 1 || !listed {
		return root.removeIfThere(LedgerName)
	}
	a.folders.close()
	return a.tree.removeEnvironment(a.Environment)
}
