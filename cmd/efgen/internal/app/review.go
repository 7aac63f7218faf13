package app

import (
	"context"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

// Review compares what the selected environments render to with a base: a folder, a
// commit, or the output folder if it is empty. It leaves out the environments that could
// not be rendered.
func (p Project) Review(ctx context.Context, selected Selection, named string) (found review.Report, problems []rule.Problem, err error) {
	r, err := p.open()
	if err != nil {
		return found, nil, err
	}
	defer r.close()
	old, err := p.openBase(ctx, named)
	if err != nil {
		return found, nil, err
	}
	defer old.Close()
	comparer := review.NewComparer()
	_, problems, err = r.over(ctx, selected, func(name string) (outcome, error) {
		e := r.render(name)
		if !e.usable() {
			return e.outcome, nil
		}
		was, err := before(old, name, e.files)
		if err == nil {
			comparer.Add(review.Side{Environment: name, Files: was}, sideOf(e.env, e.files), lineBehind(e.env))
		}
		return e.outcome, err
	})
	if err == nil && selected.All {
		err = r.reviewVanished(comparer, old)
	}
	return comparer.Report(), p.ordered(problems), err
}

// reviewVanished shows as removed what belonged to environments that are gone.
func (r *run) reviewVanished(comparer *review.Comparer, old base) error {
	owners, err := old.Environments()
	if err != nil {
		return err
	}
	names, err := r.gone(owners)
	if err != nil {
		return err
	}
	for _, name := range names {
		was, err := before(old, name, nil)
		if err != nil {
			return err
		}
		comparer.Add(review.Side{Environment: name, Files: was}, review.Side{Environment: name}, nil)
	}
	return nil
}

func sideOf(env *config.Environment, files []tree.File) review.Side {
	return review.Side{Environment: env.Name, Namespace: env.Namespace, Files: reviewFiles(files)}
}

func reviewFiles(files []tree.File) []review.File {
	reviewed := make([]review.File, len(files))
	for i, f := range files {
		reviewed[i] = review.File(f)
	}
	return reviewed
}

// lineBehind finds the line of an environment file behind a manifest's field.
func lineBehind(env *config.Environment) review.Locate {
	sources := generate.NewSources(env)
	return func(manifest, file, field string) (string, int) {
		at := locateField(sources, rule.Problem{Manifest: manifest, File: file, Field: field})
		return at.File, at.Line
	}
}
