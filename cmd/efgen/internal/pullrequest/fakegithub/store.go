package fakegithub

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// zero is the object that stands for none.
const zero = "0000000000000000000000000000000000000000"

// store is a bare repository, driven through git's own plumbing. What is asked most
// goes to processes that stay: starting one takes longer than answering.
type store struct {
	t       testing.TB
	dir     string
	scratch string
	objects *process // reads objects
	blobs   *process // writes blobs
	trees   *process // writes trees
}

func openStore(t testing.TB, dir string) *store {
	s := &store{t: t, dir: dir, scratch: filepath.Join(t.TempDir(), "content")}
	s.objects = &process{args: []string{"cat-file", "--batch"}}
	s.blobs = &process{args: []string{"hash-object", "-w", "--no-filters", "--stdin-paths"}}
	s.trees = &process{args: []string{"mktree", "--batch", "-z"}}
	t.Cleanup(s.stop)
	return s
}

// command is git without what the machine's own configuration says.
func (s *store) command(args ...string) *exec.Cmd {
	command := exec.Command("git", args...)
	command.Env = append(command.Environ(), "GIT_DIR="+s.dir, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	return command
}

// git runs one command and returns what it printed, without the last newline.
func (s *store) git(args ...string) (string, error) {
	return output(s.command(args...))
}

func output(command *exec.Cmd) (string, error) {
	out, err := command.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("git %s: %s", command.Args[1], bytes.TrimSpace(exit.Stderr))
	}
	return strings.TrimSuffix(string(out), "\n"), err
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

// process is a git command that answers questions from the first one until its input
// ends.
type process struct {
	args      []string
	questions io.WriteCloser
	answers   *bufio.Reader
	end       func() error
}

func (s *store) start(p *process) {
	command := s.command(p.args...)
	questions, err := command.StdinPipe()
	s.check(err)
	answers, err := command.StdoutPipe()
	s.check(err)
	s.check(command.Start())
	p.questions, p.answers, p.end = questions, bufio.NewReader(answers), command.Wait
}

func (s *store) stop() {
	for _, p := range []*process{s.objects, s.blobs, s.trees} {
		if p.questions != nil {
			s.check(p.questions.Close())
			s.check(p.end())
		}
	}
}

func (s *store) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Errorf("git in the fake GitHub: %v", err)
	}
}

// ask puts one question and returns the first line of the answer.
func (s *store) ask(p *process, question string) string {
	if p.questions == nil {
		s.start(p)
	}
	_, err := io.WriteString(p.questions, question)
	s.check(err)
	line, err := p.answers.ReadString('\n')
	s.check(err)
	return strings.TrimSuffix(line, "\n")
}

// object reads an object by its name or that of a reference; sha is "" if there is none.
func (s *store) object(name string) (sha, kind string, content []byte) {
	if name == "" || strings.ContainsAny(name, "\n ") {
		return "", "", nil
	}
	var size int
	if n, _ := fmt.Sscanf(s.ask(s.objects, name+"\n"), "%s %s %d", &sha, &kind, &size); n < 3 {
		return "", "", nil
	}
	content = make([]byte, size+1) // and a newline
	_, err := io.ReadFull(s.objects.answers, content)
	s.check(err)
	return sha, kind, content[:size]
}

// is reports whether there is an object of a kind by exactly this hash.
func (s *store) is(kind, sha string) bool {
	found, found2, _ := s.object(sha)
	return found == sha && found2 == kind
}

func (s *store) blob(content []byte) string {
	s.check(os.WriteFile(s.scratch, content, 0o600))
	return s.ask(s.blobs, s.scratch+"\n")
}

// ancestor reports whether a commit is an ancestor of another, or that other itself.
func (s *store) ancestor(older, newer string) bool {
	seen := map[string]bool{}
	for pending := []string{newer}; len(pending) > 0; pending = pending[1:] {
		if pending[0] == older {
			return true
		}
		if seen[pending[0]] {
			continue
		}
		seen[pending[0]] = true
		pending = append(pending, s.commitOf(pending[0]).parents...)
	}
	return false
}
