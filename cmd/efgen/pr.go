package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/generate/config"
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
and pull requests. It goes to github.com, to the host of GITHUB_SERVER_URL, or to the host that
EFGEN_GITHUB_HOST names; any other deploy.host is exit 2. GITHUB_API_URL names another address of the
API; it counts for deploy.host only where GITHUB_SERVER_URL, if set, names that host.

Exit code 4 says that the deploy path is not efgen's, 5 that a person's decision stands against it,
6 that GitHub could not be reached or did not agree.

Examples:
  efgen pr --env production --dry-run
  efgen pr --all --format json
  efgen pr --env production --overwrite   # give up what was committed to the branch by hand`
}

func (cmd prCommand) Run(ctx context.Context, p app.Project, out *printer) error {
	selected, err := cmd.selected()
	if err != nil {
		return err
	}
	ready, err := p.Proposable(ctx, selected)
	if err != nil {
		return err
	}
	defer ready.Close()
	code, err := out.problems(ready.Problems, nil)
	if err != nil {
		return err
	}
	all := []proposal{}
	if code == exitDone {
		if all, code, err = cmd.propose(ctx, p, out, ready); err != nil {
			return err
		}
	} else {
		out.Notice("nothing was proposed")
	}
	return errors.Join(cmd.print(out, all), stepOfProposals(out, all), exit(code))
}

// propose works on one environment after the other, since GitHub asks for a second between
// writes.
func (cmd prCommand) propose(ctx context.Context, p app.Project, out *printer, ready *app.Proposable) (all []proposal, code int, err error) {
	all = []proposal{}
	if cmd.All {
		vanished, err := ready.Vanished()
		if err != nil {
			return nil, 0, err
		}
		for _, sentence := range vanished {
			out.Notice("%s", sentence)
		}
	}
	if len(ready.Names) == 0 {
		out.Notice("nothing is proposed: none of the environments asked for names a deploy.repository")
		return all, exitDone, nil
	}
	if err := out.checkHosts(ready); err != nil {
		return nil, 0, err
	}
	from, err := sourceOf(ctx, p, out.getenv)
	if err != nil {
		return nil, 0, err
	}
	hosts := gitHubs{printer: out, source: from}
	for _, name := range ready.Names {
		one, err := cmd.proposeOne(ctx, ready, &hosts, name)
		if ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		if all = append(all, one); err != nil {
			code = max(code, out.failed(name+": ", err))
		}
		for _, warning := range one.Warnings {
			out.Notice("%s: %s", name, warning)
		}
	}
	return all, code, nil
}

func (cmd prCommand) proposeOne(ctx context.Context, ready *app.Proposable, hosts *gitHubs, name string) (proposal, error) {
	one := proposal{Environments: []string{name}, Operation: pullrequest.Failed, Warnings: []string{}}
	rendered, err := ready.Render(name)
	env := rendered.Environment
	var client *pullrequest.Client
	if err == nil {
		client, err = hosts.client(env.Deploy.Host)
	}
	if err != nil {
		one.Message = err.Error()
		return one, err
	}
	describe := func(old []tree.File) (pullrequest.Description, error) {
		found := rendered.Review(old)
		one.Risk = found.Risk
		return describeReview(env, found), nil
	}
	result, err := client.Reconcile(ctx, wantOf(env, rendered.Files, hosts.source), describe, pullrequest.Options{
		Overwrite: cmd.Overwrite, Reopen: cmd.Reopen, RequireVerified: cmd.RequireVerified, DryRun: cmd.DryRun,
	})
	one.result = result
	one.Operation, one.Message, one.Warnings = result.Operation, result.Message, append(one.Warnings, result.Warnings...)
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

// describeReview is the text that people read first. It does not name the commit, so that
// a newer commit with the same content changes nothing.
func describeReview(env *config.Environment, found review.Report) pullrequest.Description {
	title := env.Deploy.PullRequest.Title
	if title == "" {
		title = "Update " + env.Name
		if len(found.Changes) > 0 {
			title += fmt.Sprintf(" (%s, %s risk)", rule.Counted(len(found.Changes), "object"), found.Risk)
		}
	}
	where := fmt.Sprintf("This is what `%s` renders to now, in `%s`.\n\n", env.File, env.Deploy.Path)
	return pullrequest.Description{Title: title, Text: where + report.DiffMarkdown(found)}
}
