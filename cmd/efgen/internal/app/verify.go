package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

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
	r, err := p.open()
	if err != nil {
		return nil, nil, err
	}
	defer r.close()
	rendered, problems, err := r.over(ctx, selected, func(name string) (outcome, error) { return r.compare(r.render(name)) })
	all := comparisons(rendered)
	if err == nil && selected.All {
		vanished, failed := r.compareVanished()
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
	seen := map[string]bool{}
	differ := func(path string, change tree.ChangeKind) {
		if found.Match = false; !seen[path] {
			seen[path] = true
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
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}
