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

// Review compares what the selected environments render to with a base, which is the name
// of a folder or a commit; empty is the output folder. It leaves out the environments that
// cannot be rendered.
func (p Project) Review(ctx context.Context, selected Selection, baseName string) (found review.Report, problems []rule.Problem, err error) {
	r, err := p.open(ctx, false)
	if err != nil {
		return found, nil, err
	}
	defer r.close()
	old, err := p.openBase(ctx, baseName)
	if err != nil {
		return found, nil, err
	}
	defer old.Close()
	comparer, vanished := review.NewComparer(), r.vanishedFrom(old)
	_, problems, err = r.eachSelected(ctx, selected, func(name string) (outcome, error) {
		e := r.render(name)
		if !e.usable() {
			return e.outcome, nil
		}
		was, isGenerated, err := before(old, name, e.Files)
		if err != nil {
			return e.outcome, err
		}
		if len(was) == 0 {
			if was, err = vanished.formerFiles(e); err != nil {
				return e.outcome, err
			}
			isGenerated = true
		}
		namespace := ""
		if !isGenerated {
			namespace = namespaceByHand(was, e.Environment.Namespace)
		}
		e.addTo(comparer, was, namespace)
		return e.outcome, nil
	})
	if err == nil && selected.All {
		err = vanished.addTo(comparer)
	}
	if err != nil {
		return found, nil, err
	}
	return comparer.Report(), p.ordered(problems), nil
}

// Review compares what is deployed with what the environment renders to.
func (e Rendering) Review(deployed []tree.File) review.Report {
	comparer := review.NewComparer()
	e.addTo(comparer, manifests(deployed), "")
	return comparer.Report()
}

// addTo adds the environment to a review. namespace is where manifests without one were
// before; it is empty if all of them name theirs.
func (e Rendering) addTo(comparer *review.Comparer, was []manifest.File, namespace string) {
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
