// Package git asks the system's git what a commit holds, and what has changed since. It
// is the only place that starts git.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
	"unicode"
)

var (
	// ErrNotInstalled says that there is no git on PATH.
	ErrNotInstalled = exec.ErrNotFound
	// ErrNoName says that a text cannot name a commit.
	ErrNoName = errors.New("not the name of a commit")
	// ErrNoCommit says that a repository has no commit of a name.
	ErrNoCommit = errors.New("there is no such commit")
)

const (
	// patience is how long git may take for one answer.
	patience = time.Minute
	// maxNames bounds the paths that git lists, in bytes: a million of them.
	maxNames = 64 << 20
	// maxMessage bounds what is kept of git's complaints, in bytes.
	maxMessage = 4 << 10
)

// A Client starts git.
type Client struct {
	// Getenv reads a variable of the environment that git would inherit.
	Getenv func(name string) string
}

// inherited are the variables that find git and its configuration. It sees no others:
// they may hold tokens, or name another repository.
var inherited = []string{"PATH", "HOME", "XDG_CONFIG_HOME", "USERPROFILE", "SYSTEMROOT"}

// command is git in a folder. It asks no network and no person.
func (c Client) command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "git", args...)
	command.Dir, command.WaitDelay = dir, time.Second
	command.Env = []string{"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0"}
	for _, name := range inherited {
		if value := c.Getenv(name); value != "" {
			command.Env = append(command.Env, name+"="+value)
		}
	}
	return command
}

// Commit is the ID of the commit that ref names in the repository of a folder. The
// error is ErrNoCommit if there is none.
func (c Client) Commit(ctx context.Context, dir, ref string) (id string, err error) {
	objects, commit, err := c.openCommit(ctx, dir, ref)
	if err != nil {
		return "", err
	}
	objects.close()
	return commit.id, nil
}

// isName refuses texts that git would read as an option or as two lines.
func isName(ref string) bool {
	return !strings.HasPrefix(ref, "-") && !strings.ContainsFunc(ref, unicode.IsControl)
}

// Changed lists what differs below a folder, relative to it: from the commit, and what
// git does not track, ignored files included. A repository in the folder ends in a slash.
func (c Client) Changed(ctx context.Context, dir, commit string) ([]string, error) {
	var changed []string
	for _, question := range [][]string{
		{"ls-files", "-z", "--others", "--", "."}, // first, as diff goes on outside of a repository
		{"diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", "--relative", commit, "--", "."},
	} {
		names, err := c.names(ctx, dir, question...)
		if err != nil {
			return nil, err
		}
		changed = append(changed, names...)
	}
	return changed, nil
}

// names returns the paths that a git command lists with -z.
func (c Client) names(ctx context.Context, dir string, args ...string) ([]string, error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	names := bounded{most: maxNames, over: fmt.Errorf("more than %d bytes of paths", maxNames)}
	messages := bounded{most: maxMessage}
	command := c.command(ctx, dir, args...)
	command.Stdout, command.Stderr = &names, &messages
	if err := command.Run(); err != nil {
		return nil, messages.explain(err)
	}
	return strings.FieldsFunc(names.kept.String(), func(c rune) bool { return c == 0 }), nil
}

// bounded keeps the beginning of what is written to it. What is over is lost, or an
// error. It does not embed the Buffer: io.Copy would call its
// ReadFrom, which knows no bound.
type bounded struct {
	kept bytes.Buffer
	most int
	over error
}

func (b *bounded) Write(p []byte) (int, error) {
	fits := min(len(p), b.most-b.kept.Len())
	b.kept.Write(p[:fits])
	if fits < len(p) && b.over != nil {
		return fits, b.over
	}
	return len(p), nil
}

// explain prefers git's own words for what went wrong.
func (b *bounded) explain(err error) error {
	message, _, _ := strings.Cut(b.kept.String(), "\n")
	if message = strings.TrimPrefix(message, "fatal: "); message != "" {
		err = errors.New(message)
	}
	return fmt.Errorf("git: %w", err)
}
