package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/efgen/efgen/generate/tree"
)

const (
	// maxCommitFiles bounds the files of one environment in a commit.
	maxCommitFiles = 10_000
	// maxCommitBytes bounds the bytes of one environment in a commit.
	maxCommitBytes = 64 << 20
	// maxCommitDepth bounds how deep its folders are searched.
	maxCommitDepth = 16
)

// commit is the output folder as it was in a commit.
type commit struct {
	git *git
	// name is what messages call the folder.
	name string
	// environments are the folders in it: name → ID of the tree.
	environments map[string]string
}

// openCommit finds the output folder in a commit. Where it was not there yet,
// there are no environments.
func (c *cli) openCommit(ref string) (*commit, error) {
	if !mayBeCommit(ref) {
		return nil, usage("--base %q: neither a folder nor the name of a commit", ref)
	}
	out, err := c.outFromHere()
	if err != nil {
		return nil, err
	}
	g, err := startGit(c.ctx, c.Directory, c.streams.getenv)
	if errors.Is(err, exec.ErrNotFound) {
		return nil, &failure{code: exitUsage, err: usage("--base %q: there is no such folder, and no git on PATH to look for a commit", ref), hint: "install git, or name a folder"}
	}
	if err != nil {
		return nil, err
	}
	b := &commit{git: g, name: ref + ":" + path.Clean(filepath.ToSlash(c.Out))}
	if err := b.open(ref, out); err != nil {
		g.close()
		return nil, err
	}
	if b.environments == nil {
		c.say("there is no %s in %s: everything is new", c.Out, ref)
	}
	return b, nil
}

// mayBeCommit keeps out what git would take for an option or for two lines.
func mayBeCommit(ref string) bool {
	return !strings.HasPrefix(ref, "-") && !strings.ContainsFunc(ref, unicode.IsControl)
}

// outFromHere is the output folder relative to the working folder.
func (c *cli) outFromHere() (string, error) {
	if !filepath.IsAbs(c.Out) {
		return filepath.ToSlash(c.Out), nil
	}
	here, err := filepath.Abs(c.Directory)
	if err != nil {
		return "", err
	}
	out, err := filepath.Rel(here, c.Out)
	return filepath.ToSlash(out), err
}

func (b *commit) open(ref, out string) error {
	found, err := b.git.object(ref + "^{commit}")
	if err != nil {
		return fmt.Errorf("--base %q: %w", ref, err)
	}
	if found == nil {
		return &failure{
			code: exitUsage, err: usage("--base %q: there is no such folder, commit, branch or tag", ref),
			hint: "a shallow clone lacks what is older: git fetch brings it",
		}
	}
	// In git's words a path that starts with a dot is seen from the working folder.
	folder, err := b.git.object(found.id + ":./" + out)
	if err != nil {
		return fmt.Errorf("--base %q: %w", ref, err)
	}
	if folder == nil {
		return nil
	}
	b.environments = map[string]string{}
	for _, entry := range entriesOf(folder) {
		if entry.isFolder() {
			b.environments[entry.name] = entry.id
		}
	}
	return nil
}

func (b *commit) Close() error {
	b.git.close()
	return nil
}

func (b *commit) Environments() ([]string, error) {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(b.environments)) {
		folder, err := b.get(name, b.environments[name])
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(entriesOf(folder), func(e gitEntry) bool { return e.name == tree.LedgerName && e.isFile() }) {
			names = append(names, name)
		}
	}
	return names, nil
}

// Read leaves out what the ledger lists and the commit does not have.
func (b *commit) Read(environment string, foreign func(path string) bool) ([]tree.Stored, error) {
	id, found := b.environments[environment]
	if !found {
		return nil, nil
	}
	files := map[string]string{}
	if err := b.list(environment, id, files); err != nil {
		return nil, err
	}
	ledger, err := b.ledger(environment, files)
	if err != nil {
		return nil, err
	}
	var stored []tree.Stored
	size := 0
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if _, listed := ledger[file]; !listed && !foreign(file) {
			continue
		}
		blob, err := b.get(path.Join(environment, file), files[file])
		if err != nil {
			return nil, err
		}
		if size += len(blob.data); size > maxCommitBytes {
			return nil, fmt.Errorf("%s/%s: more than %d bytes in all", b.name, environment, maxCommitBytes)
		}
		stored = append(stored, tree.Stored{File: tree.File{Path: file, Data: blob.data}, State: stateIn(ledger, file, blob.data)})
	}
	return stored, nil
}

func stateIn(ledger tree.Ledger, file string, data []byte) tree.State {
	switch {
	case ledger.Owns(file, tree.HashOf(data)):
		return tree.Owned
	case len(ledger[file]) > 0:
		return tree.Edited
	}
	return tree.Foreign
}

// ledger takes the ledger out of the files.
func (b *commit) ledger(environment string, files map[string]string) (tree.Ledger, error) {
	id, found := files[tree.LedgerName]
	if !found {
		return nil, nil
	}
	delete(files, tree.LedgerName)
	at := path.Join(environment, tree.LedgerName)
	blob, err := b.get(at, id)
	if err != nil {
		return nil, err
	}
	ledger, err := tree.ParseLedger(blob.data)
	if err != nil {
		return nil, fmt.Errorf("%s/%s: %w", b.name, at, err)
	}
	return ledger, nil
}

// list finds the files below a folder: path in the environment → ID. Links and
// submodules are no files of efgen's, nor what is in hidden folders.
func (b *commit) list(environment, id string, files map[string]string) error {
	type folder struct{ path, id string }
	for folders := []folder{{"", id}}; len(folders) > 0; folders = folders[1:] {
		at := folders[0]
		object, err := b.get(path.Join(environment, at.path), at.id)
		if err != nil {
			return err
		}
		for _, entry := range entriesOf(object) {
			below := path.Join(at.path, entry.name)
			switch {
			case entry.isFile():
				files[below] = entry.id
			case entry.isFolder() && !strings.HasPrefix(entry.name, ".") && strings.Count(below, "/") < maxCommitDepth:
				folders = append(folders, folder{below, entry.id})
			}
			// One tree may stand at many paths: what little bytes list may be endless.
			if len(files)+len(folders) > maxCommitFiles {
				return fmt.Errorf("%s/%s: more than %d files", b.name, environment, maxCommitFiles)
			}
		}
	}
	return nil
}

// get returns an object that has to be there.
func (b *commit) get(at, id string) (*gitObject, error) {
	object, err := b.git.object(id)
	if err == nil && object == nil {
		err = errors.New("its content is not in this clone")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path.Join(b.name, at), err)
	}
	return object, nil
}

// gitEntry is a line of a tree.
type gitEntry struct{ mode, name, id string }

func (e gitEntry) isFolder() bool { return e.mode == "40000" }
func (e gitEntry) isFile() bool   { return e.mode == "100644" || e.mode == "100755" }

// entriesOf reads a tree: mode, space, name, NUL and the bytes of the ID, which
// are as many as those of the tree's own.
func entriesOf(o *gitObject) (entries []gitEntry) {
	for rest := o.data; ; {
		mode, rest1, _ := bytes.Cut(rest, []byte(" "))
		name, rest2, found := bytes.Cut(rest1, []byte{0})
		if !found || len(rest2) < len(o.id)/2 {
			return entries
		}
		entries = append(entries, gitEntry{string(mode), string(name), hex.EncodeToString(rest2[:len(o.id)/2])})
		rest = rest2[len(o.id)/2:]
	}
}
