package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

// Generated is how the output folder compares to what was rendered.
type Generated struct {
	// Rendered is of the environments that could be rendered, in order.
	Rendered []*tree.Comparison
	// Vanished is of those that have files and no environment file any more.
	Vanished []*tree.Comparison
	Problems []rule.Problem
	// Refusals are the files that must not be touched, of all environments.
	Refusals tree.Refused
}

// All are the comparisons of all environments.
func (g Generated) All() []*tree.Comparison { return slices.Concat(g.Rendered, g.Vanished) }

// Compare renders and checks the selected environments and compares them with the output
// folder. It writes nothing.
func (p Project) Compare(ctx context.Context, selected Selection, allowed tree.Options) (Generated, error) {
	r, err := p.open(ctx, false)
	if err != nil {
		return Generated{}, err
	}
	defer r.close()
	return r.compareAll(ctx, selected, allowed)
}

// Apply compares like Compare. Then it writes what changed, unless one of the problems is
// an error or a file is refused. If writing fails, it returns the comparison and the error.
func (p Project) Apply(ctx context.Context, selected Selection, allowed tree.Options) (Generated, error) {
	r, err := p.open(ctx, true)
	if err != nil {
		return Generated{}, err
	}
	defer r.close()
	found, err := r.compareAll(ctx, selected, allowed)
	if err != nil || rule.Failed(found.Problems) || len(found.Refusals) > 0 {
		return found, err
	}
	return found, r.apply(ctx, found, allowed)
}

func (r *run) compareAll(ctx context.Context, selected Selection, allowed tree.Options) (found Generated, err error) {
	all, problems, err := r.eachSelected(ctx, selected, func(name string) (outcome, error) { return r.compare(r.renderAndCheck(name)) })
	if err != nil {
		return found, err
	}
	found.Rendered = all.comparisons()
	found.Problems = r.ordered(append(problems, r.clashes(all)...))
	if selected.All {
		if found.Vanished, err = r.compareVanished(ctx); err != nil {
			return Generated{}, err
		}
	}
	for _, one := range found.All() {
		found.Refusals = append(found.Refusals, one.Refused(allowed)...)
	}
	return found, r.notNothing(selected, len(all)+len(found.Vanished)+len(problems))
}

// apply is the second pass: it renders again what has changed, and writes it. The tree
// compares the hashes with those of the first pass.
func (r *run) apply(ctx context.Context, found Generated, allowed tree.Options) error {
	changed := slices.DeleteFunc(found.All(), func(one *tree.Comparison) bool { return !one.Stale() })
	_, err := each(ctx, r.Project, changed, func(one *tree.Comparison) (_ struct{}, err error) {
		var files []tree.File
		if !slices.Contains(found.Vanished, one) {
			files = r.render(one.Environment).Files
		}
		return struct{}{}, r.tree.Apply(one, files, allowed)
	})
	return err
}

// Verified says how the files of an environment differ from what would be generated.
type Verified struct {
	Name  string `json:"name"`
	Match bool   `json:"match"`
	// Digest is the SHA-256 of the ledger on disk, empty if there is none.
	Digest  string   `json:"digest"`
	Changes []Change `json:"differences"`
}

// A Change is a file, and what generating would do to it.
type Change struct {
	Path string          `json:"path"`
	Kind tree.ChangeKind `json:"change"`
}

// Verify renders the selected environments and compares every byte with the output
// folder, the ledgers included. It leaves out those that cannot be rendered.
func (p Project) Verify(ctx context.Context, selected Selection) ([]Verified, []rule.Problem, error) {
	r, err := p.open(ctx, false)
	if err != nil {
		return nil, nil, err
	}
	defer r.close()
	rendered, problems, err := r.eachSelected(ctx, selected, func(name string) (outcome, error) { return r.compare(r.render(name)) })
	all := rendered.comparisons()
	if err == nil && selected.All {
		vanished, failed := r.compareVanished(ctx)
		all, err = append(all, vanished...), failed
	}
	if err != nil {
		return nil, nil, err
	}
	verified, err := each(ctx, p, all, r.verify)
	if err == nil {
		err = r.notNothing(selected, len(all)+len(problems))
	}
	return verified, p.ordered(problems), err
}

// verify lists what generating would change. A file that it would refuse to touch counts
// as modified.
func (r *run) verify(comparison *tree.Comparison) (Verified, error) {
	found := Verified{Name: comparison.Environment, Match: true, Changes: []Change{}}
	add := func(path string, kind tree.ChangeKind) {
		found.Match = false
		if !slices.ContainsFunc(found.Changes, func(c Change) bool { return c.Path == path }) {
			found.Changes = append(found.Changes, Change{path, kind})
		}
	}
	for _, change := range comparison.Changes {
		if change.Kind != tree.Unchanged {
			add(change.Path, change.Kind)
		}
	}
	folder := filepath.Join(r.Path(r.Out), comparison.Environment)
	for _, refusal := range comparison.Refusals {
		add(strings.TrimPrefix(refusal.Path, filepath.ToSlash(folder)+"/"), tree.Modified)
	}
	digest, err := digestOf(filepath.Join(folder, tree.LedgerName))
	if found.Digest = digest; found.Match && comparison.Stale() {
		kind := tree.Modified
		if digest == "" {
			kind = tree.Added
		}
		add(tree.LedgerName, kind)
	}
	return found, err
}

// digestOf is the SHA-256 of a file's bytes, empty if there is no such file.
func digestOf(name string) (string, error) {
	// A pipe would block.
	info, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return "", nil
	}
	data, err := readFile(name)
	if err != nil {
		return "", err
	}
	return tree.HashOf(data).String(), nil
}
