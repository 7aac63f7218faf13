package main

import (
	"bufio"
	"fmt"
	"io"
	"path"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

type generateCommand struct {
	selection
	Check         bool `help:"Write nothing; exit 3 if the files are not what would be generated."`
	Force         bool `help:"Take over files that were edited by hand or are not efgen's."`
	AllowRemovals bool `help:"Let StatefulSets vanish."`
}

func (generateCommand) Help() string {
	return `Everything asked for is rendered and checked before the first file is written. Files that have
not changed are not touched; those that are no longer generated go.

Examples:
  efgen generate --env production
  efgen generate --all --check      # in CI: is out/ what environments/ says?
  efgen generate --env 'site-*' --format json`
}

func (g generateCommand) Run(c *cli) error {
	format, err := c.formatIn("text", "json", "github")
	if err != nil {
		return err
	}
	if err := g.selection.check(); err != nil {
		return err
	}
	p, err := c.openPipeline(g.Check)
	if err != nil {
		return err
	}
	defer p.close()
	all, problems, err := g.compare(p)
	if err != nil {
		return err
	}

	problems = c.settle(problems)
	code, err := c.judge(problems)
	if err != nil {
		return err
	}
	code = max(code, g.refuse(c, all))
	if code == exitDone && !g.Check {
		if err := p.apply(all, g.allowed()); err != nil {
			return err
		}
	}
	if code != exitDone {
		if !g.Check {
			c.say("nothing was written")
		}
		all = nil
	}
	if err := printGenerated(c, format, all, problems); err != nil {
		return err
	}
	changed := stale(all)
	if err := c.tellStep(g.heading(code, len(changed), len(all)), problems, "changed", len(changed) > 0); err != nil {
		return err
	}
	return exit(max(code, g.staleness(c, all)))
}

// heading says in a step's summary how the run ended.
func (g generateCommand) heading(code, changed, all int) string {
	switch {
	case code == exitRefused:
		return "efgen generate: refused, nothing was written"
	case code != exitDone:
		return "efgen generate: nothing was written"
	case g.Check:
		return fmt.Sprintf("efgen generate --check: %d of %d environments are not current", changed, all)
	}
	return fmt.Sprintf("efgen generate: %d of %d environments changed", changed, all)
}

func (g generateCommand) allowed() tree.Options {
	return tree.Options{Force: g.Force, AllowRemovals: g.AllowRemovals}
}

// compare renders, checks and compares all that is asked for.
func (g generateCommand) compare(p *pipeline) ([]compared, []rule.Problem, error) {
	names, problems, err := g.names(p.cli, p.folder)
	if err != nil {
		return nil, nil, err
	}
	all, err := p.compare(names)
	if err != nil {
		return nil, nil, err
	}
	for _, one := range all {
		problems = append(problems, one.problems...)
	}
	problems = append(problems, p.clashes()...)
	if g.All {
		gone, err := p.vanished()
		if err != nil {
			return nil, nil, err
		}
		all = append(all, gone...)
	}
	if len(all) == 0 && len(problems) == 0 && g.ChangedSince == "" {
		return nil, nil, p.nothingThere()
	}
	return all, problems, nil
}

// refuse names every file that efgen must not touch, in all environments.
func (g generateCommand) refuse(c *cli, all []compared) int {
	code := exitDone
	for _, one := range all {
		if one.comparison == nil {
			continue
		}
		for _, refusal := range one.comparison.Refused(g.allowed()) {
			c.complain(fmt.Sprint(refusal))
			code = exitRefused
		}
	}
	return code
}

// staleness is the answer to --check.
func (g generateCommand) staleness(c *cli, all []compared) int {
	if !g.Check {
		return exitDone
	}
	code := exitDone
	for _, one := range all {
		if one.comparison.Stale() {
			c.say("%s is not current: run efgen generate --env %s", path.Join(c.Out, one.name), one.name)
			code = exitStale
		}
	}
	return code
}

// generatedFile is one file as `generate --format json` prints it.
type generatedFile struct {
	Path   string          `json:"path"`
	SHA256 string          `json:"sha256"`
	Change tree.ChangeKind `json:"change"`
}

type generatedEnvironment struct {
	Name  string          `json:"name"`
	Files []generatedFile `json:"files"`
}

func printGenerated(c *cli, format string, all []compared, problems []rule.Problem) error {
	switch format {
	case "text":
		return printChanges(c.stdout(), c.Out, all)
	case "github":
		return printChanges(c.streams.err, c.Out, all)
	}
	environments := make([]generatedEnvironment, 0, len(all))
	for _, one := range all {
		env := generatedEnvironment{Name: one.name, Files: []generatedFile{}}
		for _, change := range one.comparison.Changes {
			env.Files = append(env.Files, generatedFile{Path: change.Path, SHA256: change.Hash.String(), Change: change.Kind})
		}
		environments = append(environments, env)
	}
	return report.JSON(c.stdout(), map[string]any{"environments": environments, "problems": notNil(problems)})
}

// printChanges lists what changed, and what there is in all.
func printChanges(to io.Writer, out string, all []compared) error {
	w := bufio.NewWriter(to)
	for _, one := range all {
		count := map[tree.ChangeKind]int{}
		for _, change := range one.comparison.Changes {
			if count[change.Kind]++; change.Kind != tree.Unchanged {
				fmt.Fprintf(w, "%-8s  %s\n", change.Kind, report.Plain(path.Join(out, one.name, change.Path)))
			}
		}
		fmt.Fprintf(w, "%s: %s\n", one.name, summary(count, one.comparison.Stale()))
	}
	return w.Flush()
}

func summary(count map[tree.ChangeKind]int, stale bool) string {
	total := count[tree.Added] + count[tree.Modified] + count[tree.Unchanged]
	switch unchanged := total == count[tree.Unchanged] && count[tree.Removed] == 0; {
	case unchanged && stale:
		return fmt.Sprintf("%d files, only %s changed", total, tree.LedgerName)
	case unchanged:
		return fmt.Sprintf("%d files, nothing changed", total)
	}
	return fmt.Sprintf("%d files, %d added, %d modified, %d removed",
		total, count[tree.Added], count[tree.Modified], count[tree.Removed])
}

// notNil makes JSON's [] of no items, not null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
