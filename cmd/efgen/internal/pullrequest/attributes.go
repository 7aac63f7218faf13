package pullrequest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
)

// hasAttributes reports whether a new pull request gets labels, reviewers or assignees.
func (w Want) hasAttributes() bool {
	return len(w.Labels)+len(w.Reviewers)+len(w.TeamReviewers)+len(w.Assignees) > 0
}

// open opens the pull request and then adds its attributes: GitHub takes them only then.
func (c *Client) open(ctx context.Context, s *observation, w Want, p *plan, result *Result) error {
	opened, warning, err := c.createPull(ctx, s, w, p.title, p.body)
	if err != nil {
		return err
	}
	result.Number, result.URL = opened.number, opened.url
	if warning != "" {
		result.Warnings = append(result.Warnings, warning)
	}
	if !w.hasAttributes() || !c.addAttributes(ctx, s.repository, w, opened.number, result) {
		return ctx.Err()
	}
	result.Body = withoutSetup(p.body)
	return c.updatePull(ctx, s.repository, opened.number, &github.PullRequest{Body: &result.Body})
}

// edit brings title and body up to date. If the run that opened the pull request did not
// add all attributes, edit adds them first.
func (c *Client) edit(ctx context.Context, s *observation, w Want, p *plan, result *Result) error {
	if _, setup := regionOf(s.open.body); setup && !c.addAttributes(ctx, s.repository, w, s.open.number, result) {
		return ctx.Err()
	}
	return c.updatePull(ctx, s.repository, s.open.number, &github.PullRequest{Title: &p.title, Body: &p.body})
}

// addAttributes adds labels, reviewers and assignees. If GitHub refuses one, that is a
// warning only. It reports whether GitHub has answered all requests.
func (c *Client) addAttributes(ctx context.Context, r repository, w Want, number int, result *Result) bool {
	answered := true
	add := func(names []string, what string, send func() error) {
		if len(names) == 0 {
			return
		}
		err := c.explain(ctx, fmt.Sprintf("%s %s", what, strings.Join(names, ", ")), c.retryWhileNew(ctx, send))
		if err != nil {
			result.Warnings = append(result.Warnings, err.Error())
			answered = answered && !isAnswerLost(err) && ctx.Err() == nil
		}
	}
	issues, pulls := c.github.Issues, c.github.PullRequests
	add(w.Labels, "add labels", func() error {
		_, _, err := issues.AddLabelsToIssue(ctx, r.owner, r.name, number, w.Labels)
		return err
	})
	add(w.Reviewers, "ask for reviews", func() error {
		_, _, err := pulls.RequestReviewers(ctx, r.owner, r.name, number, github.ReviewersRequest{Reviewers: w.Reviewers})
		return err
	})
	add(w.TeamReviewers, "ask for reviews of teams", func() error {
		_, _, err := pulls.RequestReviewers(ctx, r.owner, r.name, number, github.ReviewersRequest{TeamReviewers: w.TeamReviewers})
		return err
	})
	add(w.Assignees, "assign", func() error {
		_, _, err := issues.AddAssignees(ctx, r.owner, r.name, number, w.Assignees)
		return err
	})
	return answered
}

// retryWhileNew repeats a request while the pull request is so new that some of GitHub's
// servers do not know it yet.
func (c *Client) retryWhileNew(ctx context.Context, send func() error) error {
	err := send()
	for tries := 1; tries < 3 && isUnprocessable(err, "could not resolve to a node"); tries++ {
		if err := c.wait(ctx, time.Second<<tries); err != nil {
			return err
		}
		err = send()
	}
	return err
}
