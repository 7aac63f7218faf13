package pullrequest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/go-github/v60/github"
)

// A BlockedError says that a person stands behind what efgen would replace.
type BlockedError struct {
	Reason string
	// Hint says what to do.
	Hint string
}

func (e *BlockedError) Error() string { return e.Reason }

// A RefusedError says that the deploy path is not efgen's to write. There is one
// reason for each file.
type RefusedError struct{ Reasons []string }

func (e *RefusedError) Error() string { return strings.Join(e.Reasons, "\n") }

// A RemoteError is what GitHub, or the way to it, answered.
type RemoteError struct {
	// Status is that of HTTP, 0 if there was no answer.
	Status int
	Reason string
	// Hint says what to do; it may be empty.
	Hint string
}

func (e *RemoteError) Error() string { return e.Reason }

// errMoved says that what was decided no longer fits what is there.
var errMoved = errors.New("somebody else changed the proposal meanwhile")

// maxAnswer bounds in bytes what is quoted of an answer.
const maxAnswer = 500

// again tells whether an answer got lost: what GitHub did with the request shows only
// to who looks anew.
func again(err error) bool {
	var remote *RemoteError
	return errors.As(err, &remote) && (remote.Status == 0 || remote.Status >= 500 || remote.Status == http.StatusConflict)
}

func hasStatus(err error, status int) bool {
	var remote *RemoteError
	return errors.As(err, &remote) && remote.Status == status
}

// explain makes a RemoteError of what the library says. What names the request.
func (c *Client) explain(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	remote := &RemoteError{}
	reason := err.Error()
	var answer *github.ErrorResponse
	var limit *limitError
	var lost *url.Error
	switch {
	case errors.As(err, &limit):
		remote.Status, reason = limit.status, limit.Error()
		remote.Hint = "run it again later: it goes on from where it stopped"
	case errors.As(err, &answer):
		remote.Status = answer.Response.StatusCode
		reason = fmt.Sprintf("%d %s", remote.Status, strings.Join(messages(answer), ": "))
		remote.Hint = hints[remote.Status]
	case errors.As(err, &lost):
		reason = lost.Err.Error() // the address is no news
	}
	remote.Reason = oneLine(c.redact(what + ": " + reason)) // before it is cut
	return remote
}

// hints are about the token: everything else is in GitHub's own words.
var hints = map[int]string{
	http.StatusUnauthorized: "the token is not valid: renew it",
	http.StatusForbidden:    "the token needs to write contents and pull requests of the repository",
	http.StatusNotFound:     "there is no such thing, or the token may not see it: look at deploy.repository, deploy.base and the token",
}

func messages(answer *github.ErrorResponse) []string {
	all := []string{answer.Message}
	if answer.Message == "" {
		all[0] = http.StatusText(answer.Response.StatusCode)
	}
	for _, one := range answer.Errors {
		where := strings.Trim(one.Resource+"."+one.Field, ".")
		switch {
		case one.Message != "":
			all = append(all, one.Message)
		case one.Code != "":
			all = append(all, strings.TrimPrefix(where+": "+one.Code, ": "))
		}
	}
	return all
}

// oneLine cuts an answer and takes line ends and escape sequences out of it.
func oneLine(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }), " ")
	if len(text) > maxAnswer {
		text = strings.ToValidUTF8(text[:maxAnswer], "") + "…"
	}
	return text
}

// redact takes the tokens out of a text.
func (c *Client) redact(text string) string {
	for _, secret := range c.secrets {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

func asAnswer(err error) (answer *github.ErrorResponse, ok bool) {
	return answer, errors.As(err, &answer)
}
