package pullrequest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wire is a transport on a clock that only waiting moves.
type wire struct {
	*transport
	url    string
	waited []time.Duration
}

func newWire(t *testing.T, handler http.HandlerFunc) *wire {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	api, err := url.Parse(server.URL + "/")
	require.NoError(t, err)
	now := time.Unix(1_000_000, 0)
	w := &wire{url: server.URL}
	w.transport = &transport{next: http.DefaultTransport, api: api, token: "t0ken", now: func() time.Time { return now }}
	w.wait = func(_ context.Context, d time.Duration) error {
		w.waited, now = append(w.waited, d), now.Add(d)
		return nil
	}
	return w
}

func (w *wire) do(t *testing.T, method, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(t.Context(), method, w.url+path, strings.NewReader("body"))
	require.NoError(t, err)
	response, err := w.RoundTrip(req)
	if err == nil {
		t.Cleanup(func() { response.Body.Close() })
	}
	return response, err
}

// answers sends one answer after the other, and then "fine".
func answers(all ...func(http.ResponseWriter)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); string(body) != "body" {
			w.WriteHeader(http.StatusTeapot)
		} else if len(all) > 0 {
			next := all[0]
			all = all[1:]
			next(w)
		} else {
			io.WriteString(w, "fine")
		}
	}
}

func status(code int, headers ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		io.WriteString(w, `{"message": "You have exceeded a secondary rate limit"}`)
	}
}

func plain(code int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(code) }
}

func broken(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "10")
	io.WriteString(w, "half")
}

func dropped(http.ResponseWriter) { panic(http.ErrAbortHandler) }

func TestTransportTriesAgain(t *testing.T) {
	const trees, pulls = "/repos/a/b/git/trees", "/repos/a/b/pulls"
	for name, c := range map[string]struct {
		method, path string
		answers      []func(http.ResponseWriter)
		status       int // 0: no answer
		waited       []time.Duration
	}{
		"nothing is wrong":            {method: "GET", status: 200},
		"read, unavailable":           {method: "GET", answers: []func(http.ResponseWriter){plain(502), plain(503)}, status: 200, waited: []time.Duration{time.Second, 2 * time.Second}},
		"read, lost":                  {method: "GET", answers: []func(http.ResponseWriter){dropped, broken}, status: 200, waited: []time.Duration{time.Second, 2 * time.Second}},
		"read, unavailable for long":  {method: "GET", answers: []func(http.ResponseWriter){plain(500), plain(500), plain(500), plain(500), plain(504)}, status: 504, waited: []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}},
		"object, unavailable":         {method: "POST", path: trees, answers: []func(http.ResponseWriter){plain(502)}, status: 200, waited: []time.Duration{time.Second}},
		"write, unavailable":          {method: "POST", path: pulls, answers: []func(http.ResponseWriter){plain(502)}, status: 502},
		"write, lost":                 {method: "POST", path: pulls, answers: []func(http.ResponseWriter){broken}},
		"refused":                     {method: "GET", answers: []func(http.ResponseWriter){plain(403)}, status: 403},
		"retry after":                 {method: "POST", path: pulls, answers: []func(http.ResponseWriter){status(403, "Retry-After", "7"), status(429, "Retry-After", "9")}, status: 200, waited: []time.Duration{7 * time.Second, 9 * time.Second}},
		"retry much later":            {method: "GET", answers: []func(http.ResponseWriter){status(429, "Retry-After", "3600")}},
		"spent":                       {method: "GET", answers: []func(http.ResponseWriter){status(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1000030")}, status: 200, waited: []time.Duration{31 * time.Second}},
		"spent for long":              {method: "GET", answers: []func(http.ResponseWriter){status(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1003600")}},
		"spent until a moment ago":    {method: "GET", answers: []func(http.ResponseWriter){status(429, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "999999")}, status: 200, waited: []time.Duration{time.Second}},
		"secondary, later reset":      {method: "GET", answers: []func(http.ResponseWriter){status(403, "X-RateLimit-Remaining", "4000", "X-RateLimit-Reset", "1003600")}, status: 200, waited: []time.Duration{time.Minute}},
		"secondary, without a header": {method: "GET", answers: []func(http.ResponseWriter){status(403), status(403)}, status: 200, waited: []time.Duration{time.Minute, 2 * time.Minute}},
		"429 alone":                   {method: "GET", answers: []func(http.ResponseWriter){plain(429)}, status: 200, waited: []time.Duration{time.Minute}},
		"spent for ever":              {method: "GET", answers: []func(http.ResponseWriter){status(429, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "99999999999999")}},
		"spent beyond all numbers":    {method: "GET", answers: []func(http.ResponseWriter){status(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "99999999999999999999")}},
		"spent until long ago":        {method: "GET", answers: []func(http.ResponseWriter){status(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "-99999999999999999999")}, status: 200, waited: []time.Duration{time.Second}},
		"retry never":                 {method: "GET", answers: []func(http.ResponseWriter){status(429, "Retry-After", "99999999999999999999")}},
		"retry before":                {method: "GET", answers: []func(http.ResponseWriter){status(429, "Retry-After", "-9")}, status: 200, waited: []time.Duration{time.Minute}},
		"secondary for long":          {method: "GET", answers: []func(http.ResponseWriter){status(403), status(403), status(403), status(403)}, waited: []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, answers(c.answers...))
			response, err := w.do(t, c.method, c.path)
			if c.status == 0 {
				require.Error(t, err)
			} else {
				require.NoError(t, err)
				assert.Equal(t, c.status, response.StatusCode)
				assert.Empty(t, response.Header.Get("X-RateLimit-Remaining"), "the library would refuse by it")
			}
			require.Len(t, w.waited, len(c.waited))
			for i, least := range c.waited {
				assert.GreaterOrEqual(t, w.waited[i], least)
				assert.LessOrEqual(t, w.waited[i], least+least/4+1)
			}
		})
	}
}

// TestAnswersAreBoundedOnce counts what is read of an answer that does not end, and of one
// that breaks off again and again.
func TestAnswersAreBoundedOnce(t *testing.T) {
	chunk := strings.Repeat("x", 1<<20)
	for name, size := range map[string]int{"endless": 2 * maxResponse >> 20, "broken off": maxResponse * 3 / 4 >> 20} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			w := newWire(t, func(w http.ResponseWriter, _ *http.Request) {
				asked++
				w.Header().Set("Content-Length", "999999999999")
				for range size {
					if _, err := io.WriteString(w, chunk); err != nil {
						return
					}
				}
			})
			_, err := w.do(t, "GET", "/")
			require.ErrorContains(t, err, "an answer of more than 67108864 bytes")
			assert.Equal(t, map[string]int{"endless": 1, "broken off": 2}[name], asked)
		})
	}
}

func TestWritesKeepTheirDistance(t *testing.T) {
	w := newWire(t, answers())
	w.pace = time.Second
	for _, method := range []string{"POST", "GET", "PATCH", "GET", "DELETE"} {
		_, err := w.do(t, method, "/")
		require.NoError(t, err)
	}
	assert.Equal(t, []time.Duration{time.Second, time.Second}, w.waited)
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	w := newWire(t, func(w http.ResponseWriter, _ *http.Request) { plain(502)(w) })
	ctx, cancel := context.WithCancel(t.Context())
	w.wait = func(ctx context.Context, _ time.Duration) error { cancel(); return sleep(ctx, time.Hour) }
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url, http.NoBody)
	require.NoError(t, err)
	response, err := w.RoundTrip(req)
	if response != nil {
		response.Body.Close()
	}
	require.ErrorIs(t, err, context.Canceled)
}
