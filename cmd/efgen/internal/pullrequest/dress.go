package pullrequest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
)

// isDressed tells whether anything is to be added to a pull request of one's own.
func (w Want) isDressed() bool {
	return len(w.Labels)+len(w.Reviewers)+len(w.TeamReviewers)+len(w.Assignees) > 0
}

// open opens the pull request and adds what can only be added then.
func (c *Client) open(ctx context.Context, s *observation, w Want, p *plan, result *Result) error {
	opened, warning, err := c.openPull(ctx, s, w, p.title, p.body)
	if err != nil {
		return err
	}
	result.Number, result.URL = opened.number, opened.url
	if warning != "" {
		result.Warnings = append(result.Warnings, warning)
	}
	if !w.isDressed() || !c.dress(ctx, s.repository, w, opened.number, result) {
		return ctx.Err()
	}
	result.Body = withoutSetup(p.body)
	return c.editPull(ctx, s.repository, opened.number, &github.PullRequest{Body: &result.Body})
}

// edit brings title and body up to date. A pull request whose run was killed
// before it had added everything gets the rest first.
func (c *Client) edit(ctx context.Context, s *observation, w Want, p *plan, result *Result) error {
	if _, setup := described(s.open.body); setup && !c.dress(ctx, s.repository, w, s.open.number, result) {
		return ctx.Err()
	}
	return c.editPull(ctx, s.repository, s.open.number, &github.PullRequest{Title: &p.title, Body: &p.body})
}

// dress adds labels, reviewers and assignees. What GitHub turns down is a warning:
// the proposal is good without. It tells whether all has been answered.
func (c *Client) dress(ctx context.Context, r repository, w Want, number int, result *Result) bool {
	answered := true
	add := func(names []string, what string, send func() error) {
		if len(names) == 0 {
			return
		}
		err := c.explain(ctx, fmt.Sprintf("%s %s", what, strings.Join(names, ", ")), c.insist(ctx, send))
		if err != nil {
			result.Warnings = append(result.Warnings, err.Error())
			answered = answered && !again(err) && ctx.Err() == nil
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

// insist sends a request once more while a pull request is so new that not all of
// GitHub knows it.
func (c *Client) insist(ctx context.Context, send func() error) error {
	err := send()
	for tries := 1; tries < 3 && isUnprocessable(err, "could not resolve to a node"); tries++ {
		if err := c.wait(ctx, time.Second<<tries); err != nil {
			return err
		}
		err = send()
	}
	return err
}
