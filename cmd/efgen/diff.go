package main

import (
	"cmp"
	"context"
	"io"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/cmd/efgen/internal/review"
)

type diffCommand struct {
	selection
	Base     string `placeholder:"REF|DIR" help:"Compare with the output folder of a git commit, or with another folder, instead of the output folder on disk."`
	ExitCode bool   `help:"Exit 3 if anything changes."`
	FailOn   string `placeholder:"LEVEL" enum:"never,low,medium,high,blocking" default:"never" help:"Exit 1 if the risk is low, medium, high or blocking, or worse (${default})."`
}

func (diffCommand) Help() string {
	return `Compares, object by object, what the environments render to now with what was generated before, and
tells what that could break, worst first. A change that many environments share is told once. Nothing
is validated and nothing is written; an environment that cannot be rendered is exit 1, without a diff.

--base takes a folder with one folder for each environment, or a commit of this repository, by the
system's git; main... is the commit where this branch left main. A name that is both is written ./NAME
or heads/NAME. Files beside efgen's are left alone; without a ledger all files of an environment's
folder are compared.

Examples:
  efgen diff
  efgen diff --env production --base origin/main... --fail-on high
  efgen diff --base HEAD~1 --format markdown > review.md`
}

func (d diffCommand) Run(ctx context.Context, p app.Project, out *printer) error {
	selected, err := d.orAll().selected()
	if err != nil {
		return err
	}
	found, problems, err := p.Review(ctx, selected, d.Base)
	code, err := out.problems(problems, err)
	if err != nil {
		return err
	}
	if code != exitDone {
		out.Notice("there is no diff of what cannot be rendered")
		return cmp.Or(out.step("efgen diff: nothing was compared", problems), exit(code))
	}
	if err := printDiff(out, found); err != nil {
		return err
	}
	summary := "### efgen diff\n\n" + report.DiffMarkdown(found) + "\n"
	return cmp.Or(out.writeStep(summary, "risk", found.Risk, "changed", len(found.Changes) > 0), exit(d.code(found)))
}

// code is the answer to --exit-code and --fail-on.
func (d diffCommand) code(found review.Report) int {
	code := exitDone
	if level, asked := review.ParseLevel(d.FailOn); asked && found.Risk >= level {
		code = exitProblems
	}
	if d.ExitCode && len(found.Changes) > 0 {
		code = max(code, exitStale)
	}
	return code
}

func printDiff(out *printer, found review.Report) error {
	switch out.format {
	case "json":
		return report.DiffJSON(out.stdout, found)
	case "markdown":
		_, err := io.WriteString(out.stdout, report.DiffMarkdown(found))
		return err
	}
	style := report.Style{Color: out.colored(out.stdout)}
	err := out.quoted(out.stdout, func() error { return report.Diff(out.stdout, found, style) })
	if err != nil || !out.inWorkflow() {
		return err
	}
	return report.GitHub(out.stdout, out.fromRoot(report.Shown(report.RiskProblems(found))))
}
