package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

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

// openBase opens the output folder if nothing is named, else a folder or a commit.
func (p Project) openBase(ctx context.Context, name string) (base, error) {
	dir := p.Path(cmp.Or(name, p.Out))
	switch info, err := os.Stat(dir); {
	case name == "":
		return tree.Open(dir)
	case err != nil || !info.IsDir():
		return p.openCommit(ctx, name)
	}
	if err := p.namesNoCommit(ctx, name); err != nil {
		return nil, err
	}
	if info, err := os.Lstat(filepath.Clean(dir)); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		// Only the project's own folders must be no links.
		if dir, err = filepath.EvalSymlinks(dir); err != nil {
			return nil, err
		}
	}
	return openFolder(dir, name)
}

// namesNoCommit returns an error if the name of a folder could also mean a commit: a branch
// could contain a folder origin/main, and would be compared with itself.
func (p Project) namesNoCommit(ctx context.Context, name string) error {
	if name == "" || !filepath.IsLocal(name) || strings.HasPrefix(name, "./") {
		return nil
	}
	repository, err := p.Git.Open(ctx, p.Directory)
	if err == nil {
		defer repository.Close()
		_, err = repository.Commit(ctx, name)
	}
	for _, no := range []error{git.ErrNotInstalled, git.ErrNoRepository, git.ErrNoCommit, git.ErrNoName} {
		if errors.Is(err, no) {
			return nil
		}
	}
	if err == nil {
		err = errors.New("a folder and a commit have this name")
	}
	return &Error{fmt.Errorf("--base %q: %w", name, err),
		fmt.Sprintf("write ./%s for the folder, or the whole name of the commit, as refs/heads/… or refs/remotes/…", name)}
}

// openCommit finds the output folder in a commit. Where it was not there yet, there are
// no environments.
func (p Project) openCommit(ctx context.Context, ref string) (base, error) {
	repository, id, err := p.commitOf(ctx, ref)
	if err != nil {
		return nil, baseError(ref, err)
	}
	folder, err := repository.Folder(id, p.Path(p.Out))
	if err != nil {
		repository.Close()
		return nil, baseError(ref, err)
	}
	if !folder.Exists() {
		p.Watcher.Notice("there is no %s in %s: everything is new", p.Out, ref)
	}
	return &committedFolder{repository, folder, ref + ":" + path.Clean(filepath.ToSlash(p.Out))}, nil
}

// baseError is gitError for a name that could have been that of a folder, too.
func baseError(name string, err error) error {
	about := func(reason, hint string) error { return &Error{fmt.Errorf("--base %q: %s", name, reason), hint} }
	switch {
	case errors.Is(err, git.ErrNoName):
		return about("neither a folder nor the name of a commit", "")
	case errors.Is(err, git.ErrNoRepository):
		return about("there is no such folder, and no git repository to look for a commit", "name a folder, by its path from where -C leads")
	case errors.Is(err, git.ErrNotInstalled):
		return about("there is no such folder, and no git on PATH to look for a commit", "install git, or name a folder")
	case errors.Is(err, git.ErrNoCommit):
		return about("there is no such folder, commit, branch or tag", hintShallow)
	}
	return gitError("--base", name, err)
}

// A committedFolder is the output folder as it was in a commit.
type committedFolder struct {
	repository *git.Repository
	folder     *git.Folder
	// name is what messages call the folder.
	name string
}

func (c *committedFolder) Close() error {
	c.repository.Close()
	return nil
}

// explain names the commit before the path that an error begins with.
func (c *committedFolder) explain(err error) error {
	hint := ""
	var refused *git.RefusedError
	if errors.As(err, &refused) {
		hint = refused.Hint
	}
	return &Error{fmt.Errorf("%s/%w", c.name, err), hint}
}

func (c *committedFolder) Environments() (names []string, err error) {
	for _, name := range c.folder.Folders() {
		ledger, err := c.folder.File(name, tree.LedgerName)
		if err != nil {
			return nil, c.explain(err)
		}
		if ledger != nil {
			names = append(names, name)
		}
	}
	return names, nil
}

// Read leaves out what the ledger lists and the commit does not have.
func (c *committedFolder) Read(environment string, foreign func(path string) bool) ([]tree.Stored, error) {
	ledger, err := c.ledger(environment)
	if err != nil {
		return nil, c.explain(err)
	}
	files, err := c.folder.Read(environment, func(file string) bool {
		_, listed := ledger[file]
		return file != tree.LedgerName && (listed || foreign(file))
	})
	if err != nil {
		return nil, c.explain(err)
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

func (c *committedFolder) ledger(environment string) (tree.Ledger, error) {
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

// before reads the files that the given ones would replace or remove. Where there is no
// ledger, isGenerated is false: somebody wrote the folder by hand, and all its files count.
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

// namespaceByHand is the namespace of objects that somebody wrote by hand without one: what
// kustomization.yaml says, or else the environment's own. It is empty if all objects name
// theirs.
func namespaceByHand(files []manifest.File, environment string) string {
	set, oneLacksIt := manifest.NewSet(files, manifest.Facts{}), false
	for _, file := range files {
		for _, o := range set.In(file.Path) {
			if namespace := o.Fields.Text("namespace"); o.IsForKustomize() && namespace != "" {
				return namespace
			}
			oneLacksIt = oneLacksIt || o.WrittenNamespace == "" && o.Scope == schemas.InNamespace
		}
	}
	if !oneLacksIt {
		return ""
	}
	return environment
}
