package pullrequest

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-github/v60/github"
)

const (
	closingComment = "Nothing is left to propose, so efgen closes this pull request and removes its branch."
	closedMark     = "<!-- efgen:closed -->"
	// maxCommentPages bounds how many comments are looked through, by hundreds.
	maxCommentPages = 20
)

func closingText(s *observation, w Want) string {
	return fmt.Sprintf("Nothing is left to propose: `%s` on `%s` holds what the environment renders to.", w.Path, s.base)
}

// closeStrays closes the pull requests against other bases before the branch moves: to
// merge one of them would bring along what another base holds.
func (c *Client) closeStrays(ctx context.Context, s *observation) error {
	text := fmt.Sprintf("efgen proposes the environment to `%s` now, so it closes this pull request.", s.base)
	for _, stray := range s.strays {
		if err := c.closePull(ctx, s.repository, stray, text, account{text: text}.in(stray.body)); err != nil {
			return err
		}
	}
	return nil
}

// closePull says why and closes; efgen's own text goes from the body with it, so that
// it does not look as if a person had turned it down.
func (c *Client) closePull(ctx context.Context, r repository, p *pull, comment, body string) error {
	if err := c.commentOnce(ctx, r, p.number, comment); err != nil {
		return err
	}
	return c.editPull(ctx, r, p.number, &github.PullRequest{Body: &body, State: github.String("closed")})
}

// commentOnce leaves one comment, however many runs are at it: who comes second
// sees both comments, and takes the later one away.
func (c *Client) commentOnce(ctx context.Context, r repository, number int, text string) error {
	there, err := c.closingComments(ctx, r, number)
	if err != nil {
		return err
	}
	if len(there) == 0 {
		text += "\n\n" + closedMark
		_, _, err := c.github.Issues.CreateComment(ctx, r.owner, r.name, number, &github.IssueComment{Body: &text})
		if err != nil {
			return c.explain(ctx, "comment on the pull request", err)
		}
		if there, err = c.closingComments(ctx, r, number); err != nil {
			return err
		}
	}
	for _, id := range there[min(len(there), 1):] {
		_, err := c.github.Issues.DeleteComment(ctx, r.owner, r.name, id)
		if err := c.explain(ctx, "remove a comment that is there twice", err); err != nil && !hasStatus(err, http.StatusNotFound) {
			return err
		}
	}
	return nil
}

// closingComments lists the comments that say so, oldest first.
func (c *Client) closingComments(ctx context.Context, r repository, number int) (ids []int64, err error) {
	options := &github.IssueListCommentsOptions{ListOptions: github.ListOptions{PerPage: 100}}
	for range maxCommentPages {
		some, response, err := c.github.Issues.ListComments(ctx, r.owner, r.name, number, options)
		if err != nil {
			return nil, c.explain(ctx, "read the comments of the pull request", err)
		}
		for _, comment := range some {
			if strings.Contains(comment.GetBody(), closedMark) {
				ids = append(ids, comment.GetID())
			}
		}
		if options.Page = response.NextPage; options.Page == 0 {
			break
		}
	}
	return ids, nil
}
