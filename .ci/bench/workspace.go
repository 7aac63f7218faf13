package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/efgen/efgen/.ci/bench/measure"
)

// memory is a file system on which new files cost the same in every run; on a disk they do not.
const memory = "/dev/shm"

// A workspace is a folder with the inputs of every tool for n environments, and what they write.
type workspace struct {
	dir, bin string
	n        int
	run      measure.Runner
}

func newWorkspace(ctx context.Context, bin string, n int) (*workspace, error) {
	dir, err := os.MkdirTemp(memory, "efgen-bench")
	if err != nil {
		return nil, err
	}
	w := &workspace{dir: dir, bin: bin, n: n, run: measure.Runner{Environment: []string{
		// No tool is to find settings or a cache of the person who runs this.
		"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(dir, "home"), "TMPDIR=" + dir,
	}}}
	if err := w.fill(ctx); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// Close removes the folder.
func (w *workspace) Close() error { return os.RemoveAll(w.dir) }

func (w *workspace) path(elements ...string) string {
	return filepath.Join(append([]string{w.dir}, elements...)...)
}

func (w *workspace) tool(name string) string { return filepath.Join(w.bin, name) }

// fill writes the inputs, and what rows beyond generating start from.
func (w *workspace) fill(ctx context.Context) error {
	steps := [][]string{{"prepare", "workload", w.dir, fmt.Sprint(w.n)}}
	switch {
	case w.n > many:
		steps = append(steps, []string{"prepare", "workload", w.path("hundred"), fmt.Sprint(some)})
	case w.n >= some:
		out, changed := w.path("efgen", "out"), w.path("changed", "efgen")
		steps = append(steps, [][]string{
			{"efgen", "-C", w.path("efgen"), "generate", "--all"},
			{"prepare", "copy", out, w.path("copy")},
			{"prepare", "schemas", filepath.Join(out, first), w.path("schemas")},
			{"prepare", "changed", w.path("changed"), fmt.Sprint(w.n)},
			{"efgen", "-C", changed, "generate", "--all"},
			{"prepare", "stream", out, w.path("before.yaml")},
			{"prepare", "stream", filepath.Join(changed, "out"), w.path("after.yaml")},
		}...)
	}
	for _, folder := range []string{"home", "changed", "hundred"} {
		if err := os.Mkdir(w.path(folder), 0o755); err != nil {
			return err
		}
	}
	for _, step := range steps {
		if err := w.do(ctx, step...); err != nil {
			return err
		}
	}
	return nil
}

// first is the name of an environment.
const first = "site-00000"

// do carries out a step that is not measured.
func (w *workspace) do(ctx context.Context, args ...string) error {
	var complaint bytes.Buffer
	command := exec.CommandContext(ctx, w.tool(args[0]), args[1:]...)
	command.Env, command.Stderr = w.run.Environment, &complaint
	if err := command.Run(); err != nil {
		return fmt.Errorf("%v: %w\n%s", args, err, &complaint)
	}
	return nil
}

// newest is when the last of a tree's files was written.
func newest(dir string) (at time.Time, err error) {
	err = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.ModTime().After(at) {
			at = info.ModTime()
		}
		return err
	})
	return at, err
}
