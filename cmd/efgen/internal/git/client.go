// Package git asks the system's git what a commit holds, and compares it with what is on
// disk. It is the only place that starts git.
//
// What a branch brings is content: its files may look like a repository, with a
// configuration that names programs and with references of their own. So git is only
// asked for objects and names, in a repository whose folder no content can be, and what is
// on disk is read and hashed here.
package git

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const (
	// patience is how long git may take for one answer.
	patience = time.Minute
	// maxPairs bounds how many settings of GIT_CONFIG_COUNT are looked at.
	maxPairs = 1000
)

// A Client starts git.
type Client struct {
	// Getenv reads a variable of the environment that git would inherit.
	Getenv func(name string) string
}

// safely are the arguments of every command: no program that a configuration names is
// started, and a name with two meanings is noticed.
var safely = []string{
	"--no-pager", "--no-optional-locks",
	"-c", "safe.bareRepository=explicit",
	"-c", "core.fsmonitor=false",
	"-c", "core.hooksPath=/dev/null",
	"-c", "core.attributesFile=/dev/null",
	"-c", "core.warnAmbiguousRefs=true",
}

// inherited are the variables that find git and the operator's configuration. git sees no
// others: they may hold tokens, or name another repository. The last two are for Windows.
var inherited = []string{"PATH", "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "USERPROFILE", "SYSTEMROOT"}

// command is git in a folder. It asks no network and no person.
func (c Client) command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "git", append(append([]string{}, safely...), args...)...)
	command.Dir, command.WaitDelay = dir, time.Second
	command.Env = []string{
		"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_ATTR_NOSYSTEM=1", "GIT_NO_LAZY_FETCH=1",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_ALLOW_PROTOCOL=none",
	}
	for _, name := range inherited {
		if value := c.Getenv(name); value != "" {
			command.Env = append(command.Env, name+"="+value)
		}
	}
	command.Env = append(command.Env, c.safeFolders()...)
	return command
}

// safeFolders are the settings of GIT_CONFIG_COUNT that say whose repositories git may
// read; others of them carry tokens.
func (c Client) safeFolders() (variables []string) {
	const name = "safe.directory"
	count, _ := strconv.Atoi(c.Getenv("GIT_CONFIG_COUNT"))
	kept := 0
	for i := range max(min(count, maxPairs), 0) {
		if !strings.EqualFold(c.Getenv(fmt.Sprintf("GIT_CONFIG_KEY_%d", i)), name) {
			continue
		}
		value := c.Getenv(fmt.Sprintf("GIT_CONFIG_VALUE_%d", i))
		variables = append(variables, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", kept, name), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", kept, value))
		kept++
	}
	if kept > 0 {
		variables = append(variables, fmt.Sprintf("GIT_CONFIG_COUNT=%d", kept))
	}
	return variables
}

// answer runs one command to its end, with one line of input, and returns what it printed
// on both streams.
func (c Client) answer(ctx context.Context, dir, input string, args ...string) (answer, messages string, err error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	printed, said := bounded{most: maxMessage}, bounded{most: maxMessage}
	command := c.command(ctx, dir, args...)
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(input), &printed, &said
	if err = command.Run(); err != nil {
		err = said.explain(err)
	}
	return printed.kept.String(), said.kept.String(), err
}
