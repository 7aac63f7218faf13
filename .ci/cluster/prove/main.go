// Command prove builds the real software that is not in the cache yet, runs the tests
// of this module against it, and prints what they proved. It fails if a claim has not
// been proved, and if a process outlives the tests.
//
//	prove -run TestReverse
//
// runs the tests whose names match, builds only what they need, and asks for no other claim.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/efgen/efgen/.ci/cluster/parts"
	"github.com/efgen/efgen/.ci/cluster/proof"
)

func main() {
	only := flag.String("run", "", "a regular expression: only the tests whose names match")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := prove(ctx, *only); err != nil {
		fmt.Fprintln(os.Stderr, "prove:", err)
		os.Exit(1)
	}
}

// prove runs the tests whose names match only, all of them if it is empty.
func prove(ctx context.Context, only string) error {
	for _, part := range parts.All {
		if only != "" {
			break // tests build what they need
		}
		if _, err := part.Build(ctx, os.Stdout); err != nil {
			return err
		}
	}
	scratch, err := os.MkdirTemp("", "efgen-cluster-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	proofs := filepath.Join(scratch, "proofs")
	err = errors.Join(test(ctx, only, scratch, proofs), leftovers(10*time.Second))
	recorded, fault := os.Open(proofs)
	if fault != nil {
		return errors.Join(err, fault)
	}
	defer recorded.Close()
	missing, fault := proof.Print(os.Stdout, recorded)
	if err = errors.Join(err, fault); only == "" && len(missing) > 0 {
		err = errors.Join(err, fmt.Errorf("not proved: %s", strings.Join(missing, "; ")))
	}
	return err
}

// test runs one package at a time: what they start fills the machine.
func test(ctx context.Context, only, scratch, proofs string) error {
	cmd := exec.CommandContext(ctx, "go", "test", "-count=1", "-p=1", "-timeout=30m", "-run="+only, "./...")
	cmd.Dir = filepath.Join(parts.Repository(), ".ci", "cluster")
	cmd.Env = append(os.Environ(), proof.File+"="+proofs, "TMPDIR="+scratch)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = time.Minute
	if err := adopt(); err != nil {
		return err
	}
	return cmd.Run()
}

// adopt makes what loses its parent a child of this process, where it can be found.
func adopt() error {
	return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
}

// leftovers kills and reports processes that outlive the tests by more than a moment.
func leftovers(moment time.Duration) error {
	for deadline := time.Now().Add(moment); ; time.Sleep(100 * time.Millisecond) {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if errors.Is(err, syscall.ECHILD) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("wait for what outlived the tests: %w", err)
		}
		if pid == 0 && time.Now().After(deadline) {
			return killChildren()
		}
	}
}

func killChildren() error {
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		return err
	}
	found := []error{errors.New("processes outlived the tests")}
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			return err
		}
		for _, child := range strings.Fields(string(text)) {
			name, _ := os.Readlink("/proc/" + child + "/exe")
			found = append(found, fmt.Errorf("killed %s %s", child, name))
			if pid, err := strconv.Atoi(child); err == nil {
				found = append(found, syscall.Kill(pid, syscall.SIGKILL))
			}
		}
	}
	return errors.Join(found...)
}
