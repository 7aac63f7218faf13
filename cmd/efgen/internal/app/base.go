package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/efgen/efgen/cmd/efgen/internal/git"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/schemas"
)

// A base is what a review compares with: generated files as they are on disk, or as they
// were in a commit.
type base interface {
	io.Closer
	// Environments names the environments that have a ledger, sorted.
	Environments() ([]string, error)
	// Read returns the files that an environment's ledger lists, and of the others
	// those that the function picks, sorted by path.
	Read(environment string, foreign func(path string) bool) ([]tree.Stored, error)
}

// openBase opens the output folder if nothing is named, else a folder, else a commit: a
// branch with the name of a folder has to be called heads/….
func (p Project) openBase(ctx context.Context, name string) (base, error) {
	dir := p.Path(cmp.Or(name, p.Out))
	switch info, err := os.Stat(dir); {
	case name == "":
		return tree.Open(dir)
	case err == nil && info.IsDir():
		return openFolder(dir, name)
	}
	return p.openCommit(ctx, name)
}

// openCommit finds the output folder in a commit. Where it was not there yet, there are
// no environments.
func (p Project) openCommit(ctx context.Context, ref string) (base, error) {
	out, err := p.outFromHere()
	if err != nil {
		return nil, err
	}
	folder, err := p.Git.Folder(ctx, p.Directory, ref, out)
	hint := ""
	switch {
	case errors.Is(err, git.ErrNoName):
		err = errors.New("neither a folder nor the name of a commit")
	case errors.Is(err, git.ErrNotInstalled):
		err, hint = errors.New("there is no such folder, and no git on PATH to look for a commit"), "install git, or name a folder"
	case errors.Is(err, git.ErrNoCommit):
		err, hint = errors.New("there is no such folder, commit, branch or tag"), hintShallow
	}
	if err != nil {
		return nil, &Error{fmt.Errorf("--base %q: %w", ref, err), hint}
	}
	if !folder.Exists() {
		p.Watcher.Notice("there is no %s in %s: everything is new", p.Out, ref)
	}
	return &commit{folder, ref + ":" + path.Clean(filepath.ToSlash(p.Out))}, nil
}

// outFromHere is the output folder relative to the working folder.
func (p Project) outFromHere() (string, error) {
	if !filepath.IsAbs(p.Out) {
		return filepath.ToSlash(p.Out), nil
	}
	here, err := filepath.Abs(p.Directory)
	if err != nil {
		return "", err
	}
	out, err := filepath.Rel(here, p.Out)
	return filepath.ToSlash(out), err
}

// A commit is the output folder as it was in one.
type commit struct {
	folder *git.Folder
	// name is what messages call the folder.
	name string
}

func (c *commit) Close() error {
	c.folder.Close()
	return nil
}

func (c *commit) Environments() (names []string, err error) {
	for _, name := range c.folder.Folders() {
		ledger, err := c.folder.File(name, tree.LedgerName)
		if err != nil {
			return nil, fmt.Errorf("%s/%w", c.name, err)
		}
		if ledger != nil {
			names = append(names, name)
		}
	}
	return names, nil
}

// Read leaves out what the ledger lists and the commit does not have.
func (c *commit) Read(environment string, foreign func(path string) bool) ([]tree.Stored, error) {
	ledger, err := c.ledger(environment)
	if err != nil {
		return nil, fmt.Errorf("%s/%w", c.name, err)
	}
	files, err := c.folder.Read(environment, func(file string) bool {
		_, listed := ledger[file]
		return file != tree.LedgerName && (listed || foreign(file))
	})
	if err != nil {
		return nil, fmt.Errorf("%s/%w", c.name, err)
	}
	stored := make([]tree.Stored, len(files))
	for i, file := range files {
		stored[i] = tree.Stored{File: tree.File(file), State: stateIn(ledger, file)}
	}
	return stored, nil
}

func stateIn(ledger tree.Ledger, file git.File) tree.State {
	switch {
	case ledger.Owns(file.Path, tree.HashOf(file.Data)):
		return tree.Owned
	case len(ledger[file.Path]) > 0:
		return tree.Edited
	}
	return tree.Foreign
}

func (c *commit) ledger(environment string) (tree.Ledger, error) {
	text, err := c.folder.File(environment, tree.LedgerName)
	if err != nil || text == nil {
		return nil, err
	}
	ledger, err := tree.ParseLedger(text)
	if err != nil {
		err = fmt.Errorf("%s/%s: %w", environment, tree.LedgerName, err)
	}
	return ledger, err
}

// before reads the files that generating these would replace or remove. In a folder that
// has no ledger everything counts: somebody wrote it by hand, isGenerated is false.
func before(b base, environment string, files []tree.File) (old []manifest.File, isGenerated bool, err error) {
	stored, err := b.Read(environment, isChecked)
	if err != nil {
		return nil, false, err
	}
	isGenerated = slices.ContainsFunc(stored, func(s tree.Stored) bool { return s.State != tree.Foreign })
	for _, s := range stored {
		replaced := slices.ContainsFunc(files, func(f tree.File) bool { return f.Path == s.Path })
		if s.State == tree.Missing || s.State == tree.Foreign && isGenerated && !replaced {
			continue
		}
		old = append(old, manifest.File(s.File))
	}
	return old, isGenerated, nil
}

// namespaceByHand is where objects without a namespace are that somebody wrote by hand:
// where kustomization.yaml says, or else in the environment's own. It is empty if all
// objects name theirs.
func namespaceByHand(files []manifest.File, environment string) string {
	set, lacks := manifest.NewSet(files, manifest.Facts{}), false
	for _, file := range files {
		isKustomization := slices.Contains([]string{"kustomization.yaml", "kustomization.yml"}, path.Base(file.Path))
		for _, o := range set.In(file.Path) {
			if namespace := o.Fields.Text("namespace"); isKustomization && namespace != "" {
				return namespace
			}
			lacks = lacks || o.WrittenNamespace == "" && o.Scope == schemas.InNamespace
		}
	}
	if !lacks {
		return ""
	}
	return environment
}
