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

// A BlockedError says that a person made what efgen would replace.
type BlockedError struct {
	Reason string
	// Hint says what to do.
	Hint string
}

func (e *BlockedError) Error() string { return e.Reason }

// A RefusedError says that efgen must not write to the deploy path.
type RefusedError struct {
	// Reasons are one for each file.
	Reasons []string
}

func (e *RefusedError) Error() string { return strings.Join(e.Reasons, "\n") }

// A RemoteError says that GitHub, or the network, did not do what was asked.
type RemoteError struct {
	// Status is the status of HTTP, 0 if there was no answer.
	Status int
	Reason string
	// Hint says what to do; it may be empty.
	Hint string
}

func (e *RemoteError) Error() string { return e.Reason }

// errMoved says that a plan no longer fits, because something has changed since.
var errMoved = errors.New("somebody else changed the proposal meanwhile")

// maxAnswer bounds, in bytes, the part of an answer that a message quotes.
const maxAnswer = 500

// isAnswerLost reports whether an answer got lost, or says nothing about what GitHub did:
// only the next round can see that.
func isAnswerLost(err error) bool {
	var remote *RemoteError
	return errors.As(err, &remote) && (remote.Status == 0 || remote.Status >= 500 || remote.Status == http.StatusConflict)
}

func hasStatus(err error, status int) bool {
	var remote *RemoteError
	return errors.As(err, &remote) && remote.Status == status
}

// explain turns an error of the library into a RemoteError; what names the request.
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
		reason = lost.Err.Error() // without the address
	}
	remote.Reason = oneLine(c.redact(what + ": " + reason)) // redact before cutting
	return remote
}

// hints are about the token; GitHub itself explains everything else.
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

// oneLine removes line ends and escape sequences from an answer and cuts it.
func oneLine(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }), " ")
	if len(text) > maxAnswer {
		text = strings.ToValidUTF8(text[:maxAnswer], "") + "…"
	}
	return text
}

// redact replaces tokens and other secrets in a text.
func (c *Client) redact(text string) string {
	for _, secret := range c.secrets {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}
