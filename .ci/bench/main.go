// Bench measures efgen against the tools that people use for the same work. Its folder's
// `run` builds what it needs and starts it.
package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"

	"github.com/efgen/efgen/.ci/bench/figures"
	"github.com/efgen/efgen/.ci/bench/measure"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	bin := flags.String("bin", "", "folder of the tools")
	save := flags.Bool("save", false, "keep the figures, beside older ones of other work")
	if err := flags.Parse(args); err != nil {
		return err
	}
	sizes, err := parse(flags.Args())
	if err != nil {
		return err
	}
	report, err := begin(ctx, *bin)
	if err != nil {
		return err
	}
	for _, n := range sizes {
		found, err := measureAll(ctx, *bin, n)
		if err != nil {
			return err
		}
		report.Figures = append(report.Figures, found...)
	}
	if !*save {
		fmt.Print(report.Table())
		return nil
	}
	older, err := figures.Load(kept)
	if err != nil {
		return err
	}
	return older.Update(report).Save(kept)
}

// kept is the file of figures from which the table and the picture are made.
const kept = "figures.json"

// parse reads the numbers of environments to measure.
func parse(args []string) ([]int, error) {
	var sizes []int
	for _, arg := range args {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not a number of environments", arg)
		}
		sizes = append(sizes, n)
	}
	if len(sizes) == 0 {
		return []int{1, 100}, nil
	}
	return sizes, nil
}

// begin notes what the figures depend on.
func begin(ctx context.Context, bin string) (r figures.Report, err error) {
	r.Versions, r.Processors = map[string]string{}, runtime.GOMAXPROCS(0)
	for _, peer := range []string{"kustomize", "helm", "cue", "jsonnet", "kubeconform", "dyff"} {
		info, err := buildinfo.ReadFile(filepath.Join(bin, peer))
		if err != nil {
			return r, err
		}
		r.Versions[peer] = info.Main.Version
	}
	nothing, err := measure.Runner{}.Run(ctx, measure.Job{Name: "nothing", Processes: []measure.Process{{Args: []string{"true"}}}})
	r.Floor = nothing.Peak
	return r, err
}

// measureAll measures every row that there is for n environments.
func measureAll(ctx context.Context, bin string, n int) (found []figures.Figure, err error) {
	w, err := newWorkspace(ctx, bin, n)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	for _, row := range w.rows() {
		figure, err := w.measure(ctx, row)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(os.Stderr, "%d environments, %s, %s: done\n", n, row.work, row.peer.Name)
		found = append(found, figure)
	}
	return found, nil
}
