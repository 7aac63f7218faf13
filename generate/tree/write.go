package tree

import (
	"errors"
	"fmt"
	"os"
	"path"
)

// write gives a file its bytes, all or none of them: it writes beside and
// renames. It does not wait for the disk (fsync costs a disk's round trip per
// file, minutes for a thousand environments): a machine that loses power may
// lose files that `efgen generate --force` makes again, a killed process none.
func (d *folder) write(name string, data []byte) error {
	at := path.Join(d.path, name)
	if err := d.create(temporary, data); err != nil {
		return explain(at, err)
	}
	err := d.before(at)
	if err == nil {
		err = d.root.Rename(temporary, name)
	}
	if err == nil {
		return nil
	}
	return errors.Join(explain(at, err), d.remove(temporary))
}

// create writes a file that is not there yet, and leaves none if it fails.
func (d *folder) create(name string, data []byte) error {
	at := path.Join(d.path, name)
	if err := d.before(at); err != nil {
		return err
	}
	f, err := d.root.OpenFile(name, forCreating, 0o644)
	if err != nil {
		return err
	}
	err = d.before(at)
	if err == nil {
		_, err = f.Write(data)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		return nil
	}
	return errors.Join(err, d.remove(name))
}

func (d *folder) remove(name string) error {
	at := path.Join(d.path, name)
	err := d.before(at)
	if err == nil {
		err = d.root.Remove(name)
	}
	return explain(at, err)
}

func (d *folder) removeIfThere(name string) error {
	err := d.remove(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// getOrMake is get that makes what is missing.
func (f folders) getOrMake(dir string) (*folder, error) {
	d, err := f.get(dir)
	if err != nil || d != nil {
		return d, err
	}
	parent, err := f.getOrMake(path.Dir(dir))
	if err != nil {
		return nil, err
	}
	at := path.Join(parent.path, path.Base(dir))
	if err := parent.before(at); err != nil {
		return nil, explain(at, err)
	}
	if err := parent.root.Mkdir(path.Base(dir), 0o755); err != nil {
		return nil, explain(at, err)
	}
	f[dir], err = reopen(parent, path.Base(dir))
	return f[dir], err
}

// prune removes folders from dir upwards as long as they are empty.
func (f folders) prune(dir string) error {
	for ; dir != "."; dir = path.Dir(dir) {
		d, err := f.get(dir)
		if err != nil {
			return err
		}
		if d != nil {
			if entries, err := list(d.root); err != nil || len(entries) > 0 {
				return explain(d.path, err)
			}
			f.drop(dir)
			parent, err := f.get(path.Dir(dir))
			if err != nil {
				return err
			}
			if err := parent.remove(path.Base(dir)); err != nil {
				return err
			}
		}
	}
	return nil
}

// found makes an environment's folder with a ledger in it, both at once.
func (t *Tree) found(environment string, ledger []byte) error {
	out := t.folder()
	name := fmt.Sprintf(newFolder, environment)
	err := out.fill(name, ledger)
	if err == nil {
		err = t.before(t.path(environment))
	}
	if err == nil {
		err = t.root.Rename(name, environment)
	}
	if err == nil {
		return nil
	}
	return errors.Join(explain(t.path(environment), err), t.discard(name))
}

// fill makes a folder that holds nothing but a ledger.
func (d *folder) fill(name string, ledger []byte) error {
	if err := d.before(path.Join(d.path, name)); err != nil {
		return err
	}
	if err := d.root.Mkdir(name, 0o755); err != nil {
		return err
	}
	made, err := reopen(d, name)
	if err != nil {
		return err
	}
	defer made.root.Close()
	return made.create(LedgerName, ledger)
}

// abandon is found the other way round: it removes a folder and its ledger.
func (t *Tree) abandon(environment string) error {
	name := fmt.Sprintf(newFolder, environment)
	err := t.before(t.path(environment))
	if err == nil {
		err = t.root.Rename(environment, name)
	}
	if err != nil {
		return explain(t.path(environment), err)
	}
	return t.discard(name)
}

// discard removes what found and abandon leave under the temporary name.
func (t *Tree) discard(name string) error {
	out := t.folder()
	d, err := openFolder(out, name)
	if err != nil || d == nil {
		return err
	}
	if err := errors.Join(d.removeIfThere(LedgerName), d.root.Close()); err != nil {
		return err
	}
	return out.remove(name)
}

func (t *Tree) folder() *folder { return &folder{t.root, t.dir, t.before} }
