package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// gitPatience is how long git may take for one object.
	gitPatience = time.Minute
	// maxGitObject bounds one object in bytes.
	maxGitObject = 8 << 20
	// maxGitNames bounds the paths that git lists, in bytes: a million of them.
	maxGitNames = 64 << 20
	// maxGitMessage bounds what is kept of git's complaints, in bytes.
	maxGitMessage = 4 << 10
)

// git is one process that answers with objects of a repository for as long as
// it is asked. It is safe for concurrent use.
type git struct {
	lock     sync.Mutex
	process  *exec.Cmd
	stop     context.CancelFunc
	names    io.WriteCloser
	answers  *bufio.Reader
	messages head
	patience time.Duration
}

// gitObject is a commit, tree or blob.
type gitObject struct {
	id   string
	data []byte
}

// startGit starts git in a folder of a repository.
func startGit(ctx context.Context, dir string, getenv func(string) string) (*git, error) {
	ctx, stop := context.WithCancel(ctx)
	g := &git{process: gitCommand(ctx, dir, getenv, "cat-file", "--batch"), stop: stop, patience: gitPatience}
	g.process.Stderr = &g.messages
	names, err := g.process.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := g.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	g.names, g.answers = names, bufio.NewReader(answers)
	if err := g.process.Start(); err != nil {
		stop()
		return nil, fmt.Errorf("start git: %w", err)
	}
	return g, nil
}

// gitCommand is a call of git that sees no more of this process' environment than
// what finds its configuration, and asks no network.
func gitCommand(ctx context.Context, dir string, getenv func(string) string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "git", args...)
	command.Dir, command.WaitDelay = dir, time.Second
	command.Env = []string{"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0"}
	for _, name := range []string{"PATH", "HOME", "XDG_CONFIG_HOME", "USERPROFILE", "SYSTEMROOT"} {
		if value := getenv(name); value != "" {
			command.Env = append(command.Env, name+"="+value)
		}
	}
	return command
}

// gitNames returns the paths that a git command lists with -z.
func gitNames(ctx context.Context, dir string, getenv func(string) string, args ...string) ([]string, error) {
	ctx, stop := context.WithTimeout(ctx, gitPatience)
	defer stop()
	var names bounded
	var messages head
	command := gitCommand(ctx, dir, getenv, args...)
	command.Stdout, command.Stderr = &names, &messages
	if err := command.Run(); err != nil {
		return nil, messages.explain(err)
	}
	return strings.FieldsFunc(names.String(), func(c rune) bool { return c == 0 }), nil
}

// close ends the process; how it takes that is its own business.
func (g *git) close() {
	g.names.Close()
	g.stop()
	_ = g.process.Wait()
}

// object returns the object of a name, which is one line, or nil if there is none.
func (g *git) object(name string) (*gitObject, error) {
	g.lock.Lock()
	defer g.lock.Unlock()
	patience := time.AfterFunc(g.patience, g.stop)
	object, err := g.ask(name)
	switch {
	case !patience.Stop():
		return nil, fmt.Errorf("git: no answer within %s", g.patience)
	case err != nil:
		return nil, g.explain(err)
	}
	return object, nil
}

func (g *git) ask(name string) (*gitObject, error) {
	if _, err := io.WriteString(g.names, name+"\n"); err != nil {
		return nil, err
	}
	header, err := g.answers.ReadString('\n')
	if err != nil {
		return nil, err
	}
	// "<id> <kind> <size>", or "<name> missing", or "<name> ambiguous".
	words := strings.Fields(header)
	if len(words) != 3 {
		return nil, nil
	}
	size, err := strconv.Atoi(words[2])
	if err != nil {
		return nil, nil
	}
	if size > maxGitObject {
		return nil, fmt.Errorf("object %s is larger than %d bytes", words[0], maxGitObject)
	}
	data := make([]byte, size+1) // and a line end
	if _, err := io.ReadFull(g.answers, data); err != nil {
		return nil, err
	}
	return &gitObject{id: words[0], data: data[:size]}, nil
}

// explain ends the process.
func (g *git) explain(err error) error {
	g.stop()
	_ = g.process.Wait() // its last words are there then
	return g.messages.explain(err)
}

// head keeps the beginning of what is written to it.
type head struct{ kept bytes.Buffer }

func (h *head) Write(p []byte) (int, error) {
	h.kept.Write(p[:min(len(p), maxGitMessage-h.kept.Len())])
	return len(p), nil
}

func (h *head) String() string { return h.kept.String() }

// explain prefers git's own words for what went wrong.
func (h *head) explain(err error) error {
	message, _, _ := strings.Cut(h.String(), "\n")
	if message = strings.TrimPrefix(message, "fatal: "); message != "" {
		err = errors.New(message)
	}
	return fmt.Errorf("git: %w", err)
}

// bounded takes what git lists, up to maxGitNames.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxGitNames {
		return 0, fmt.Errorf("more than %d bytes of paths", maxGitNames)
	}
	return b.Buffer.Write(p)
}
