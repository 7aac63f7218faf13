package fakegithub

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1" // git names objects by it
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// zero is the hash that means no object.
const zero = "0000000000000000000000000000000000000000"

// store holds objects and references as git does, but in memory, where they are fast.
// It writes them to a bare repository when git is asked, or is to serve them to others.
type store struct {
	t       testing.TB
	objects map[string]gitObject
	refs    map[string]string // the commits that references name

	dir     string // the repository, "" until git needs one
	unsaved []string
	shared  bool // git holds the references, so that others may move them
}

type gitObject struct {
	kind    string
	content []byte
}

func newStore(t testing.TB) *store {
	return &store{t: t, objects: map[string]gitObject{}, refs: map[string]string{}}
}

// write stores an object and returns its hash.
func (s *store) write(kind string, content []byte) string {
	sha := fmt.Sprintf("%x", sha1.Sum(encoded(kind, content)))
	if _, known := s.objects[sha]; !known {
		s.objects[sha] = gitObject{kind, content}
		s.unsaved = append(s.unsaved, sha)
	}
	return sha
}

// encoded is an object as git hashes and compresses it.
func encoded(kind string, content []byte) []byte {
	return fmt.Appendf(nil, "%s %d\x00%s", kind, len(content), content)
}

// object reads an object by its hash or by a reference; sha is "" if there is none.
func (s *store) object(name string) (sha, kind string, content []byte) {
	if strings.HasPrefix(name, "refs/") {
		name = s.references()[name]
	}
	found, known := s.objects[name]
	if !known && s.shared {
		s.load()
		found, known = s.objects[name]
	}
	if !known {
		return "", "", nil
	}
	return name, found.kind, found.content
}

// load reads what others have pushed.
func (s *store) load() {
	rest := []byte(s.must("cat-file", "--batch-all-objects", "--batch") + "\n")
	for len(rest) > 0 {
		header, after, _ := bytes.Cut(rest, []byte("\n"))
		var sha, kind string
		var size int
		_, err := fmt.Sscan(string(header), &sha, &kind, &size)
		s.check(err)
		s.objects[sha] = gitObject{kind, after[:size]}
		rest = after[size+1:]
	}
}

// is reports whether there is an object of a kind by exactly this hash.
func (s *store) is(kind, sha string) bool {
	foundSHA, foundKind, _ := s.object(sha)
	return foundSHA == sha && foundKind == kind
}

// references lists the commits that references name.
func (s *store) references() map[string]string {
	if !s.shared {
		return s.refs
	}
	refs := map[string]string{}
	for line := range strings.Lines(s.must("for-each-ref", "--format=%(refname) %(objectname)")) {
		ref, sha, _ := strings.Cut(strings.TrimSpace(line), " ")
		refs[ref] = sha
	}
	return refs
}

// setReference points a reference to a commit; "" removes the reference.
func (s *store) setReference(ref, commit string) error {
	for other := range s.references() {
		if strings.HasPrefix(other, ref+"/") || strings.HasPrefix(ref, other+"/") {
			return fmt.Errorf("%s is in the way of %s", other, ref)
		}
	}
	switch {
	case s.shared:
		_, err := s.git("update-ref", ref, orZero(commit))
		return err
	case commit == "":
		delete(s.refs, ref)
	default:
		s.refs[ref] = commit
	}
	return nil
}

// share returns the repository, which holds everything from now on.
func (s *store) share() string {
	s.save()
	s.shared = true
	for ref, commit := range s.refs {
		s.check(s.setReference(ref, commit))
	}
	return s.dir
}

// save writes the objects that git does not have yet.
func (s *store) save() {
	if s.dir == "" {
		s.dir = s.t.TempDir()
		s.check(s.command("init", "--quiet", "--bare", "--template=", "--initial-branch=main", s.dir).Run())
	}
	for _, sha := range s.unsaved {
		file := filepath.Join(s.dir, "objects", sha[:2], sha[2:])
		if _, err := os.Stat(file); err == nil {
			continue // somebody has pushed the same one
		}
		s.check(os.MkdirAll(filepath.Dir(file), 0o755))
		s.check(os.WriteFile(file, compressed(s.objects[sha]), 0o644))
	}
	s.unsaved = nil
}

func compressed(object gitObject) []byte {
	var out bytes.Buffer
	compressor := zlib.NewWriter(&out)
	_, _ = compressor.Write(encoded(object.kind, object.content)) // into memory
	_ = compressor.Close()
	return out.Bytes()
}

// git runs git and returns what it printed, without the last newline.
func (s *store) git(args ...string) (string, error) {
	s.save()
	out, err := s.command(args...).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("git %s: %s", args[0], bytes.TrimSpace(exit.Stderr))
	}
	return strings.TrimSuffix(string(out), "\n"), err
}

// command is git without what the machine's own configuration says.
func (s *store) command(args ...string) *exec.Cmd {
	command := exec.Command("git", args...)
	command.Env = append(command.Environ(), "GIT_DIR="+s.dir, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	return command
}

// must is git for what can only fail if the test itself is wrong.
func (s *store) must(args ...string) string {
	s.t.Helper()
	out, err := s.git(args...)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *store) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Errorf("git in the fake GitHub: %v", err)
	}
}

// history lists a commit and all that it descends from, parents before children.
func (s *store) history(commit string) []string {
	var all []string
	seen := map[string]bool{}
	var visit func(string)
	visit = func(sha string) {
		if sha == "" || seen[sha] {
			return
		}
		seen[sha] = true
		for _, parent := range s.commitOf(sha).parents {
			visit(parent)
		}
		all = append(all, sha)
	}
	visit(commit)
	return all
}

// ancestor reports whether a commit is an ancestor of another, or that other itself.
func (s *store) ancestor(older, newer string) bool {
	return slices.Contains(s.history(newer), older)
}

// mergeBase is the last commit that two histories have in common, "" if there is none.
func mergeBase(ours, theirs []string) string {
	for _, commit := range slices.Backward(ours) {
		if slices.Contains(theirs, commit) {
			return commit
		}
	}
	return ""
}

// merge returns the tree of a commit with the changes of another one since their merge
// base. It does not merge inside files: a file that both have changed is a conflict.
func (s *store) merge(ours, theirs string) (tree string, ok bool) {
	base := s.flat(mergeBase(s.history(ours), s.history(theirs)), "")
	mine, other := s.flat(ours, ""), s.flat(theirs, "")
	changes := map[string]entry{}
	for _, side := range []map[string]entry{base, other} {
		for path := range side {
			if other[path] == base[path] {
				continue
			}
			if mine[path] != base[path] && mine[path] != other[path] {
				return "", false
			}
			changes[path] = other[path]
		}
	}
	return s.changedTree(s.treeOf(ours), changes), true
}
