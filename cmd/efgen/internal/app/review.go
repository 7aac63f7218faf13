package app

import (
	"context"
	"time"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/source"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// Review compares what the selected environments render to with a base: a folder, a
// commit, or the output folder if it is empty. It leaves out the environments that could
// not be rendered.
func (p Project) Review(ctx context.Context, selected Selection, named string) (found review.Report, problems []rule.Problem, err error) {
	r, err := p.open(ctx, false)
	if err != nil {
		return found, nil, err
	}
	defer r.close()
	old, err := p.openBase(ctx, named)
	if err != nil {
		return found, nil, err
	}
	defer old.Close()
	comparer, gone := review.NewComparer(), r.goneFrom(old)
	_, problems, err = r.over(ctx, selected, func(name string) (outcome, error) {
		e := r.render(name)
		if !e.usable() {
			return e.outcome, nil
		}
		was, isGenerated, err := before(old, name, e.Files)
		if err != nil {
			return e.outcome, err
		}
		if len(was) == 0 {
			if was, err = gone.under(e); err != nil {
				return e.outcome, err
			}
			isGenerated = true
		}
		namespace := ""
		if !isGenerated {
			namespace = namespaceByHand(was, e.Environment.Namespace)
		}
		e.compare(comparer, was, namespace)
		return e.outcome, nil
	})
	if err == nil && selected.All {
		err = gone.show(comparer)
	}
	if err != nil {
		return found, nil, err
	}
	return comparer.Report(), p.ordered(problems), nil
}

// Review compares what is deployed with what is to be.
func (e Rendering) Review(deployed []tree.File) review.Report {
	comparer := review.NewComparer()
	e.compare(comparer, manifests(deployed), "")
	return comparer.Report()
}

// compare adds the environment to a review. In which namespace it was before may not be
// known: then it is empty, and the manifests say it.
func (e Rendering) compare(comparer *review.Comparer, was []manifest.File, namespace string) {
	before := facts(e.Environment, time.Time{})
	after := before
	before.Namespace = namespace
	after.Namespace = e.Environment.Namespace
	comparer.Add(manifest.NewSet(was, before), manifest.NewSet(manifests(e.Files), after), e.lineBehind())
}

// lineBehind finds the line of an environment file behind a manifest's field.
func (e Rendering) lineBehind() review.Locate {
	sources := source.New(e.Environment, e.Files, generate.Render)
	return func(manifest, file, field string) (string, int) {
		at := locateField(sources, rule.Problem{Manifest: manifest, File: file, Field: field})
		return at.File, at.Line
	}
}
