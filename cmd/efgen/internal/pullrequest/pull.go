package pullrequest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"
)

// A pull is a pull request.
type pull struct {
	number           int
	url, title, body string
	head             string // the ID of the commit that it proposes
	base             string // the name of the branch that it is against
	merged           bool
}

// observePulls looks for the pull requests of the branch, open and closed, and for open
// ones against another base. Those that contain efgen's region were opened before
// deploy.base was changed.
func (c *Client) observePulls(ctx context.Context, s *observation, w Want) error {
	open, err := c.listPulls(ctx, s.repository, w.branch(), "open", "")
	if err != nil {
		return err
	}
	for _, p := range open {
		switch {
		case p.base == s.base && s.open == nil:
			s.open = p
		case p.base != s.base && regionPattern().MatchString(p.body):
			s.otherBase = append(s.otherBase, p)
		}
	}
	if s.open != nil {
		return nil
	}
	closed, err := c.listPulls(ctx, s.repository, w.branch(), "closed", s.base)
	for _, p := range closed {
		if p.base == s.base {
			s.closed = p
			break
		}
	}
	return err
}

// listPulls returns the pull requests from the branch, the newest one first. It checks
// each, because GitHub ignores a filter that it does not understand, and its filter does
// not tell the owner's repositories apart.
func (c *Client) listPulls(ctx context.Context, r repository, branch, state, base string) (all []*pull, err error) {
	found, _, err := c.github.PullRequests.List(ctx, r.owner, r.name, &github.PullRequestListOptions{
		State: state, Head: r.owner + ":" + branch, Base: base,
		Sort: "created", Direction: "desc", ListOptions: github.ListOptions{PerPage: 100},
	})
	if err != nil {
		return nil, c.explain(ctx, "look for pull requests of "+r.String(), err)
	}
	for _, p := range found {
		if p.GetState() == state && p.GetHead().GetRef() == branch && strings.EqualFold(p.GetHead().GetRepo().GetFullName(), r.String()) {
			all = append(all, pullOf(p))
		}
	}
	slices.SortFunc(all, func(a, b *pull) int { return b.number - a.number })
	return all, nil
}

func pullOf(p *github.PullRequest) *pull {
	return &pull{
		number: p.GetNumber(), url: p.GetHTMLURL(), title: p.GetTitle(), head: p.GetHead().GetSHA(), base: p.GetBase().GetRef(),
		body: strings.ReplaceAll(p.GetBody(), "\r\n", "\n"), merged: p.MergedAt != nil,
	}
}

// createPull opens the pull request; where GitHub has no drafts, it opens no draft.
func (c *Client) createPull(ctx context.Context, s *observation, w Want, title, body string) (p *pull, warning string, err error) {
	r := s.repository
	wanted := &github.NewPullRequest{
		Title: &title, Body: &body, Head: github.String(w.branch()), Base: &s.base, Draft: &w.Draft,
	}
	opened, _, err := c.github.PullRequests.Create(ctx, r.owner, r.name, wanted)
	if w.Draft && isUnprocessable(err, "draft") {
		wanted.Draft, warning = nil, "opened for review at once: the repository knows no drafts"
		opened, _, err = c.github.PullRequests.Create(ctx, r.owner, r.name, wanted)
	}
	switch {
	case isUnprocessable(err, "already exists"), isUnprocessable(err, "no commits between"):
		return nil, "", errMoved
	case err != nil:
		return nil, "", c.explain(ctx, "open a pull request in "+r.String(), err)
	}
	return pullOf(opened), warning, nil
}

func (c *Client) updatePull(ctx context.Context, r repository, number int, edit *github.PullRequest) error {
	_, _, err := c.github.PullRequests.Edit(ctx, r.owner, r.name, number, edit)
	return c.explain(ctx, "edit the pull request", err)
}

// isUnprocessable recognizes an error that only GitHub's words distinguish.
func isUnprocessable(err error, words string) bool {
	var answer *github.ErrorResponse
	return errors.As(err, &answer) && answer.Response.StatusCode == http.StatusUnprocessableEntity &&
		strings.Contains(strings.ToLower(strings.Join(messages(answer), " ")), words)
}
