// Package config holds the environment file: its types, defaults and rules, and what `extends` means.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// maxBytes bounds an environment file: a hundred times what a large one holds.
const maxBytes = 1 << 20

// extension is what an environment file's name ends in.
const extension = ".yaml"

// A Folder holds environment files. It is safe for concurrent use. Extended files are read and
// merged once and kept; all other files are read each time.
type Folder struct {
	root    *os.Root
	display string
	minors  []string
	parsed  sync.Map // path → func() (*parsedFile, error)
	merged  sync.Map // path → *mergedFile
}

// Open opens the folder dir, which messages call display. No path in an environment leads out of
// it, not even through a symbolic link. The minors are the versions of Kubernetes that
// cluster.version may name, such as "1.34".
func Open(dir, display string, minors []string) (*Folder, error) {
	// What is behind a link is not what a review of the link shows; it may be the checkout
	// itself, with what .git holds.
	if info, err := os.Lstat(filepath.Clean(dir)); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return nil, fmt.Errorf("open environments folder: %s is a symbolic link, which efgen does not follow", display)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		if e, ok := errors.AsType[*fs.PathError](err); ok {
			err = e.Err
		}
		return nil, fmt.Errorf("open environments folder: %s: %w", dir, err)
	}
	return &Folder{root: root, display: display, minors: minors}, nil
}

// Close closes the folder; it cannot be read afterwards.
func (f *Folder) Close() error {
	return f.root.Close()
}

// Names lists the environments in order: the stems of the *.yaml files whose name does not start
// with "_". Files that look like an environment and are none are problems.
func (f *Folder) Names() (names []string, problems []rule.Problem, err error) {
	entries, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return nil, nil, fmt.Errorf("list environments: %w", err)
	}
	found := yamltree.NewCollector(nil)
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		stem, isYAML := strings.CutSuffix(e.Name(), extension)
		if yml, ok := strings.CutSuffix(e.Name(), ".yml"); ok {
			found.Add(invalidFileName, f.filePosition(e.Name()), "", fmt.Sprintf("rename it to %q", yml+extension), "the name ends in .yml and is not read")
		}
		if !isYAML || strings.HasPrefix(stem, "_") {
			continue
		}
		if !dnsLabel.valid(stem) {
			found.Add(invalidFileName, f.filePosition(e.Name()), "", `rename it, or put "_" before a file that others extend`,
				"%q is no name for an environment: it is not %s", stem, dnsLabel.what)
			continue
		}
		if reserved := reservedOn(stem); reserved != "" {
			found.Add(invalidFileName, f.filePosition(e.Name()), "", "rename it", "%q is no name for an environment: %s", stem, reserved)
			continue
		}
		names = append(names, stem)
	}
	slices.Sort(names)
	return names, found.Problems(), nil
}

// filePosition is the position of problems with a whole file.
func (f *Folder) filePosition(name string) rule.Position {
	return rule.Position{File: path.Join(f.display, name), Line: 1, Column: 1}
}

// A parsedFile is one environment file. It never changes.
type parsedFile struct {
	// path is relative to the folder, display is what messages call it.
	path, display string
	// root is nil if the file could not be read.
	root     *yamltree.Node
	problems []rule.Problem
}

// format says what to write in environment files instead of YAML that is refused.
var format = yamltree.Format{
	MergeKeyHint:       "name files to start from in `extends`, and values for all applications in `defaults`",
	SecondDocumentHint: "write one environment per file",
}

// parse reads and parses one environment file.
func (f *Folder) parse(name string) (*parsedFile, error) {
	text, err := f.readFile(name, maxBytes)
	if err != nil {
		return nil, err
	}
	s := &parsedFile{path: name, display: path.Join(f.display, name)}
	s.root, s.problems = format.Parse(s.display, text)
	return s, nil
}

// parseExtended is parse for a file that several environments may extend: it is parsed once.
func (f *Folder) parseExtended(name string) (*parsedFile, error) {
	read, _ := f.parsed.LoadOrStore(name, sync.OnceValues(func() (*parsedFile, error) { return f.parse(name) }))
	return read.(func() (*parsedFile, error))()
}

// errTooLarge says that a file is over its bound.
var errTooLarge = errors.New("the file is too large")

// forReading opens a pipe without waiting for its writer, and saves package os the system calls that
// ask whether a file can be waited for. Windows ignores the bit.
const forReading = os.O_RDONLY | syscall.O_NONBLOCK

// readFile reads a regular file of at most limit bytes. Its errors can follow the name of the file.
func (f *Folder) readFile(name string, limit int64) ([]byte, error) {
	if leadsIntoGit(f.root, name) {
		return nil, errInGit
	}
	file, err := f.root.OpenFile(name, forReading, 0)
	if err != nil {
		return nil, readable(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, readable(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	text := bytes.NewBuffer(make([]byte, 0, min(info.Size(), limit)+bytes.MinRead))
	if _, err := text.ReadFrom(io.LimitReader(file, limit+1)); err != nil {
		return nil, readable(err)
	}
	if int64(text.Len()) > limit {
		return nil, fmt.Errorf("%w: more than %d KiB", errTooLarge, limit/1024)
	}
	return text.Bytes(), nil
}

// readable removes the system call and the path from an error.
func readable(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("no such file")
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		// os.Root has no error value for this one.
		if e.Err.Error() == "path escapes from parent" {
			return errors.New("leaves the environments folder")
		}
		return e.Err
	}
	return err
}

// resolve turns a path that a file in the folder base names into one relative to the root folder.
func resolve(base, name string) (string, error) {
	switch {
	case name == "":
		return "", errors.New("want a path")
	case strings.ContainsFunc(name, func(c rune) bool { return c == '\\' || c < ' ' || c == 0x7f }):
		return "", errors.New("want a path with slashes, without backslashes and control characters")
	case path.IsAbs(name):
		return "", errors.New("want a relative path")
	}
	resolved := path.Join(base, name)
	switch {
	case resolved == "." || !fs.ValidPath(resolved):
		return "", errors.New("leaves the environments folder")
	case slices.ContainsFunc(strings.Split(name+"/"+resolved, "/"), isGitName):
		return "", errInGit
	}
	return resolved, nil
}
