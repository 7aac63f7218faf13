package app

import (
	"context"
	"slices"
	"time"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/rule"
)

// A run is a Project with its folders open.
type run struct {
	Project
	folder  *config.Folder
	tree    *tree.Tree
	checker *validate.Checker
}

// open opens a project for reading.
func (p Project) open() (*run, error) {
	return p.openWith(func() (*tree.Tree, error) { return tree.Open(p.Path(p.Out)) })
}

// lock opens a project for writing once no other run has its output folder.
func (p Project) lock(ctx context.Context) (*run, error) {
	return p.openWith(func() (*tree.Tree, error) {
		patience := time.AfterFunc(time.Second, func() { p.Watcher.Notice("waiting for another run to leave %s", p.Out) })
		defer patience.Stop()
		return tree.Lock(ctx, p.Path(p.Out))
	})
}

func (p Project) openWith(openTree func() (*tree.Tree, error)) (*run, error) {
	folder, err := p.openEnvironments()
	if err != nil {
		return nil, err
	}
	out, err := openTree()
	if err != nil {
		folder.Close()
		return nil, err
	}
	return &run{p, folder, out, validate.NewChecker()}, nil
}

func (r *run) close() {
	// What could fail has been reported by Apply; an empty folder may stay.
	_ = r.tree.Close()
	r.folder.Close()
}

// An outcome is what is kept of an environment that was looked at. It holds hashes, not
// bytes, so that memory does not grow with what is generated.
type outcome struct {
	name     string
	problems []rule.Problem
	// deployFolder is where the environment is deployed from, as far as it could be read.
	deployFolder string
	// comparison is nil if there is none.
	comparison *tree.Comparison
}

// over calls work for each selected environment. The outcomes are in the order of the
// names; the problems are theirs and those of the folder as a whole.
func (r *run) over(ctx context.Context, selected Selection, work func(name string) (outcome, error)) ([]outcome, []rule.Problem, error) {
	names, problems, err := r.names(ctx, r.folder, selected)
	if err != nil {
		return nil, nil, err
	}
	all, err := each(ctx, r.Project, names, work)
	for _, one := range all {
		problems = append(problems, one.problems...)
	}
	return all, problems, err
}

// A rendering is an environment with what it renders to.
type rendering struct {
	outcome
	// env is nil if the environment cannot be read.
	env *config.Environment
	// files are nil if they could not be rendered.
	files []tree.File
}

func (e rendering) usable() bool { return e.env != nil && !rule.Failed(e.problems) }

func (r *run) read(name string) (e rendering) {
	e.name = name
	if e.env, e.problems = r.folder.Read(name); e.usable() {
		e.deployFolder = e.env.DeployFolder()
	}
	return e
}

func (r *run) render(name string) rendering {
	e := r.read(name)
	if !e.usable() {
		return e
	}
	files, problems := generate.Render(e.env)
	if e.problems = append(e.problems, problems...); e.usable() {
		e.files = files
	}
	return e
}

func (r *run) renderAndCheck(name string) rendering {
	e := r.render(name)
	if e.usable() {
		e.problems = append(e.problems, locate(e.env, e.files, r.checker.Files(toCheck(e.files), r.facts(e.env)))...)
	}
	return e
}

// compare compares what an environment rendered to with what is on disk.
func (r *run) compare(e rendering) (_ outcome, err error) {
	if e.files != nil {
		e.comparison, err = r.tree.Compare(e.name, e.files)
	}
	return e.outcome, err
}

// clashes finds what environments, in the order of their names, both claim: in one
// cluster, or in one deploy repository.
func (r *run) clashes(all []outcome) []rule.Problem {
	problems := r.checker.Clashes()
	for i, problem := range problems {
		if env, _ := r.folder.Read(problem.Environment); env != nil {
			problems[i] = locateField(generate.NewSources(env), problem)
		}
	}
	first := map[string]string{}
	for _, one := range all {
		other, taken := first[one.deployFolder]
		switch {
		case one.deployFolder == "":
		case taken:
			env, _ := r.folder.Read(one.name)
			problems = append(problems, config.SharedDeployFolder(env, other))
		default:
			first[one.deployFolder] = one.name
		}
	}
	return problems
}

// vanished names the environments that have files and no environment file any more.
func (r *run) vanished() ([]string, error) {
	owners, err := r.tree.Environments()
	if err != nil {
		return nil, err
	}
	return r.gone(owners)
}

// gone keeps the names that have no environment file any more.
func (r *run) gone(names []string) ([]string, error) {
	known, _, err := r.folder.Names()
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, found := slices.BinarySearch(known, name)
		return found
	}), err
}

// compareVanished compares the environments that have vanished.
func (r *run) compareVanished() (all []*tree.Comparison, err error) {
	names, err := r.vanished()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		comparison, err := r.tree.Compare(name, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, comparison)
	}
	return all, nil
}

// comparisons are those of the outcomes that have one.
func comparisons(all []outcome) (some []*tree.Comparison) {
	for _, one := range all {
		if one.comparison != nil {
			some = append(some, one.comparison)
		}
	}
	return some
}

// ordered puts problems in order, after Strict has made warnings errors. What is wrong in
// a file that many environments extend is one problem, of the first.
func (p Project) ordered(problems []rule.Problem) []rule.Problem {
	for i := range problems {
		if p.Strict && problems[i].Severity == rule.Warning {
			problems[i].Severity = rule.Error
		}
	}
	rule.Sort(problems)
	return slices.CompactFunc(problems, func(a, b rule.Problem) bool {
		a.Environment, a.Manifest = b.Environment, b.Manifest
		return a == b && a.Line > 0
	})
}
