package git

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
	"unicode"
)

// A Repository is one that content cannot pretend to be. It holds a process until it is
// closed, and is safe for concurrent use.
type Repository struct {
	client Client
	// dir is where git starts to look; top is the folder of the checkout.
	dir, top string
	shallow  bool
	objects  *objects
}

// Open finds the repository that a folder is in. The error is ErrNotInstalled or
// ErrNoRepository if there is none, and a RefusedError if content could be behind it.
func (c Client) Open(ctx context.Context, dir string) (*Repository, error) {
	printed, _, err := c.answer(ctx, dir, "", "rev-parse", "--absolute-git-dir", "--show-toplevel", "--show-prefix", "--is-shallow-repository")
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.ReplaceAll(printed, "\r\n", "\n"), "\n")
	if len(lines) != 5 { // four lines and what is after the last one
		return nil, errors.New("git: the path of the repository holds a line end")
	}
	gitDir, top, prefix := filepath.FromSlash(lines[0]), filepath.FromSlash(lines[1]), filepath.FromSlash(lines[2])
	if !isGitDirOf(top, gitDir) || !sameFolder(dir, filepath.Join(top, prefix)) {
		return nil, &RefusedError{fmt.Sprintf("git takes %s for the repository of %s, but no .git there is or names it", gitDir, top),
			"remove core.worktree from its config, or what looks like a repository among the files, or start efgen elsewhere with -C"}
	}
	r := &Repository{client: c, dir: dir, top: top, shallow: lines[3] == "true"}
	if r.objects, err = c.open(ctx, dir); err != nil {
		return nil, err
	}
	return r, nil
}

// Close ends the process behind the repository.
func (r *Repository) Close() { r.objects.close() }

// isGitDirOf reports whether a git directory is the .git of a checkout, or is named by a
// file .git there, as those of submodules and linked worktrees are. Nothing of that name
// can be committed.
func isGitDirOf(top, gitDir string) bool {
	at := filepath.Join(top, ".git")
	info, err := os.Stat(at)
	switch {
	case err != nil:
		return false
	case info.IsDir():
		return sameFolder(at, gitDir)
	}
	named, found := linkIn(at)
	if found && !filepath.IsAbs(named) {
		named = filepath.Join(top, named)
	}
	return found && sameFolder(named, gitDir)
}

// linkIn reads a file that names a git directory.
func linkIn(file string) (named string, found bool) {
	const most = 64 << 10 // bytes; git takes a megabyte
	f, err := os.Open(file)
	if err != nil {
		return "", false
	}
	defer f.Close()
	text := make([]byte, most)
	n, _ := f.Read(text)
	named, found = strings.CutPrefix(string(text[:n]), "gitdir: ")
	return filepath.FromSlash(strings.TrimRight(named, "\r\n")), found
}

func sameFolder(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && first.IsDir() && os.SameFile(first, second)
}

// Place is where a folder is in the repository, as a path with slashes from its top. The
// folder need not exist. It is a RefusedError if the path leads out of the repository,
// into another one, or through a link: then it is not what a commit holds at that place.
func (r *Repository) Place(folder string) (string, error) {
	names, err := r.namesTo(folder)
	if err != nil {
		return "", err
	}
	at := r.top
	for _, name := range names {
		at = filepath.Join(at, name)
		info, err := os.Lstat(at)
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return "", &RefusedError{fmt.Sprintf("%s is a link: a commit does not hold what is behind it", at), "name the folder itself"}
		}
		if _, err := os.Lstat(filepath.Join(at, ".git")); !errors.Is(err, fs.ErrNotExist) && info.IsDir() {
			return "", &RefusedError{fmt.Sprintf("%s is a git repository of its own, inside that of %s", at, r.top), "start efgen there with -C, or remove its .git"}
		}
	}
	return path.Join(names...), nil
}

// namesTo are the names on the way from the top to a folder.
func (r *Repository) namesTo(folder string) (names []string, err error) {
	whole, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	for at := whole; ; at = filepath.Dir(at) {
		if sameFolder(at, r.top) {
			slices.Reverse(names)
			return names, nil
		}
		if at == filepath.Dir(at) {
			return nil, &RefusedError{fmt.Sprintf("%s is outside of the repository %s", whole, r.top), "start efgen in the repository of that folder with -C"}
		}
		names = append(names, filepath.Base(at))
	}
}

// isName keeps out what git would take for an option or for two lines.
func isName(ref string) bool {
	return !strings.HasPrefix(ref, "-") && !strings.ContainsFunc(ref, unicode.IsControl)
}
