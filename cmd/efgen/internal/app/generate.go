package app

import (
	"context"
	"slices"

	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

// Generated is how the output folder compares to what was rendered.
type Generated struct {
	// Rendered compares the environments that could be rendered, in order.
	Rendered []*tree.Comparison
	// Vanished compares those that have files and no environment file any more.
	Vanished []*tree.Comparison
	Problems []rule.Problem
	// Refusals names every file that must not be touched, in all environments.
	Refusals tree.Refused
}

// All are the comparisons of all environments.
func (g Generated) All() []*tree.Comparison { return slices.Concat(g.Rendered, g.Vanished) }

// Compare renders and checks the selected environments and compares them with the output
// folder. It writes nothing.
func (p Project) Compare(ctx context.Context, selected Selection, allowed tree.Options) (Generated, error) {
	r, err := p.open()
	if err != nil {
		return Generated{}, err
	}
	defer r.close()
	return r.compareAll(ctx, selected, allowed)
}

// Apply is Compare; then, unless there is an error among the problems or a refusal, it
// writes what changed. An error that comes while it writes comes with what was compared.
func (p Project) Apply(ctx context.Context, selected Selection, allowed tree.Options) (Generated, error) {
	r, err := p.lock(ctx)
	if err != nil {
		return Generated{}, err
	}
	defer r.close()
	found, err := r.compareAll(ctx, selected, allowed)
	if err != nil || rule.Failed(found.Problems) || len(found.Refusals) > 0 {
		return found, err
	}
	return found, r.apply(ctx, found, allowed)
}

func (r *run) compareAll(ctx context.Context, selected Selection, allowed tree.Options) (found Generated, err error) {
	all, problems, err := r.over(ctx, selected, func(name string) (outcome, error) { return r.compare(r.renderAndCheck(name)) })
	if err != nil {
		return found, err
	}
	found.Rendered = comparisons(all)
	found.Problems = r.ordered(append(problems, r.clashes(all)...))
	if selected.All {
		if found.Vanished, err = r.compareVanished(); err != nil {
			return Generated{}, err
		}
	}
	for _, one := range found.All() {
		found.Refusals = append(found.Refusals, one.Refused(allowed)...)
	}
	return found, r.notNothing(selected, len(all)+len(found.Vanished)+len(problems))
}

// apply is the second pass: it renders again what has changed, and writes it. The tree
// compares the hashes with those of the first pass.
func (r *run) apply(ctx context.Context, found Generated, allowed tree.Options) error {
	changed := slices.DeleteFunc(found.All(), func(one *tree.Comparison) bool { return !one.Stale() })
	_, err := each(ctx, r.Project, changed, func(one *tree.Comparison) (_ struct{}, err error) {
		var files []tree.File
		if !slices.Contains(found.Vanished, one) {
			files = r.render(one.Environment).files
		}
		return struct{}{}, r.tree.Apply(one, files, allowed)
	})
	return err
}
