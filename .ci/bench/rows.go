package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/efgen/efgen/.ci/bench/figures"
	"github.com/efgen/efgen/.ci/bench/measure"
)

// A row is work that efgen and a peer do in turn.
type row struct {
	work          string
	efgen, peer   measure.Job
	target, limit figures.Taken
	// check tells whether both have done the work. It may be nil.
	check func(context.Context) error
	// scale makes a ratio of another, where the two work on different numbers of environments.
	scale float64
}

// measure runs both in turn.
func (w *workspace) measure(ctx context.Context, r row) (f figures.Figure, err error) {
	pair, err := w.run.Pairs(ctx, pairs(w.n), r.efgen, r.peer)
	if err != nil {
		return f, err
	}
	if r.check != nil {
		if err := r.check(ctx); err != nil {
			return f, fmt.Errorf("%s, %s: %w", r.work, r.peer.Name, err)
		}
	}
	if r.scale != 0 {
		pair.Ratio.Wall *= r.scale
		pair.Ratio.CPU *= r.scale
	}
	return figures.Figure{
		Work: r.work, Environments: w.n, Peer: r.peer.Name, Pair: pair, Target: r.target, Limit: r.limit,
	}, nil
}

// pairs is how often two jobs are run in turn: odd, and less often what takes long.
func pairs(n int) int {
	switch {
	case n < some:
		return 15
	case n == some:
		return 5
	}
	return 3
}

// both is a target by the clock and in processor time.
func both(most float64) figures.Taken { return figures.Taken{Wall: most, CPU: most} }

const (
	some = 100  // from here on, work on many environments is measured
	many = 1000 // from here on, memory has a limit; beyond, peers take too long
)

func (w *workspace) rows() []row {
	switch {
	case w.n < some:
		return w.small()
	case w.n <= many:
		return append(w.rendering(), w.others()...)
	}
	return w.large()
}

// generating is a row of everything on against a peer, into new files.
func (w *workspace) generating(peer measure.Job, folder string, target float64) row {
	r := row{work: figures.Everything, efgen: w.generate(), peer: peer, target: both(target)}
	r.check = func(ctx context.Context) error {
		return w.do(ctx, "prepare", "same", w.path("new", "efgen"), w.path("new", folder))
	}
	return r
}

func (w *workspace) small() []row {
	const blink = 0.025 // seconds, on a quiet machine
	first := w.generating(w.kustomize(), "kustomize", 0.40)
	first.limit.Wall = blink
	return []row{
		first,
		w.generating(w.kustomizeQuick(), "kustomize", 0),
		w.generating(w.helm(), "helm", 0),
		w.generating(w.jsonnet(), "jsonnet", 0),
		w.generating(w.cue(), "cue", 0),
	}
}

func (w *workspace) rendering() []row {
	against := w.generating(w.cue(), "cue", 0.25)
	if w.n == many {
		against.limit.Peak = 64
	}
	template := w.generating(w.jsonnet(), "jsonnet", 0)
	template.target.CPU = 1
	rows := []row{
		against,
		w.generating(w.kustomize(), "kustomize", 0.04),
		w.generating(w.kustomizeQuick(), "kustomize", 0),
		template,
		w.generating(w.helm(), "helm", 0),
	}
	for _, r := range []row{
		{peer: w.cue(), target: both(0.10)},
		{peer: w.kustomize(), target: both(0.02)},
		{peer: w.writeOnly(), target: both(4)},
	} {
		r.work, r.efgen, r.check = "render and write, unchecked", w.render(), w.sameAsChecked
		rows = append(rows, r)
	}
	return rows
}

// sameAsChecked tells whether the last unchecked tree is what the checked one is.
func (w *workspace) sameAsChecked(ctx context.Context) error {
	_, err := w.run.Run(ctx, measure.Job{Name: "compare", Processes: []measure.Process{{Args: []string{"diff", "-r", w.path("efgen", "out"), w.path("new", "efgen")}}}})
	return err
}

// large compares the time for one environment with that for one of a hundred.
func (w *workspace) large() []row {
	hundred := w.efgen("hundred/efgen", "generate", "--all", "--out", w.path("new", "hundred"))
	hundred.Name, hundred.Before = "efgen, 100 environments", w.fresh("hundred")
	return []row{{
		work: figures.Everything + ": time for one", efgen: w.generate(), peer: hundred,
		target: both(1.2), limit: figures.Taken{Peak: 96}, scale: some / float64(w.n),
	}}
}

// others have targets for a thousand environments. With fewer, the start of a process weighs more.
func (w *workspace) others() []row {
	rows := []row{
		{work: "generate again, nothing changed", efgen: w.efgen("efgen", "generate", "--all"), peer: w.cueAgain(), target: both(0.20), check: w.untouched},
		{work: "validate what is on disk", efgen: w.efgen("efgen", "validate", "--format", "json"), peer: w.kubeconform(), target: figures.Taken{CPU: 1.25}, check: w.validated},
		{work: "diff, one field in each", efgen: w.efgen("changed/efgen", "diff", "--base", w.path("efgen", "out")), peer: w.dyff(), target: both(0.3), check: w.told},
		{work: "diff, nothing changed", efgen: w.efgen("efgen", "diff", "--exit-code"), peer: w.diffR(), target: figures.Taken{Wall: 3}},
	}
	for i := range rows {
		if w.n != many {
			rows[i].target = figures.Taken{}
		}
	}
	return rows
}

// untouched tells whether efgen has left alone what was current: its files are as old as
// the copy that was made of them before.
func (w *workspace) untouched(context.Context) error {
	tree, err := newest(w.path("efgen", "out"))
	if err != nil {
		return err
	}
	copied, err := newest(w.path("copy"))
	if err == nil && tree.After(copied) {
		err = fmt.Errorf("efgen has written a file at %s, when nothing had changed", tree)
	}
	return err
}

// validated tells whether both tools have checked every object.
func (w *workspace) validated(context.Context) error {
	const objects = 12 // of an environment
	for file, key := range map[string]string{"efgen.txt": "manifests", "kubeconform.json": "valid"} {
		text, err := os.ReadFile(w.path(file))
		if err != nil {
			return err
		}
		if want := fmt.Sprintf("%q: %d", key, objects*w.n); !strings.Contains(string(text), want) {
			return fmt.Errorf("%s does not say %s:\n%.1000s", file, want, text)
		}
	}
	return nil
}

// told tells whether both tools have found every change.
func (w *workspace) told(ctx context.Context) error {
	for _, file := range []string{"efgen.txt", "dyff.txt"} {
		if err := w.do(ctx, "prepare", "told", w.path(file), fmt.Sprint(w.n)); err != nil {
			return err
		}
	}
	return nil
}
