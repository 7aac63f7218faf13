package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"path"
	"slices"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
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

func (g generateCommand) Run(ctx context.Context, p app.Project, out *printer) error {
	selected, err := g.selected()
	if err != nil {
		return err
	}
	generate := p.Apply
	if g.Check {
		generate = p.Compare
	}
	found, err := generate(ctx, selected, tree.Options{Force: g.Force, AllowRemovals: g.AllowRemovals})
	for _, one := range found.Rendered {
		out.detail("%s: rendered and checked %d files", one.Environment, len(one.Changes))
	}
	code, err := out.problems(found.Problems, err)
	if err != nil {
		return err
	}
	for _, refusal := range found.Refusals {
		out.complain(refusal.String())
		code = exitRefused
	}
	all := found.All()
	if code != exitDone {
		if !g.Check {
			out.Notice("nothing was written")
		}
		all = nil
	}
	if err := printGenerated(out, p.Out, all, found.Problems); err != nil {
		return err
	}
	stale := slices.DeleteFunc(all, func(one *tree.Comparison) bool { return !one.Stale() })
	if err := out.step(g.heading(code, len(stale), len(all)), found.Problems, "changed", len(stale) > 0); err != nil {
		return err
	}
	for _, one := range stale {
		if g.Check {
			out.Notice("%s is not current: run efgen generate --env %s", path.Join(p.Out, one.Environment), one.Environment)
			code = exitStale
		}
	}
	return exit(code)
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

func printGenerated(out *printer, folder string, all []*tree.Comparison, problems []rule.Problem) error {
	switch out.format {
	case "text":
		return printChanges(out.stdout, folder, all)
	case "github":
		return printChanges(out.stderr, folder, all)
	}
	environments := make([]generatedEnvironment, len(all))
	for i, one := range all {
		environments[i] = generatedEnvironment{Name: one.Environment, Files: make([]generatedFile, len(one.Changes))}
		for j, change := range one.Changes {
			environments[i].Files[j] = generatedFile{Path: change.Path, SHA256: change.Hash.String(), Change: change.Kind}
		}
	}
	return report.JSON(out.stdout, map[string]any{"environments": environments, "problems": problems})
}

// printChanges lists what changed, and what there is in all.
func printChanges(to io.Writer, folder string, all []*tree.Comparison) error {
	w := bufio.NewWriter(to)
	for _, one := range all {
		count := map[tree.ChangeKind]int{}
		for _, change := range one.Changes {
			if count[change.Kind]++; change.Kind != tree.Unchanged {
				fmt.Fprintf(w, "%-8s  %s\n", change.Kind, report.Plain(path.Join(folder, one.Environment, change.Path)))
			}
		}
		fmt.Fprintf(w, "%s: %s\n", one.Environment, summary(count, one.Stale()))
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
