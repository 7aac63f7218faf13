package pullrequest

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// maxRounds bounds how often a call starts again after somebody else was faster.
	maxRounds = 8
	// maxLostAnswers bounds how often it starts again after it got no answer to a write.
	maxLostAnswers = 2
	// roundPause is the pause before the second round; it doubles with each later one.
	roundPause = 200 * time.Millisecond
)

// Reconcile makes one proposal what is wanted. The error is a *RefusedError, a
// *BlockedError, a *RemoteError or the error of describe; the Result then says how far
// the call came.
func (c *Client) Reconcile(ctx context.Context, w Want, describe Describe, o Options) (Result, error) {
	result := Result{Operation: Failed, Branch: w.branch()}
	if err := w.check(); err != nil {
		return result, err
	}
	for round := 0; ; round++ {
		next, err := c.round(ctx, w, describe, o)
		next.Warnings = append(result.Warnings, next.Warnings...)
		if err == nil && next.Operation == None && hasSteps(result) {
			next.Operation, next.Message = result.Operation, result.Message
		}
		result = next
		moved := errors.Is(err, errMoved)
		if err == nil || round == maxRounds || !moved && !(isAnswerLost(err) && hasSteps(result) && round < maxLostAnswers) {
			return c.finish(result, err)
		}
		if moved {
			result.Steps = nil // if the next round finds them done, somebody else has done them
		}
		if err := c.wait(ctx, jittered(roundPause<<round)); err != nil {
			return c.finish(result, err)
		}
	}
}

// hasSteps reports whether a round had something to write when it failed. If it had not,
// only reads failed, and those have been repeated already.
func hasSteps(r Result) bool { return len(r.Steps) > 0 }

// finish derives the operation from the error, if there is one, and removes tokens from
// every text that the caller may print.
func (c *Client) finish(r Result, err error) (Result, error) {
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
	// The address stays: a name in it that equals a secret is public all the same.
	r.URL, r.Title, r.Body = oneLine(r.URL), c.redact(r.Title), c.redact(r.Body)
	return r, err
}

// round observes, decides and executes once.
func (c *Client) round(ctx context.Context, w Want, describe Describe, o Options) (Result, error) {
	result := Result{Operation: Failed, Branch: w.branch()}
	s, err := c.observe(ctx, w)
	if err != nil {
		return result, err
	}
	result.addObserved(s)
	var d Description
	if len(refusals(s, w)) == 0 && len(changesTo(s, w)) > 0 {
		if d, err = describe(ownFiles(s, w)); err != nil {
			return result, err
		}
	}
	p, err := decide(s, w, d, o)
	if err != nil {
		return result, err
	}
	result.addPlan(s, w, p)
	if o.DryRun {
		return result, nil
	}
	err = c.execute(ctx, s, w, p, o, &result)
	return result, err
}

// addObserved copies what is there.
func (r *Result) addObserved(s *observation) {
	if s.branchHead != nil {
		r.HeadSHA, r.Verified = s.branchHead.sha, s.branchHead.verified
	}
	if s.open != nil {
		r.Number, r.URL, r.Title, r.Body = s.open.number, s.open.url, s.open.title, s.open.body
	}
}

// addPlan copies what the plan is to do.
func (r *Result) addPlan(s *observation, w Want, p *plan) {
	r.Operation, r.Message = p.operation, p.message
	for _, change := range p.changes {
		r.Changes = append(r.Changes, change.Change)
	}
	if p.body != "" {
		r.Title, r.Body = p.title, withoutSetup(p.body)
	}
	for _, pull := range s.otherBase {
		r.Steps = append(r.Steps, closingStep(pull.number))
		if s.open == nil && p.operation == Closed {
			r.Number, r.URL = pull.number, pull.url
		}
	}
	if p.branch == setBranch {
		r.Steps = append(r.Steps, fmt.Sprintf("commit %d changes to branch %s", len(p.changes), w.branch()))
	}
	switch p.pull {
	case openPull:
		r.Steps = append(r.Steps, "open a pull request")
	case editPull:
		r.Steps = append(r.Steps, fmt.Sprintf("edit pull request #%d", r.Number))
	case closePull:
		r.Steps = append(r.Steps, closingStep(r.Number))
	}
	if p.branch == removeBranch {
		r.Steps = append(r.Steps, "remove branch "+w.branch())
	}
}

func closingStep(number int) string {
	return fmt.Sprintf("comment on pull request #%d and close it", number)
}
