package main

import (
	"cmp"
	"io"
	"slices"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/source"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
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

--base takes a folder with one folder for each environment; where there is none of that name, a commit
of this repository, by the system's git. A branch with the name of a folder is heads/NAME. Files beside
efgen's are left alone; without a ledger all files of an environment's folder are compared.

Examples:
  efgen diff
  efgen diff --env production --base origin/main --fail-on high
  efgen diff --base HEAD~1 --format markdown > review.md`
}

func (d diffCommand) Run(c *cli) error {
	format, err := c.formatIn("text", "markdown", "json")
	if err != nil {
		return err
	}
	d.selection = d.orAll()
	if err := d.selection.check(); err != nil {
		return err
	}
	found, problems, err := d.review(c)
	if err != nil {
		return err
	}
	problems = c.settle(problems)
	code, err := c.judge(problems)
	if err != nil {
		return err
	}
	if code != exitDone {
		c.say("there is no diff of what cannot be rendered")
		return cmp.Or(c.tellStep("efgen diff: nothing was compared", problems), exit(code))
	}
	if err := printDiff(c, format, found); err != nil {
		return err
	}
	summary := "### efgen diff\n\n" + report.DiffMarkdown(found) + "\n"
	return cmp.Or(c.writeStep(summary, "risk", found.Risk, "changed", len(found.Changes) > 0), exit(d.code(found)))
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

func (d diffCommand) review(c *cli) (found review.Report, problems []rule.Problem, err error) {
	p, err := c.openPipeline(true)
	if err != nil {
		return found, nil, err
	}
	defer p.close()
	old, err := c.openBase(d.Base)
	if err != nil {
		return found, nil, err
	}
	defer old.Close()
	names, problems, err := d.names(c, p.folder)
	if err != nil {
		return found, nil, err
	}
	comparer := review.NewComparer()
	some := make([][]rule.Problem, len(names))
	err = p.each(len(names), func(i int) (err error) {
		some[i], err = p.reviewOne(comparer, old, names[i])
		return err
	})
	if err == nil && d.All {
		err = reviewVanished(comparer, old, p.folder)
	}
	return comparer.Report(), slices.Concat(append(some, problems)...), err
}

// reviewOne compares what an environment renders to with what it was.
func (p *pipeline) reviewOne(comparer *review.Comparer, old base, name string) ([]rule.Problem, error) {
	env, files, problems := p.render(name)
	if rule.Failed(problems) {
		return problems, nil
	}
	was, err := before(old, name, files)
	if err != nil {
		return nil, err
	}
	earlier, now := sides(env, was, toCheck(files))
	comparer.Add(earlier, now, lineBehind(env, files))
	return problems, nil
}

// sides are the files of an environment before and after, for a review. In what
// namespace it was before is not known.
func sides(env *config.Environment, was, is []manifest.File) (old, new *manifest.Set) {
	before, after := facts(env), facts(env)
	after.Namespace = env.Namespace
	return manifest.NewSet(was, before), manifest.NewSet(is, after)
}

// reviewVanished shows as removed what belonged to environments that are gone.
func reviewVanished(comparer *review.Comparer, old base, folder *config.Folder) error {
	owners, err := old.Environments()
	if err != nil {
		return err
	}
	names, err := gone(folder, owners)
	if err != nil {
		return err
	}
	nowhere := func(string, string, string) (string, int) { return "", 0 }
	for _, name := range names {
		was, err := before(old, name, nil)
		if err != nil {
			return err
		}
		facts := manifest.Facts{Environment: name}
		comparer.Add(manifest.NewSet(was, facts), manifest.NewSet(nil, facts), nowhere)
	}
	return nil
}

// lineBehind finds the line of an environment file behind a manifest's field.
func lineBehind(env *config.Environment, files []tree.File) func(manifest, file, field string) (string, int) {
	sources := source.New(env, files, generate.Render)
	return func(manifest, file, field string) (string, int) {
		at := locateField(sources, rule.Problem{Manifest: manifest, File: file, Field: field})
		return at.File, at.Line
	}
}

func printDiff(c *cli, format string, found review.Report) error {
	w := c.stdout()
	switch format {
	case "json":
		return report.DiffJSON(w, found)
	case "markdown":
		_, err := io.WriteString(w, report.DiffMarkdown(found))
		return err
	}
	err := c.quoted(w, func() error { return report.Diff(w, found, report.Style{Color: c.colored(w)}) })
	if err != nil || !c.inWorkflow() {
		return err
	}
	return report.GitHub(w, c.fromRoot(report.Shown(report.RiskProblems(found))))
}
