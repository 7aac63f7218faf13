package pullrequest

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/go-github/v60/github"
)

// A pull is what is known of a pull request.
type pull struct {
	number           int
	url, title, body string
	head             string // the commit that it proposes
	merged           bool
}

// observePulls looks for the pull requests of the branch, open and not.
func (c *Client) observePulls(ctx context.Context, s *observation, w Want) (err error) {
	if s.open, err = c.lastPull(ctx, s, w.branch(), "open"); err != nil || s.open != nil {
		return err
	}
	s.closed, err = c.lastPull(ctx, s, w.branch(), "closed")
	return err
}

// lastPull returns the newest pull request from the branch to the base. GitHub
// takes the owner's other repositories for this one, and ignores a filter that it
// does not understand, so each is looked at.
func (c *Client) lastPull(ctx context.Context, s *observation, branch, state string) (*pull, error) {
	r := s.repository
	found, _, err := c.github.PullRequests.List(ctx, r.owner, r.name, &github.PullRequestListOptions{
		State: state, Head: r.owner + ":" + branch, Base: s.base,
		Sort: "created", Direction: "desc", ListOptions: github.ListOptions{PerPage: 100},
	})
	if err != nil {
		return nil, c.explain(ctx, "look for pull requests of "+r.String(), err)
	}
	var last *pull
	for _, p := range found {
		if p.GetState() == state && p.GetHead().GetRef() == branch && p.GetBase().GetRef() == s.base &&
			strings.EqualFold(p.GetHead().GetRepo().GetFullName(), r.String()) &&
			(last == nil || last.number < p.GetNumber()) {
			last = pullOf(p)
		}
	}
	return last, nil
}

func pullOf(p *github.PullRequest) *pull {
	return &pull{
		number: p.GetNumber(), url: p.GetHTMLURL(), title: p.GetTitle(), head: p.GetHead().GetSHA(),
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
