package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/generate/source"
	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/rule"
)

type prCommand struct {
	selection
	DryRun          bool `help:"Write nothing; print what would be done."`
	Overwrite       bool `help:"Replace the commits of others on the branch, edited files, and proposals of newer runs or for other paths."`
	Reopen          bool `help:"Propose again what a person has closed."`
	RequireVerified bool `help:"Propose only commits whose signature GitHub has verified."`
}

func (prCommand) Help() string {
	return `Renders and checks the environments, and brings one pull request for each, from branch
efgen/ENVIRONMENT of deploy.repository, to what they render to now. Nothing is written to the output
folder. In the deploy path the files of other people stay as they are, and so does all outside it.
Running it again is harmless; where nothing is left to propose, the pull request is closed.

The token is EFGEN_GITHUB_TOKEN, GH_TOKEN or GITHUB_TOKEN, in that order. It needs to write contents
and pull requests. GITHUB_API_URL names another address of the API; it counts for deploy.host only
where GITHUB_SERVER_URL, if set, names that host.

Exit code 4 says that the deploy path is not efgen's, 5 that a person's decision stands against it,
6 that GitHub could not be reached or did not agree.

Examples:
  efgen pr --env production --dry-run
  efgen pr --all --format json
  efgen pr --env production --overwrite   # give up what was committed to the branch by hand`
}

// proposal is one environment as `pr --format json` prints it.
type proposal struct {
	Environments []string              `json:"environments"`
	Operation    pullrequest.Operation `json:"operation"`
	Number       int                   `json:"number"`
	URL          string                `json:"url"`
	Branch       string                `json:"branch"`
	HeadSHA      string                `json:"headSHA"`
	Verified     bool                  `json:"verified"`
	Risk         review.Level          `json:"risk"`
	Message      string                `json:"message"`
	Warnings     []string              `json:"warnings"`

	result pullrequest.Result
}

func (cmd prCommand) Run(c *cli) error {
	format, err := c.formatIn("text", "json")
	if err != nil {
		return err
	}
	if err := cmd.selection.check(); err != nil {
		return err
	}
	p, err := c.openPipeline(true)
	if err != nil {
		return err
	}
	defer p.close()
	names, problems, err := cmd.check(p)
	if err != nil {
		return err
	}
	problems = c.settle(problems)
	code, err := c.judge(problems)
	if err != nil {
		return err
	}
	var all []proposal
	if code == exitDone {
		if all, code, err = cmd.propose(p, names); err != nil {
			return err
		}
	} else {
		c.say("nothing was proposed")
	}
	return errors.Join(cmd.print(c, format, all), tellProposals(c, all), exit(code))
}

// check renders and checks all that is asked for, before the first proposal. The others are
// read: none of them may be deployed from the same folder.
func (cmd prCommand) check(p *pipeline) (names []string, problems []rule.Problem, err error) {
	asked, problems, err := cmd.names(p.cli, p.folder)
	if err != nil {
		return nil, nil, err
	}
	known, _, err := p.folder.Names()
	if err != nil {
		return nil, nil, &failure{code: exitUsage, err: err}
	}
	some := make([][]rule.Problem, len(known))
	deployed := make([]bool, len(known))
	err = p.each(len(known), func(i int) error {
		if _, wanted := slices.BinarySearch(asked, known[i]); !wanted {
			p.read(known[i])
			return nil
		}
		env, _, found := p.renderAndCheck(known[i])
		some[i] = found
		if env != nil && !rule.Failed(found) {
			deployed[i], some[i] = cmd.isDeployed(env, found)
		}
		return nil
	})
	for i, name := range known {
		if deployed[i] {
			names = append(names, name)
		}
	}
	return names, append(slices.Concat(append(some, problems)...), p.clashes()...), err
}

// isDeployed tells whether an environment names where it is deployed from: with --all it
// need not.
func (cmd prCommand) isDeployed(env *config.Environment, problems []rule.Problem) (bool, []rule.Problem) {
	if env.Deploy != nil && env.Deploy.Repository != "" {
		return true, problems
	}
	if !cmd.All {
		problems = append(problems, deployProblem(env, "EF112", "deploy.repository",
			"names no repository to propose to", "write deploy.repository as owner/name"))
	}
	return false, problems
}

func deployProblem(env *config.Environment, id, field, message, hint string) rule.Problem {
	return locateField(source.New(env, nil, generate.Render), rule.Problem{
		Rule: id, Severity: rule.Error, Environment: env.Name, Field: field, Message: message, Hint: hint,
	})
}

// propose is the second pass, one environment after the other: GitHub asks for a
// second between writes.
func (cmd prCommand) propose(p *pipeline, names []string) (all []proposal, code int, err error) {
	if cmd.All {
		if err := p.tellVanished(); err != nil {
			return nil, exitUsage, err
		}
	}
	if len(names) == 0 {
		p.say("nothing is proposed: none of the environments asked for names a deploy.repository")
		return nil, exitDone, nil
	}
	gh := gitHubs{cli: p.cli, source: p.source()}
	for _, name := range names {
		one, err := cmd.proposeOne(p, &gh, name)
		if p.ctx.Err() != nil {
			return all, exitUsage, p.ctx.Err()
		}
		all = append(all, one)
		if err != nil {
			code = max(code, p.tellFailed(name, err))
		}
		for _, warning := range one.Warnings {
			p.say("%s: %s", name, warning)
		}
	}
	return all, code, nil
}

func (cmd prCommand) proposeOne(p *pipeline, gh *gitHubs, name string) (proposal, error) {
	one := proposal{Environments: []string{name}, Operation: pullrequest.Failed, Warnings: []string{}}
	env, files, problems := p.render(name)
	if rule.Failed(problems) || env.Deploy == nil {
		err := errors.New("its files changed while efgen ran: run it again")
		one.Message = err.Error()
		return one, err
	}
	client, err := gh.client(env.Deploy.Host)
	if err != nil {
		one.Message = err.Error()
		return one, err
	}
	describe := func(old []tree.File) (pullrequest.Description, error) {
		found := reviewed(env, old, files)
		one.Risk = found.Risk
		return describeReview(env, found), nil
	}
	result, err := client.Reconcile(p.ctx, wantOf(env, files, gh.source), describe, pullrequest.Options{
		Overwrite: cmd.Overwrite, Reopen: cmd.Reopen, RequireVerified: cmd.RequireVerified, DryRun: cmd.DryRun,
	})
	one.result = result
	one.Operation, one.Message, one.Warnings = result.Operation, result.Message, notNil(result.Warnings)
	one.Number, one.URL = result.Number, result.URL
	one.Branch, one.HeadSHA, one.Verified = result.Branch, result.HeadSHA, result.Verified
	return one, err
}

func wantOf(env *config.Environment, files []tree.File, source pullrequest.Source) pullrequest.Want {
	d, pr := env.Deploy, env.Deploy.PullRequest
	return pullrequest.Want{
		Environment: env.Name, Repository: d.Repository, Base: d.Base, Path: d.Path, Files: files,
		Labels: pr.Labels, Reviewers: pr.Reviewers, TeamReviewers: pr.TeamReviewers, Assignees: pr.Assignees,
		Draft: pr.Draft, Source: source,
	}
}

// reviewed compares what is deployed with what is to be.
func reviewed(env *config.Environment, old, files []tree.File) review.Report {
	before, after := sides(env, toCheck(old), toCheck(files))
	comparer := review.NewComparer()
	comparer.Add(before, after, lineBehind(env, files))
	return comparer.Report()
}

func objects(n int) string {
	if n == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", n)
}

// describeReview is what people read first. It does not name the commit: the same
// content from a newer one is no news.
func describeReview(env *config.Environment, found review.Report) pullrequest.Description {
	title := env.Deploy.PullRequest.Title
	if title == "" {
		title = "Update " + env.Name
		if len(found.Changes) > 0 {
			title += fmt.Sprintf(" (%s, %s risk)", objects(len(found.Changes)), found.Risk)
		}
	}
	where := fmt.Sprintf("This is what `%s` renders to now, in `%s`.\n\n", env.File, env.Deploy.Path)
	return pullrequest.Description{Title: title, Text: where + report.DiffMarkdown(found)}
}
