package pullrequest

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
		case strings.HasSuffix(r.URL.Path, "/given-away"):
			io.WriteString(w, `{"name": "given-away", "owner": {"login": "t0ken"}}`)
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

	_, err = c.findRepository(t.Context(), "a/given-away")
	var refused *RefusedError
	require.ErrorAs(t, err, &refused)
	assert.EqualError(t, err, "a/given-away: GitHub answers with ***/given-away, of another owner: if it was moved there, write that into deploy.repository")

	found, err := c.findRepository(t.Context(), "A/renamed")
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
			io.WriteString(w, `{"name": "`+token+`", "owner": {"login": "example"}, "archived": true}`)
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
