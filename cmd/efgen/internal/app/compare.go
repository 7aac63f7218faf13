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
	// Rendered compares the environments that could be rendered, in order.
	Rendered []*tree.Comparison
	// Vanished compares those that have files and no environment file any more.
	Vanished []*tree.Comparison
	Problems []rule.Problem
	// Refusals names every file that must not be touched, in all environments.
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

// Apply is Compare; then, unless there is an error among the problems or a refusal, it
// writes what changed. An error that comes while it writes comes with what was compared.
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
	all, problems, err := r.over(ctx, selected, func(name string) (outcome, error) { return r.compare(r.renderAndCheck(name)) })
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

// Verified tells what of an environment on disk is not what would be generated.
type Verified struct {
	Name  string `json:"name"`
	Match bool   `json:"match"`
	// Digest is the SHA-256 of the ledger on disk, empty if there is none.
	Digest      string       `json:"digest"`
	Differences []Difference `json:"differences"`
}

// A Difference is a file, and what generating would do to it.
type Difference struct {
	Path   string          `json:"path"`
	Change tree.ChangeKind `json:"change"`
}

// Verify renders the selected environments and compares every byte with the output
// folder, the ledgers included. It leaves out those that cannot be rendered.
func (p Project) Verify(ctx context.Context, selected Selection) ([]Verified, []rule.Problem, error) {
	r, err := p.open(ctx, false)
	if err != nil {
		return nil, nil, err
	}
	defer r.close()
	rendered, problems, err := r.over(ctx, selected, func(name string) (outcome, error) { return r.compare(r.render(name)) })
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

// verify says what differs on disk. Refusals lie where generating would have to be told
// what to do, so they differ, too.
func (r *run) verify(comparison *tree.Comparison) (Verified, error) {
	found := Verified{Name: comparison.Environment, Match: true, Differences: []Difference{}}
	differ := func(path string, change tree.ChangeKind) {
		found.Match = false
		if !slices.ContainsFunc(found.Differences, func(d Difference) bool { return d.Path == path }) {
			found.Differences = append(found.Differences, Difference{path, change})
		}
	}
	for _, change := range comparison.Changes {
		if change.Kind != tree.Unchanged {
			differ(change.Path, change.Kind)
		}
	}
	folder := filepath.Join(r.Path(r.Out), comparison.Environment)
	for _, refusal := range comparison.Refusals {
		differ(strings.TrimPrefix(refusal.Path, filepath.ToSlash(folder)+"/"), tree.Modified)
	}
	digest, err := digestOf(filepath.Join(folder, tree.LedgerName))
	if found.Digest = digest; found.Match && comparison.Stale() {
		change := tree.Modified
		if digest == "" {
			change = tree.Added
		}
		differ(tree.LedgerName, change)
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
