// Package measure runs processes and says what they took.
package measure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/efgen/efgen/.ci/bench/figures"
)

// A Process is one to be started. Output is the file that takes what it prints; without
// one, that goes nowhere.
type Process struct {
	Args        []string
	Dir, Output string
}

// A Job is work that is measured as one.
type Job struct {
	Name string
	// Before makes ready, and is not measured. It may be nil.
	Before func() error
	// Processes run as many at a time as Workers says.
	Processes []Process
	Workers   int
}

// Runner runs jobs in an environment that is the same for all.
type Runner struct{ Environment []string }

// Run says what a job takes: time by the clock, processor time of all its processes, and
// the memory of the largest. A process is charged with the memory of the one that started
// it, too, so that has to stay small.
func (r Runner) Run(ctx context.Context, job Job) (taken figures.Taken, err error) {
	if job.Before != nil {
		if err := job.Before(); err != nil {
			return taken, err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(job.Workers, 1))
	each := make([]figures.Taken, len(job.Processes))
	start := time.Now()
	for i, process := range job.Processes {
		group.Go(func() (err error) {
			each[i], err = r.start(ctx, process)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return taken, fmt.Errorf("%s: %w", job.Name, err)
	}
	taken.Wall = time.Since(start).Seconds()
	for _, one := range each {
		taken.CPU += one.CPU
		taken.Peak = max(taken.Peak, one.Peak)
	}
	return taken, nil
}

func (r Runner) start(ctx context.Context, p Process) (taken figures.Taken, err error) {
	var complaint bytes.Buffer
	command := exec.CommandContext(ctx, p.Args[0], p.Args[1:]...)
	command.Dir, command.Env, command.Stderr = p.Dir, r.Environment, &complaint
	if p.Output != "" {
		file, err := os.Create(p.Output)
		if err != nil {
			return taken, err
		}
		defer file.Close()
		command.Stdout = file
	}
	if err := command.Run(); err != nil {
		return taken, fmt.Errorf("%s: %w\n%s", strings.Join(p.Args, " "), err, &complaint)
	}
	usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return taken, errors.New("this system does not say what a process takes")
	}
	cpu := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	const kibibytes = 1024 // of which Linux counts the peak, in a MiB
	return figures.Taken{CPU: cpu.Seconds(), Peak: float64(usage.Maxrss) / kibibytes}, nil
}

// Pairs runs two jobs in turn, after one run of each that does not count.
func (r Runner) Pairs(ctx context.Context, pairs int, first, second Job) (figures.Pair, error) {
	var taken [2][]figures.Taken
	for i := range pairs + 1 {
		for k, job := range []Job{first, second} {
			one, err := r.Run(ctx, job)
			if err != nil {
				return figures.Pair{}, err
			}
			if i > 0 {
				taken[k] = append(taken[k], one)
			}
		}
	}
	return figures.PairOf(taken[0], taken[1]), nil
}
