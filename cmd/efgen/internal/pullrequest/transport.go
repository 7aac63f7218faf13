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
	// patience is how long one answer may take, its last byte included.
	patience = time.Minute
	// maxTries bounds how often a request is sent.
	maxTries = 5
	// firstPause is the one before the second try; each later one is twice as long.
	firstPause = time.Second
	// maxResponse bounds an answer in bytes. GitHub lists at most 7 MB of a tree,
	// and keeps blobs of at most 100 MB, none of them efgen's.
	maxResponse = 64 << 20
)

// wait sleeps, unless the context ends first.
type wait func(context.Context, time.Duration) error

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// jittered is up to a quarter longer, so that runs that failed together do not
// come back together.
func jittered(d time.Duration) time.Duration { return d + rand.N(d/4+1) }

// transport sends requests one after the other, and again where that is safe. It
// alone knows the token.
type transport struct {
	next  http.RoundTripper
	api   *url.URL
	token string
	wait  wait
	now   func() time.Time
	// pace is the least time between two writes: GitHub asks for a second.
	pace time.Duration

	lock  sync.Mutex
	wrote time.Time
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	for tries := 1; ; tries++ {
		if err := t.keepPace(req); err != nil {
			return nil, err
		}
		response, err := t.send(req)
		if req.Context().Err() != nil {
			return nil, req.Context().Err()
		}
		delay, limited := t.limit(response, tries)
		switch {
		case limited && (delay > maxLimitPause || tries == maxTries):
			return nil, &limitError{status: response.StatusCode}
		case limited:
		case tries < maxTries && isRepeatable(req) && failed(response, err):
			delay = firstPause << (tries - 1)
		default:
			return response, err
		}
		if err := t.wait(req.Context(), jittered(delay)); err != nil {
			return nil, err
		}
	}
}

// keepPace waits until the next write is due.
func (t *transport) keepPace(req *http.Request) error {
	if req.Method == http.MethodGet || t.pace == 0 {
		return nil
	}
	if early := t.wrote.Add(t.pace).Sub(t.now()); early > 0 {
		if err := t.wait(req.Context(), early); err != nil {
			return err
		}
	}
	t.wrote = t.now()
	return nil
}

// send sends a request once and reads the whole answer, so that one that breaks
// off can be asked for again.
func (t *transport) send(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), patience)
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
	data, err := io.ReadAll(io.LimitReader(response.Body, maxResponse+1))
	if err == nil && len(data) > maxResponse {
		err = fmt.Errorf("an answer of more than %d bytes", maxResponse)
	}
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(data))
	return response, nil
}

// isRepeatable knows the requests that may be carried out twice: reading, and
// storing an object, which is named after its content.
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

func failed(response *http.Response, err error) bool {
	return err != nil || response.StatusCode >= http.StatusInternalServerError
}
