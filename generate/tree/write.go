package tree

import (
	"errors"
	"fmt"
	"os"
	"path"
)

// write writes all of a file or nothing: it writes a temporary file and renames it. It
// does not wait for the disk: fsync costs a round trip to the disk for each file, minutes
// for a thousand environments. A machine that loses power may therefore lose files, which
// `efgen generate --force` makes again; a killed process loses none.
func (d *folder) write(name string, data []byte) error {
	at := path.Join(d.path, name)
	if err := d.create(temporary, data); err != nil {
		return explain(at, err)
	}
	err := d.beforeWrite(at)
	if err == nil {
		err = d.root.Rename(temporary, name)
	}
	if err == nil {
		return nil
	}
	return errors.Join(explain(at, err), d.remove(temporary))
}

// create writes a file that does not exist yet. If it fails, it removes the file.
func (d *folder) create(name string, data []byte) error {
	at := path.Join(d.path, name)
	if err := d.beforeWrite(at); err != nil {
		return err
	}
	f, err := d.root.OpenFile(name, forCreating, 0o644)
	if err != nil {
		return err
	}
	err = d.beforeWrite(at)
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
	err := d.beforeWrite(at)
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

// getOrMake is get, but makes a folder that is missing.
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
	if err := parent.beforeWrite(at); err != nil {
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

// makeEnvironment makes an environment's folder and its ledger in one step.
func (t *Tree) makeEnvironment(environment string, ledger []byte) error {
	out := t.folder()
	name := fmt.Sprintf(newFolder, environment)
	err := out.makeWithLedger(name, ledger)
	if err == nil {
		err = t.beforeWrite(t.path(environment))
	}
	if err == nil {
		err = t.root.Rename(name, environment)
	}
	if err == nil {
		return nil
	}
	return errors.Join(explain(t.path(environment), err), t.removeUnnamed(name))
}

// makeWithLedger makes a folder with nothing but a ledger.
func (d *folder) makeWithLedger(name string, ledger []byte) error {
	if err := d.beforeWrite(path.Join(d.path, name)); err != nil {
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

// removeEnvironment removes an environment's folder and its ledger in one step.
func (t *Tree) removeEnvironment(environment string) error {
	name := fmt.Sprintf(newFolder, environment)
	err := t.beforeWrite(t.path(environment))
	if err == nil {
		err = t.root.Rename(environment, name)
	}
	if err != nil {
		return explain(t.path(environment), err)
	}
	return t.removeUnnamed(name)
}

// removeUnnamed removes the folder that makeEnvironment or removeEnvironment left under
// the temporary name.
func (t *Tree) removeUnnamed(name string) error {
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

func (t *Tree) folder() *folder { return &folder{t.root, t.dir, t.beforeWrite} }
