package pullrequest

import (
	"context"
	"errors"
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

// TestTheTokenStaysAtHome redirects to another host, and turns a write into a read.
func TestTheTokenStaysAtHome(t *testing.T) {
	seen := map[string]string{}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen["elsewhere"] = r.Header.Get("Authorization")
	}))
	defer elsewhere.Close()
	home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen["home"] = r.Header.Get("Authorization")
		switch {
		case strings.HasSuffix(r.URL.Path, "/away"):
			http.Redirect(w, r, elsewhere.URL, http.StatusMovedPermanently)
		case strings.HasSuffix(r.URL.Path, "/renamed"):
			http.Redirect(w, r, "/repos/a/new", http.StatusMovedPermanently)
		default:
			io.WriteString(w, `{"name": "new", "owner": {"login": "a"}}`)
		}
	}))
	defer home.Close()
	c, err := New(Config{Host: "github.com", API: home.URL, Token: "t0ken", wait: noWait})
	require.NoError(t, err)

	_, err = c.findRepository(t.Context(), "a/away")
	require.ErrorContains(t, err, "redirected to another host")
	assert.Equal(t, map[string]string{"home": "Bearer t0ken"}, seen)

	found, err := c.findRepository(t.Context(), "a/renamed")
	require.NoError(t, err)
	assert.Equal(t, "a/new", found.String())

	_, _, err = c.createPull(t.Context(), &observation{repository: repository{owner: "a", name: "b/renamed#"}}, production(), "", "")
	require.Error(t, err)
	req, err := c.github.NewRequest(http.MethodPost, "repos/a/renamed", nil)
	require.NoError(t, err)
	_, err = c.github.Do(t.Context(), req, nil)
	require.ErrorContains(t, err, "has the repository been renamed?")
}

func TestAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		host, api    string
		server       string
		rest, graphs string
		bad          string
	}{
		"public":                  {host: "github.com", rest: "https://api.github.com/", graphs: "https://api.github.com/graphql"},
		"of one's own":            {host: "git.example.com", rest: "https://git.example.com/api/v3/", graphs: "https://git.example.com/api/graphql"},
		"with a port":             {host: "git.example.com:8443", rest: "https://git.example.com:8443/api/v3/", graphs: "https://git.example.com:8443/api/graphql"},
		"in a region":             {host: "acme.ghe.com", rest: "https://api.acme.ghe.com/", graphs: "https://api.acme.ghe.com/graphql"},
		"named":                   {host: "github.com", api: "https://proxy.example.com/api/v3", rest: "https://proxy.example.com/api/v3/", graphs: "https://proxy.example.com/api/graphql"},
		"of the runner":           {host: "git.example.com", api: "https://api.github.com", rest: "https://git.example.com/api/v3/", graphs: "https://git.example.com/api/graphql"},
		"of another runner":       {host: "github.com", api: "https://git.example.com/api/v3", server: "https://git.example.com", rest: "https://api.github.com/", graphs: "https://api.github.com/graphql"},
		"of a runner in a region": {host: "github.com", api: "https://api.acme.ghe.com", server: "https://acme.ghe.com", rest: "https://api.github.com/", graphs: "https://api.github.com/graphql"},
		"of its own runner":       {host: "Git.example.com", api: "https://api.git.example.com/", server: "https://git.example.com", rest: "https://api.git.example.com/", graphs: "https://api.git.example.com/graphql"},
		"of a runner's unknown":   {host: "github.com", api: "https://git.example.com/api/v3", server: "git.example.com", rest: "https://api.github.com/", graphs: "https://api.github.com/graphql"},
		"this machine":            {host: "github.com", api: "http://127.0.0.1:1", rest: "http://127.0.0.1:1/", graphs: "http://127.0.0.1:1/graphql"},
		"readable on its way":     {host: "github.com", api: "http://git.example.com", bad: "not one of https"},
		"with a password":         {host: "github.com", api: "https://jo:s3cret@git.example.com", bad: "not a plain URL"},
		"not even an address":     {host: "github.com", api: "https://s3cret\x00", bad: "not a plain URL"},
		"with a query":            {host: "github.com", api: "https://git.example.com?token=s3cret", bad: "not a plain URL"},
		"another kind of thing":   {host: "github.com", api: "file:///s3cret", bad: "not a plain URL"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := New(Config{Host: c.host, API: c.api, Server: c.server, Token: "t0ken"})
			if c.bad != "" {
				require.ErrorContains(t, err, c.bad)
				assert.NotContains(t, err.Error(), "s3cret")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.rest, client.github.BaseURL.String())
			assert.Equal(t, c.graphs, client.graphQLURL)
		})
	}
	for _, token := range []string{"", " ", "two words", "line\nend"} {
		_, err := New(Config{Host: "github.com", Token: token})
		require.Error(t, err)
		if strings.TrimSpace(token) != "" {
			assert.NotContains(t, err.Error(), token)
		}
	}
}

// TestNoErrorHoldsTheToken echoes it in every way that a server can.
func TestNoErrorHoldsTheToken(t *testing.T) {
	const token, other = "ghs_s3cret", "ghp_0ther"
	for name, handler := range map[string]http.HandlerFunc{
		"in a message": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, `{"message": "`+r.Header.Get("Authorization")+` \u001b[31m `+other+`", "errors": [{"message": "`+token+`"}]}`)
		},
		"in what is no JSON": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, token)
		},
		"in an address": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+token+".example.com/"+other, http.StatusFound)
		},
		"in a header": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-GitHub-OTP", "required; "+token)
			w.WriteHeader(http.StatusUnauthorized)
			io.WriteString(w, `{"message": "`+token+`"}`)
		},
		"in a name": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, `{"name": "`+token+`", "owner": {"login": "`+other+`"}, "archived": true}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			c, err := New(Config{Host: "github.com", API: server.URL, Token: token, Secrets: []string{other, ""}, wait: noWait})
			require.NoError(t, err)
			result, err := c.Reconcile(t.Context(), production(), describe, Options{})
			require.Error(t, err)
			var remote *RemoteError
			require.ErrorAs(t, err, &remote)
			assert.Equal(t, Failed, result.Operation)
			for _, text := range []string{err.Error(), result.Message, remote.Hint} {
				assert.NotContains(t, text, token)
				assert.NotContains(t, text, other)
				assert.NotContains(t, text, "\x1b")
			}
			var inner error = remote
			assert.NoError(t, errors.Unwrap(inner), "nothing of the library's is reachable")
		})
	}
}
