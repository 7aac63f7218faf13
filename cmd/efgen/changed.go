package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/efgen/efgen/generate/config"
)

// changes are what differs between a commit and the files on disk.
type changes struct {
	// inputs are paths in the environments folder. A link or a submodule that
	// changed stands for all below it.
	inputs map[string]bool
	// generated are environments with changes in the output folder.
	generated map[string]bool
	// ungenerated says that there is no output folder: then nothing is current.
	ungenerated bool
	// environments is the environments folder, without links in its path.
	environments string
}

// changedSince leaves those of the names whose environment file, files behind it,
// or generated files are not what they were in a commit.
func (c *cli) changedSince(ref string, folder *config.Folder, names []string) ([]string, error) {
	found, err := c.changesSince(ref)
	if err != nil {
		return nil, err
	}
	changed := make([]bool, len(names))
	err = c.each(len(names), func(i int) error {
		changed[i] = found.affect(folder, names[i])
		return nil
	})
	left := []string{}
	for i, name := range names {
		if changed[i] {
			left = append(left, name)
		}
	}
	c.say("%d of %s changed since %s", len(left), counted(len(names), "environment"), ref)
	return left, err
}

func (c *cli) changesSince(ref string) (found changes, err error) {
	commit, err := c.commitID(ref)
	if err != nil {
		return found, err
	}
	if found.environments, err = filepath.EvalSymlinks(c.in(c.Environments)); err != nil {
		return found, err
	}
	inputs, err := c.changedBelow(c.Environments, commit)
	if err != nil {
		return found, err
	}
	found.inputs = map[string]bool{}
	for _, name := range inputs {
		found.inputs[name] = true
	}
	if _, err := os.Stat(c.in(c.Out)); errors.Is(err, fs.ErrNotExist) {
		found.ungenerated = true
		return found, nil
	}
	generated, err := c.changedBelow(c.Out, commit)
	found.generated = map[string]bool{}
	for _, name := range generated {
		environment, _, _ := strings.Cut(name, "/")
		found.generated[environment] = true
	}
	return found, err
}

// commitID is the ID of the commit that --changed-since names.
func (c *cli) commitID(ref string) (string, error) {
	if !mayBeCommit(ref) {
		return "", usage("--changed-since %q: not the name of a commit", ref)
	}
	g, err := startGit(c.ctx, c.in(c.Environments), c.streams.getenv)
	if errors.Is(err, exec.ErrNotFound) {
		return "", &failure{code: exitUsage, err: usage("--changed-since %q: no git on PATH to ask", ref), hint: "install git"}
	}
	if err != nil {
		return "", err
	}
	defer g.close()
	found, err := g.object(ref + "^{commit}")
	switch {
	case err != nil:
		return "", fmt.Errorf("--changed-since %q: %w", ref, err)
	case found == nil:
		return "", &failure{
			code: exitUsage, err: usage("--changed-since %q: there is no such commit, branch or tag", ref),
			hint: "a shallow clone lacks what is older: git fetch brings it",
		}
	}
	return found.id, nil
}

// changedBelow lists what differs below a folder, relative to it: from the commit,
// and what git does not know, ignored files included.
func (c *cli) changedBelow(folder, commit string) ([]string, error) {
	var changed []string
	for _, question := range [][]string{
		{"ls-files", "-z", "--others", "--", "."}, // first, as diff goes on outside of a repository
		{"diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", "--relative", commit, "--", "."},
	} {
		names, err := gitNames(c.ctx, c.in(folder), c.streams.getenv, question...)
		if err != nil {
			return nil, fmt.Errorf("--changed-since: %s: %w", folder, err)
		}
		for _, name := range names {
			changed = append(changed, path.Clean(name)) // a repository in the folder ends in a slash
		}
	}
	return changed, nil
}

// affect tells whether an environment is one to look at. If in doubt it is: one
// that cannot be read has problems to report, and what is behind a link is not
// what git compared under the link's name.
func (ch changes) affect(folder *config.Folder, name string) bool {
	if ch.ungenerated || ch.generated[name] {
		return true
	}
	if len(ch.inputs) == 0 {
		return false
	}
	env, _ := folder.Read(name)
	if env == nil {
		return true
	}
	for _, input := range env.Inputs {
		if ch.touch(input) || ch.linked(input) {
			return true
		}
	}
	return false
}

// touch tells whether an input, or a folder above it, has changed.
func (ch changes) touch(input string) bool {
	for ; input != "."; input = path.Dir(input) {
		if ch.inputs[input] {
			return true
		}
	}
	return false
}

// linked tells whether the path of an input leads through a symbolic link.
func (ch changes) linked(input string) bool {
	at := filepath.Join(ch.environments, filepath.FromSlash(input))
	real, err := filepath.EvalSymlinks(at)
	return err != nil || real != at
}
