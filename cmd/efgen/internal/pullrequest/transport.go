package pullrequest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	// answerTimeout is how long one answer may take, up to its last byte.
	answerTimeout = time.Minute
	// maxTries bounds how often a request is sent.
	maxTries = 5
	// retryPause is the pause before the second try; it doubles with each later one.
	retryPause = time.Second
	// maxResponse bounds an answer in bytes. GitHub lists at most 7 MB of a tree. It
	// stores blobs of up to 100 MB, but efgen writes none that large. All tries of one
	// request share it.
	maxResponse = 64 << 20
)

// wait is a function that sleeps, unless the context ends first.
type wait func(context.Context, time.Duration) error

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// jittered makes a pause up to a quarter longer, so that runs that failed together do
// not return together.
func jittered(d time.Duration) time.Duration { return d + rand.N(d/4+1) }

// transport sends requests one after the other, and repeats them where that is safe. No
// other code sees the token.
type transport struct {
	next  http.RoundTripper
	api   *url.URL
	token string
	wait  wait
	now   func() time.Time
	// pace is the least time between two writes; GitHub asks for a second.
	pace time.Duration

	lock      sync.Mutex
	lastWrite time.Time
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	room := int64(maxResponse)
	for tries := 1; ; tries++ {
		if err := t.keepPace(req); err != nil {
			return nil, err
		}
		response, err := t.send(req, &room)
		if req.Context().Err() != nil {
			return nil, req.Context().Err()
		}
		delay, limited := t.limitOf(response, tries)
		switch {
		case limited && (delay > maxLimitPause || tries == maxTries):
			return nil, &limitError{status: response.StatusCode}
		case limited:
		case tries < maxTries && isRepeatable(req) && room > 0 && (err != nil || response.StatusCode >= http.StatusInternalServerError):
			delay = retryPause << (tries - 1)
		default:
			return response, err
		}
		if err := t.wait(req.Context(), jittered(delay)); err != nil {
			return nil, err
		}
	}
}

// keepPace waits until the next write is allowed.
func (t *transport) keepPace(req *http.Request) error {
	if req.Method == http.MethodGet || t.pace == 0 {
		return nil
	}
	if early := t.lastWrite.Add(t.pace).Sub(t.now()); early > 0 {
		if err := t.wait(req.Context(), early); err != nil {
			return err
		}
	}
	t.lastWrite = t.now()
	return nil
}

// send sends a request once and reads the whole answer, so that an answer that breaks
// off counts as a failed request. Room is how many bytes it may have.
func (t *transport) send(req *http.Request, room *int64) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), answerTimeout)
	defer cancel()
	sent := req.Clone(ctx)
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		sent.Body = body
	}
	if sameHost(req.URL, t.api) {
		sent.Header.Set("Authorization", "Bearer "+t.token)
	}
	response, err := t.next.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, *room+1))
	if *room -= int64(len(data)); *room < 0 {
		err = fmt.Errorf("an answer of more than %d bytes", maxResponse)
	}
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(data))
	return response, nil
}

// isRepeatable reports whether GitHub may carry out a request twice: a read, or storing
// an object, whose name is the hash of its content.
func isRepeatable(req *http.Request) bool {
	if req.Method == http.MethodGet {
		return true
	}
	for _, objects := range []string{"/git/blobs", "/git/trees", "/git/commits"} {
		if strings.HasSuffix(req.URL.Path, objects) {
			return true
		}
	}
	return false
}
