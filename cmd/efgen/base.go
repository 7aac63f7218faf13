package main

import (
	"cmp"
	"io"
	"os"
	"slices"

	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/manifest"
)

// base is what a diff compares with: generated files as they are on disk, or as
// they were in a commit.
type base interface {
	io.Closer
	// Environments names the environments that have a ledger, sorted.
	Environments() ([]string, error)
	// Read returns the files that an environment's ledger lists, and of the
	// others those that the function picks, sorted by path.
	Read(environment string, foreign func(path string) bool) ([]tree.Stored, error)
}

// openBase opens the output folder if nothing is named, else a folder, else a
// commit: a branch with the name of a folder has to be called heads/….
func (c *cli) openBase(name string) (base, error) {
	dir := c.in(cmp.Or(name, c.Out))
	if info, err := os.Stat(dir); name == "" || err == nil && info.IsDir() {
		return tree.Open(dir)
	}
	return c.openCommit(name)
}

// before reads the files that generating these would replace or remove. In a
// folder that has no ledger everything counts: somebody wrote it by hand.
func before(b base, environment string, files []tree.File) ([]manifest.File, error) {
	stored, err := b.Read(environment, isChecked)
	if err != nil {
		return nil, err
	}
	generated := slices.ContainsFunc(stored, func(s tree.Stored) bool { return s.State != tree.Foreign })
	var old []manifest.File
	for _, s := range stored {
		replaced := slices.ContainsFunc(files, func(f tree.File) bool { return f.Path == s.Path })
		if s.State == tree.Missing || s.State == tree.Foreign && generated && !replaced {
			continue
		}
		old = append(old, manifest.File(s.File))
	}
	return old, nil
}
