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

// changedPaths are what differs between a commit and the files on disk.
type changedPaths struct {
	// inputs are paths in the environments folder. A link or a submodule that changed
	// counts for all below it.
	inputs map[string]bool
	// generated are the environments whose generated files changed. It is nil if there is
	// no output folder: then all have to be generated.
	generated map[string]bool
	// environments is the environments folder, without links in its path.
	environments string
}

// changedSince narrows names to the environments whose inputs or generated files are not
// what they were in a commit.
func (p Project) changedSince(ctx context.Context, ref string, folder *config.Folder, names []string) ([]string, error) {
	paths, err := p.changedPathsSince(ctx, ref)
	if err != nil {
		return nil, err
	}
	changed, err := each(ctx, p, names, func(name string) (bool, error) { return paths.affect(folder, name), nil })
	narrowed := []string{}
	for i, name := range names {
		if changed[i] {
			narrowed = append(narrowed, name)
		}
	}
	p.Watcher.Notice("%d of %s changed since %s", len(narrowed), rule.Counted(len(names), "environment"), ref)
	return narrowed, err
}

func (p Project) changedPathsSince(ctx context.Context, ref string) (found changedPaths, err error) {
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

// environmentOf is the environment that a path below the output folder belongs to.
func environmentOf(file string) string {
	environment, _, _ := strings.Cut(file, "/")
	return environment
}

// affect reports whether the changes touch an environment. When unsure, it says yes: an
// environment that cannot be read has problems to report, and git does not compare the file
// that a link leads to.
func (c changedPaths) affect(folder *config.Folder, name string) bool {
	if c.generated == nil || c.generated[name] {
		return true
	}
	if len(c.inputs) == 0 {
		return false
	}
	env, _ := folder.Read(name)
	return env == nil || slices.ContainsFunc(env.Inputs, func(input string) bool { return c.include(input) || c.isBehindLink(input) })
}

// include reports whether an input, or a folder above it, has changed.
func (c changedPaths) include(input string) bool {
	for ; input != "."; input = path.Dir(input) {
		if c.inputs[input] {
			return true
		}
	}
	return false
}

// isBehindLink reports whether the path of an input leads through a symbolic link.
func (c changedPaths) isBehindLink(input string) bool {
	at := filepath.Join(c.environments, filepath.FromSlash(input))
	real, err := filepath.EvalSymlinks(at)
	return err != nil || real != at
}
