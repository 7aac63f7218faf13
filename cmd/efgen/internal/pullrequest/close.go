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
	// maxCommentPages bounds how many pages of 100 comments are read.
	maxCommentPages = 20
)

func closingText(s *observation, w Want) string {
	return fmt.Sprintf("Nothing is left to propose: `%s` on `%s` holds what the environment renders to.", w.Path, s.base)
}

// closeOtherBase closes the pull requests against other bases before the branch moves:
// after that, to merge one of them would also merge commits of the new base.
func (c *Client) closeOtherBase(ctx context.Context, s *observation) error {
	text := fmt.Sprintf("efgen proposes the environment to `%s` now, so it closes this pull request.", s.base)
	for _, p := range s.otherBase {
		if err := c.commentAndClose(ctx, s.repository, p, text, region{text: text}.insertInto(p.body)); err != nil {
			return err
		}
	}
	return nil
}

// commentAndClose gives the reason in a comment and closes the pull request. The new body
// describes no content, so a later call does not think that a person has closed it.
func (c *Client) commentAndClose(ctx context.Context, r repository, p *pull, comment, body string) error {
	if err := c.commentOnce(ctx, r, p.number, comment); err != nil {
		return err
	}
	return c.updatePull(ctx, r, p.number, &github.PullRequest{Body: &body, State: github.String("closed")})
}

// commentOnce makes one comment, even if several runs do this at once: the later run sees
// both comments and removes the later one.
func (c *Client) commentOnce(ctx context.Context, r repository, number int, text string) error {
	ids, err := c.closingComments(ctx, r, number)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		text += "\n\n" + closedMark
		_, _, err := c.github.Issues.CreateComment(ctx, r.owner, r.name, number, &github.IssueComment{Body: &text})
		if err != nil {
			return c.explain(ctx, "comment on the pull request", err)
		}
		if ids, err = c.closingComments(ctx, r, number); err != nil {
			return err
		}
	}
	for _, id := range ids[min(len(ids), 1):] {
		_, err := c.github.Issues.DeleteComment(ctx, r.owner, r.name, id)
		if err := c.explain(ctx, "remove a comment that is there twice", err); err != nil && !hasStatus(err, http.StatusNotFound) {
			return err
		}
	}
	return nil
}

// closingComments lists efgen's comments on the closing, the oldest first.
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
