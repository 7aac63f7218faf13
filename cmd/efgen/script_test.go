package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain puts this very binary on PATH as efgen, for scripts and shells.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"efgen": main})
}

// TestScripts runs what users and CI jobs type. Each script starts in an empty
// folder with a copy of the committed environments in environments/.
func TestScripts(t *testing.T) {
	environments := os.DirFS(filepath.Join(repository(t), "environments"))
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			err := os.CopyFS(filepath.Join(env.WorkDir, "environments"), environments)
			if errors.Is(err, os.ErrExist) {
				return nil // the script brings its own
			}
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"run":   runHere,
		},
	})
}

// runHere is exec for efgen without a process of its own, which takes longer than most
// commands: run efgen …
func runHere(ts *testscript.TestScript, neg bool, args []string) {
	if code := codeOf(ts, args); neg != (code != exitDone) {
		ts.Fatalf("exit code %d", code)
	}
}

// exits wants one exit code of a command: exits 4 efgen …, or exits 4 exec efgen … to
// start a process.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if code := codeOf(ts, args[1:]); code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

func codeOf(ts *testscript.TestScript, args []string) int {
	if args[0] != "exec" {
		return run(append([]string{"-C", ts.MkAbs(".")}, args[1:]...), streams{
			stdin: strings.NewReader(""), stdout: ts.Stdout(), stderr: ts.Stderr(), getenv: ts.Getenv,
		})
	}
	err := ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	ts.Check(err)
	return exitDone
}
