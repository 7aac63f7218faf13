package main

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/rule"
)

// pipeline leads environments from their files to the output tree:
// read, render, check, compare; then, for those with changes, render again and write.
type pipeline struct {
	*cli
	folder  *config.Folder
	tree    *tree.Tree
	checker *validate.Checker
	// deployed are the folders that environments are deployed from: name → deployFolder.
	deployed sync.Map
}

func (c *cli) openPipeline(readOnly bool) (*pipeline, error) {
	folder, err := c.openEnvironments()
	if err != nil {
		return nil, err
	}
	out, err := c.openTree(readOnly)
	if err != nil {
		folder.Close()
		return nil, err
	}
	return &pipeline{cli: c, folder: folder, tree: out, checker: validate.NewChecker()}, nil
}

// openTree opens the output tree, for writing only when no other run has it.
func (c *cli) openTree(readOnly bool) (*tree.Tree, error) {
	if readOnly {
		return tree.Open(c.in(c.Out))
	}
	patience := time.AfterFunc(time.Second, func() { c.say("waiting for another run to leave %s", c.Out) })
	defer patience.Stop()
	return tree.Lock(c.ctx, c.in(c.Out))
}

// each ends with an error if a manifest could not be checked.
func (p *pipeline) each(n int, work func(i int) error) error {
	if err := p.cli.each(n, work); err != nil {
		return err
	}
	return p.checker.Err()
}

func (p *pipeline) close() {
	// What could fail has been reported by Apply; an empty folder may stay.
	_ = p.tree.Close()
	p.folder.Close()
}

// compared is one environment after the first pass. It holds hashes, not bytes,
// so that memory does not grow with what is generated.
type compared struct {
	name       string
	problems   []rule.Problem
	comparison *tree.Comparison
	// vanished says that there is no environment file any more.
	vanished bool
}

// stale picks the environments whose files are to change.
func stale(all []compared) []compared {
	return slices.DeleteFunc(slices.Clone(all), func(one compared) bool { return !one.comparison.Stale() })
}

// compare is the first pass. The answer is in the order of the names.
func (p *pipeline) compare(names []string) ([]compared, error) {
	all := make([]compared, len(names))
	err := p.each(len(names), func(i int) (err error) {
		all[i], err = p.compareOne(names[i])
		return err
	})
	for _, one := range all {
		if one.comparison != nil {
			p.detail("%s: rendered and checked %d files", one.name, len(one.comparison.Changes))
		}
	}
	return all, err
}

func (p *pipeline) compareOne(name string) (compared, error) {
	_, files, problems := p.renderAndCheck(name)
	one := compared{name: name, problems: problems}
	if files == nil {
		return one, nil
	}
	var err error
	one.comparison, err = p.tree.Compare(name, files)
	return one, err
}

// renderAndCheck returns no files if they could not be rendered.
func (p *pipeline) renderAndCheck(name string) (*config.Environment, []tree.File, []rule.Problem) {
	env, files, problems := p.render(name)
	if rule.Failed(problems) {
		return env, nil, problems
	}
	return env, files, append(problems, locate(env, files, p.checker.Files(toCheck(files), facts(env)))...)
}

// read notes where an environment is deployed from.
func (p *pipeline) read(name string) (*config.Environment, []rule.Problem) {
	env, problems := p.folder.Read(name)
	if env != nil && !rule.Failed(problems) && env.Deploy != nil && env.Deploy.Repository != "" {
		p.deployed.Store(name, deployFolder(env.Deploy))
	}
	return env, problems
}

func (p *pipeline) render(name string) (*config.Environment, []tree.File, []rule.Problem) {
	env, problems := p.read(name)
	if env == nil || rule.Failed(problems) {
		return env, nil, problems
	}
	files, found := generate.Render(env)
	return env, files, append(problems, found...)
}

// clashes finds what the environments of one cluster both claim.
func (p *pipeline) clashes() []rule.Problem {
	problems := p.checker.Clashes()
	for i, problem := range problems {
		if env, _ := p.folder.Read(problem.Environment); env != nil {
			problems[i] = locateField(generate.NewSources(env), problem)
		}
	}
	return append(problems, p.sharedFolders()...)
}

func deployFolder(d *config.Deploy) string {
	return fmt.Sprint(d.Host, "/", d.Repository, "/", d.Base, ":", d.Path)
}

// sharedFolders finds environments that would be deployed from one folder: each proposal
// would take away what the other put there.
func (p *pipeline) sharedFolders() (problems []rule.Problem) {
	first := map[string]string{}
	var names []string
	p.deployed.Range(func(name, _ any) bool {
		names = append(names, name.(string))
		return true
	})
	slices.Sort(names)
	for _, name := range names {
		folder, _ := p.deployed.Load(name)
		other, taken := first[folder.(string)]
		if !taken {
			first[folder.(string)] = name
			continue
		}
		env, _ := p.folder.Read(name)
		problems = append(problems, deployProblem(env, "EF114", "deploy.path",
			fmt.Sprintf("is the deploy path of environment %q, too", other), "choose another folder"))
	}
	return problems
}

// gone picks the names that have no environment file any more.
func gone(folder *config.Folder, names []string) ([]string, error) {
	known, _, err := folder.Names()
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, found := slices.BinarySearch(known, name)
		return found
	}), err
}

// vanished compares the environments that have files and no environment file.
func (p *pipeline) vanished() ([]compared, error) {
	owners, err := p.tree.Environments()
	if err != nil {
		return nil, err
	}
	names, err := gone(p.folder, owners)
	if err != nil {
		return nil, err
	}
	var all []compared
	for _, name := range names {
		comparison, err := p.tree.Compare(name, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, compared{name: name, comparison: comparison, vanished: true})
	}
	return all, nil
}

// apply is the second pass: it renders again what has changed, and writes it.
// The tree compares the hashes with those of the first pass.
func (p *pipeline) apply(all []compared, allowed tree.Options) error {
	changed := stale(all)
	return p.each(len(changed), func(i int) error {
		one := changed[i]
		var files []tree.File
		if !one.vanished {
			_, files, _ = p.render(one.name)
		}
		return p.tree.Apply(one.comparison, files, allowed)
	})
}
