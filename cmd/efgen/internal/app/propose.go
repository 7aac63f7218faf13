package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

// Proposable are environments that were rendered and checked, so that they may be
// proposed. Close it after use.
type Proposable struct {
	// Names are the environments that say where they are deployed from, in order.
	Names    []string
	Problems []rule.Problem
	run      *run
}

// Proposable renders and checks the selected environments, before the first one is
// proposed. The others are read: none of them may be deployed from the same folder.
func (p Project) Proposable(ctx context.Context, selected Selection) (*Proposable, error) {
	r, err := p.open(ctx, false)
	if err != nil {
		return nil, err
	}
	found := &Proposable{run: r}
	if err := found.check(ctx, selected); err != nil {
		r.close()
		return nil, err
	}
	return found, nil
}

func (p *Proposable) check(ctx context.Context, selected Selection) error {
	asked, problems, err := p.run.names(ctx, p.run.folder, selected)
	if err != nil {
		return err
	}
	known, _, err := p.run.folder.Names()
	if err != nil {
		return err
	}
	all, err := each(ctx, p.run.Project, known, func(name string) (outcome, error) {
		if _, isAsked := slices.BinarySearch(asked, name); isAsked {
			return p.run.checkDeployed(name, selected.All), nil
		}
		return outcome{name: name, deployFolder: p.run.read(name).deployFolder}, nil
	})
	for _, one := range all {
		if _, isAsked := slices.BinarySearch(asked, one.name); isAsked && one.deployFolder != "" {
			p.Names = append(p.Names, one.name)
		}
	}
	p.Problems = p.run.ordered(slices.Concat(problems, outcomes(all).problems(), p.run.clashes(all)))
	return cmp.Or(err, p.run.checker.Err())
}

// checkDeployed renders and checks an environment that is to be proposed. Unless all
// environments are asked for, it must say where it is deployed from.
func (r *run) checkDeployed(name string, all bool) outcome {
	e := r.renderAndCheck(name)
	if e.usable() && e.deployFolder == "" && !all {
		e.problems = append(e.problems, config.NoDeployRepository(e.Environment))
	}
	return e.outcome
}

// Close closes the folders of the environments.
func (p *Proposable) Close() { p.run.close() }

// Host is the deploy.host of one of the environments.
func (p *Proposable) Host(name string) string {
	e := p.run.read(name)
	if !e.usable() || e.Environment.Deploy == nil {
		return "" // its file changed meanwhile, as Render will say
	}
	return e.Environment.Deploy.Host
}

// Render renders one of the environments again.
func (p *Proposable) Render(name string) (Rendering, error) {
	e := p.run.render(name)
	if !e.usable() || e.deployFolder == "" {
		return e, errors.New("its files changed while efgen ran: run it again")
	}
	return e, nil
}

// Vanished has a sentence for each environment that has generated files and no environment
// file any more: what to delete. The object that syncs it must go before the files, or its
// controller decides what becomes of the environment.
func (p *Proposable) Vanished() (sentences []string, err error) {
	names, err := p.run.vanished(p.run.tree)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		stored, err := p.run.tree.Read(name, nil)
		if err != nil {
			return nil, err
		}
		sentences = append(sentences, fmt.Sprintf("%s has no environment file any more: delete %s, then its folder in the deploy repository", name, controllers(name, stored)))
	}
	return sentences, nil
}

// controllers names the objects that sync an environment.
func controllers(name string, stored []tree.Stored) string {
	kinds := map[string]string{"application.yaml": "Argo CD's Application", "kustomization.yaml": "Flux's Kustomization"}
	var found []string
	for _, s := range stored {
		if kind := kinds[path.Base(s.Path)]; kind != "" && path.Dir(s.Path) == "_gitops" {
			found = append(found, fmt.Sprintf("%s %q", kind, name))
		}
	}
	if len(found) == 0 {
		return fmt.Sprintf("the object that syncs it (Argo CD's Application or Flux's Kustomization %q)", name)
	}
	return strings.Join(found, " and ")
}
