package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/source"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// A run is a Project with its folders open.
type run struct {
	Project
	folder  *config.Folder
	tree    *tree.Tree
	checker *validate.Checker
}

// open opens a project; for writing, once no other run has its output folder.
func (p Project) open(ctx context.Context, write bool) (*run, error) {
	folder, err := p.openEnvironments()
	if err != nil {
		return nil, err
	}
	out, err := p.openTree(ctx, write)
	if err != nil {
		folder.Close()
		return nil, err
	}
	return &run{p, folder, out, validate.NewChecker()}, nil
}

func (p Project) openTree(ctx context.Context, write bool) (*tree.Tree, error) {
	if !write {
		return tree.Open(p.Path(p.Out))
	}
	patience := time.AfterFunc(time.Second, func() { p.Watcher.Notice("waiting for another run to leave %s", p.Out) })
	defer patience.Stop()
	return tree.Lock(ctx, p.Path(p.Out))
}

func (r *run) close() {
	// What could fail has been reported by Apply; an empty folder may stay.
	_ = r.tree.Close()
	r.folder.Close()
}

// An outcome is what a run remembers of an environment. It holds hashes, not bytes, so
// that memory does not grow with what is generated.
type outcome struct {
	name     string
	problems []rule.Problem
	// deployFolder is where the environment is deployed from; it is empty if it names no
	// such place, or could not be read.
	deployFolder string
	// comparison is nil if there is none.
	comparison *tree.Comparison
}

// eachSelected calls work for each selected environment. The outcomes are in the order of
// the names; the problems are theirs and those of the folder as a whole.
func (r *run) eachSelected(ctx context.Context, selected Selection, work func(name string) (outcome, error)) (all outcomes, problems []rule.Problem, err error) {
	names, problems, err := r.names(ctx, r.folder, selected)
	if err != nil {
		return nil, nil, err
	}
	all, err = each(ctx, r.Project, names, work)
	return all, append(problems, all.problems()...), cmp.Or(err, r.checker.Err())
}

type outcomes []outcome

func (all outcomes) problems() (problems []rule.Problem) {
	for _, one := range all {
		problems = append(problems, one.problems...)
	}
	return problems
}

func (all outcomes) comparisons() (found []*tree.Comparison) {
	for _, one := range all {
		if one.comparison != nil {
			found = append(found, one.comparison)
		}
	}
	return found
}

// A Rendering is an environment with what it renders to.
type Rendering struct {
	outcome
	// Environment is nil if it cannot be read.
	Environment *config.Environment
	// Files are nil if they could not be rendered.
	Files []tree.File
}

func (e Rendering) usable() bool { return e.Environment != nil && !rule.Failed(e.problems) }

func (r *run) read(name string) (e Rendering) {
	e.name = name
	if e.Environment, e.problems = r.folder.Read(name); e.usable() {
		e.deployFolder = e.Environment.DeployFolder()
	}
	return e
}

func (r *run) render(name string) Rendering {
	e := r.read(name)
	if !e.usable() {
		return e
	}
	files, problems := generate.Render(e.Environment)
	if e.problems = append(e.problems, problems...); e.usable() {
		e.Files = files
	}
	return e
}

// manifests are the same files for rooms that do not know the generator.
func manifests(files []tree.File) []manifest.File {
	same := make([]manifest.File, len(files))
	for i, f := range files {
		same[i] = manifest.File(f)
	}
	return same
}

func (r *run) renderAndCheck(name string) Rendering {
	e := r.render(name)
	if e.usable() {
		found := r.checker.Files(manifests(e.Files), facts(e.Environment, r.Today))
		e.problems = append(e.problems, locate(e.Environment, e.Files, found)...)
	}
	return e
}

// compare compares what an environment rendered to with what is on disk.
func (r *run) compare(e Rendering) (_ outcome, err error) {
	if e.Files != nil {
		e.comparison, err = r.tree.Compare(e.name, e.Files)
	}
	return e.outcome, err
}

// clashes finds what two environments claim and only one may have: in a cluster, or in a
// deploy repository. The outcomes are in the order of their names.
func (r *run) clashes(all outcomes) []rule.Problem {
	problems := r.checker.Clashes()
	for i, problem := range problems {
		if e := r.render(problem.Environment); e.Environment != nil {
			problems[i] = locateField(source.New(e.Environment, e.Files, generate.Render), problem)
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

// vanished names the environments that have generated files and no environment file any
// more.
func (r *run) vanished(files interface{ Environments() ([]string, error) }) ([]string, error) {
	owners, err := files.Environments()
	if err != nil {
		return nil, err
	}
	known, _, err := r.folder.Names()
	return slices.DeleteFunc(owners, func(name string) bool {
		_, found := slices.BinarySearch(known, name)
		return found
	}), err
}

// compareVanished compares the environments that have vanished.
func (r *run) compareVanished(ctx context.Context) ([]*tree.Comparison, error) {
	names, err := r.vanished(r.tree)
	if err != nil {
		return nil, err
	}
	return each(ctx, r.Project, names, func(name string) (*tree.Comparison, error) { return r.tree.Compare(name, nil) })
}

// ordered sorts problems, after Strict has made warnings errors. A mistake in a file that
// many environments extend stays as one problem, that of the first environment. The result
// is never nil.
func (p Project) ordered(problems []rule.Problem) []rule.Problem {
	problems = append([]rule.Problem{}, problems...)
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
