package pullrequest

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"
)

// A pull is what is known of a pull request.
type pull struct {
	number           int
	url, title, body string
	head             string // the commit that it proposes
	base             string // the branch that it is against
	merged           bool
}

// observePulls looks for the pull requests of the branch, open and not. An open one
// against another base is looked for as well: it is of the time before the base was
// changed, unless it shows nothing of efgen's.
func (c *Client) observePulls(ctx context.Context, s *observation, w Want) error {
	open, err := c.pulls(ctx, s.repository, w.branch(), "open", "")
	if err != nil {
		return err
	}
	for _, p := range open {
		switch {
		case p.base == s.base && s.open == nil:
			s.open = p
		case p.base != s.base && region().MatchString(p.body):
			s.strays = append(s.strays, p)
		}
	}
	if s.open != nil {
		return nil
	}
	closed, err := c.pulls(ctx, s.repository, w.branch(), "closed", s.base)
	for _, p := range closed {
		if p.base == s.base {
			s.closed = p
			break
		}
	}
	return err
}

// pulls returns the pull requests from the branch, the newest one first. GitHub takes
// the owner's other repositories for this one, and ignores a filter that it does not
// understand, so each is looked at.
func (c *Client) pulls(ctx context.Context, r repository, branch, state, base string) (all []*pull, err error) {
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

// openPull opens the pull request. A draft is not to be had everywhere.
func (c *Client) openPull(ctx context.Context, s *observation, w Want, title, body string) (p *pull, warning string, err error) {
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

func (c *Client) editPull(ctx context.Context, r repository, number int, edit *github.PullRequest) error {
	_, _, err := c.github.PullRequests.Edit(ctx, r.owner, r.name, number, edit)
	return c.explain(ctx, "edit the pull request", err)
}

// isUnprocessable knows what GitHub tells apart by its words alone.
func isUnprocessable(err error, words string) bool {
	answer, ok := asAnswer(err)
	return ok && answer.Response.StatusCode == http.StatusUnprocessableEntity &&
		strings.Contains(strings.ToLower(strings.Join(messages(answer), " ")), words)
}
