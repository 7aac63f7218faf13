package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
		},
	})
}

// exits runs a command that has to end with one exit code: exits 4 efgen …
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
