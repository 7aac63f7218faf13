package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

// changes are what differs between a commit and the files on disk.
type changes struct {
	// inputs are paths in the environments folder. A link or a submodule that changed
	// counts for all below it.
	inputs map[string]bool
	// generated are environments with changes in the output folder; nil if there is no
	// such folder: then nothing is current.
	generated map[string]bool
	// environments is the environments folder, without links in its path.
	environments string
}

// changedSince keeps the names whose environment file, files behind it, or generated
// files are not what they were in a commit.
func (p Project) changedSince(ctx context.Context, ref string, folder *config.Folder, names []string) ([]string, error) {
	found, err := p.changesSince(ctx, ref)
	if err != nil {
		return nil, err
	}
	changed, err := each(ctx, p, names, func(name string) (bool, error) { return found.affect(folder, name), nil })
	left := []string{}
	for i, name := range names {
		if changed[i] {
			left = append(left, name)
		}
	}
	p.Watcher.Notice("%d of %s changed since %s", len(left), rule.Counted(len(names), "environment"), ref)
	return left, err
}

func (p Project) changesSince(ctx context.Context, ref string) (found changes, err error) {
	repository, commit, err := p.commitOf(ctx, ref)
	if err != nil {
		return found, gitError("--changed-since", ref, err)
	}
	defer repository.Close()
	below := func(folder string, shorten func(string) string) (map[string]bool, error) {
		names, err := repository.Changed(commit, p.Path(folder))
		if err != nil {
			return nil, gitError("--changed-since", ref, fmt.Errorf("%s: %w", folder, err))
		}
		changed := map[string]bool{}
		for _, name := range names {
			changed[shorten(name)] = true
		}
		return changed, nil
	}
	if found.environments, err = filepath.EvalSymlinks(p.Path(p.Environments)); err != nil {
		return found, err
	}
	if found.inputs, err = below(p.Environments, path.Clean); err != nil {
		return found, err
	}
	if _, err := os.Stat(p.Path(p.Out)); errors.Is(err, fs.ErrNotExist) {
		return found, nil
	}
	found.generated, err = below(p.Out, environmentOf)
	return found, err
}

// environmentOf is whose a path below the output folder is.
func environmentOf(file string) string {
	environment, _, _ := strings.Cut(file, "/")
	return environment
}

// affect reports whether the changes touch an environment; when unsure, it says yes: one
// that cannot be read has problems to report, and what is behind a link is not what git
// compared under the link's name.
func (c changes) affect(folder *config.Folder, name string) bool {
	if c.generated == nil || c.generated[name] {
		return true
	}
	if len(c.inputs) == 0 {
		return false
	}
	env, _ := folder.Read(name)
	return env == nil || slices.ContainsFunc(env.Inputs, func(input string) bool { return c.touch(input) || c.linked(input) })
}

// touch tells whether an input, or a folder above it, has changed.
func (c changes) touch(input string) bool {
	for ; input != "."; input = path.Dir(input) {
		if c.inputs[input] {
			return true
		}
	}
	return false
}

// linked tells whether the path of an input leads through a symbolic link.
func (c changes) linked(input string) bool {
	at := filepath.Join(c.environments, filepath.FromSlash(input))
	real, err := filepath.EvalSymlinks(at)
	return err != nil || real != at
}
