package pullrequest

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// maxRounds bounds how often a call looks anew after somebody was faster.
	maxRounds = 8
	// maxLost bounds how often it does so after the answer to a write got lost.
	maxLost = 2
	// firstRound is the pause before the second look; each later one is longer.
	firstRound = 200 * time.Millisecond
)

// Reconcile brings one proposal to what is wanted. The error is a *RefusedError, a
// *BlockedError, a *RemoteError or what describe returned; the Result is there
// beside it, as far as it goes.
func (c *Client) Reconcile(ctx context.Context, w Want, describe Describe, o Options) (Result, error) {
	result := Result{Operation: Failed, Branch: w.branch()}
	if err := w.check(); err != nil {
		return result, err
	}
	for round := 0; ; round++ {
		next, err := c.round(ctx, w, describe, o)
		next.Warnings = append(result.Warnings, next.Warnings...)
		if err == nil && next.Operation == None && isLost(result) {
			next.Operation, next.Message = result.Operation, result.Message
		}
		result = next
		moved := errors.Is(err, errMoved)
		if err == nil || round == maxRounds || !moved && !(again(err) && isLost(result) && round < maxLost) {
			return c.finished(result, err)
		}
		if moved {
			result.Steps = nil // what is found done then is somebody else's doing
		}
		if err := c.wait(ctx, jittered(firstRound<<round)); err != nil {
			return c.finished(result, err)
		}
	}
}

// isLost tells whether a round was about to do something when an answer got lost.
// Reads have been tried often enough by then.
func isLost(r Result) bool { return len(r.Steps) > 0 }

// finished settles how a call went that ended in an error, if it did, and takes the
// tokens out of everything that the caller may print.
func (c *Client) finished(r Result, err error) (Result, error) {
	var blocked *BlockedError
	var refused *RefusedError
	var remote *RemoteError
	if errors.Is(err, errMoved) {
		err = &RemoteError{Reason: err.Error(), Hint: "run it again when the others have finished"}
	}
	switch {
	case errors.As(err, &blocked):
		r.Operation, blocked.Reason = Blocked, c.redact(blocked.Reason)
	case errors.As(err, &refused):
		r.Operation = Blocked
		for i, reason := range refused.Reasons {
			refused.Reasons[i] = c.redact(reason)
		}
	case errors.As(err, &remote):
		r.Operation, remote.Reason = Failed, c.redact(remote.Reason)
	case err != nil:
		r.Operation = Failed
	}
	if err != nil {
		r.Message = err.Error()
	}
	// Not the address: a name in it that happens to be a secret, too, is no secret there.
	r.URL, r.Title, r.Body = oneLine(r.URL), c.redact(r.Title), c.redact(r.Body)
	return r, err
}

// round looks once, decides and acts.
func (c *Client) round(ctx context.Context, w Want, describe Describe, o Options) (Result, error) {
	result := Result{Operation: Failed, Branch: w.branch()}
	s, err := c.observe(ctx, w)
	if err != nil {
		return result, err
	}
	result.seen(s)
	var d Description
	if len(refusals(s, w)) == 0 && len(changesTo(s, w)) > 0 {
		if d, err = describe(replaced(s, w)); err != nil {
			return result, err
		}
	}
	p, err := decide(s, w, d, o)
	if err != nil {
		return result, err
	}
	result.planned(s, w, p)
	if o.DryRun {
		return result, nil
	}
	err = c.act(ctx, s, w, p, o, &result)
	return result, err
}

// seen takes over what is there.
func (r *Result) seen(s *observation) {
	if s.branch != nil {
		r.HeadSHA, r.Verified = s.branch.sha, s.branch.verified
	}
	if s.open != nil {
		r.Number, r.URL, r.Title, r.Body = s.open.number, s.open.url, s.open.title, s.open.body
	}
}

// planned takes over what is to be.
func (r *Result) planned(s *observation, w Want, p *plan) {
	r.Operation, r.Message = p.operation, p.message
	for _, change := range p.changes {
		r.Changes = append(r.Changes, change.Change)
	}
	if p.body != "" {
		r.Title, r.Body = p.title, withoutSetup(p.body)
	}
	for _, stray := range s.strays {
		r.Steps = append(r.Steps, closingStep(stray.number))
		if s.open == nil && p.operation == Closed {
			r.Number, r.URL = stray.number, stray.url
		}
	}
	switch p.branch {
	case setBranch:
		r.Steps = append(r.Steps, fmt.Sprintf("commit %d changes to branch %s", len(p.changes), w.branch()))
	case removeBranch:
		defer func() { r.Steps = append(r.Steps, "remove branch "+w.branch()) }()
	}
	switch p.pull {
	case openPull:
		r.Steps = append(r.Steps, "open a pull request")
	case editPull:
		r.Steps = append(r.Steps, fmt.Sprintf("edit pull request #%d", r.Number))
	case closePull:
		r.Steps = append(r.Steps, closingStep(r.Number))
	}
}

func closingStep(number int) string {
	return fmt.Sprintf("comment on pull request #%d and close it", number)
}
