package fakegithub

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAProposalEndsInGitItself(t *testing.T) {
	server, client := newServer(t)
	commit := client.open("efgen/production")
	server.Share()
	assert.Equal(t, commit, server.store.must("rev-parse", "refs/heads/efgen/production"))
	assert.Equal(t, "a: 1", server.store.must("show", commit+":a/efgen/production.yaml"))
	assert.Equal(t, "# Deploy", server.store.must("show", commit+":README.md"), "a base tree keeps what is not mentioned")
	assert.Empty(t, server.store.must("fsck", "--strict", "--no-dangling"))
	assert.Equal(t, server.Files(commit), server.Files("refs/heads/efgen/production"))
	assert.Equal(t, "Propose", server.Message(commit))
}

// TestOthersPush works with a repository that others change with git as well.
func TestOthersPush(t *testing.T) {
	server, client := newServer(t)
	git := server.store.must
	old := server.Head("main")
	require.DirExists(t, server.Share())
	pushed := git("-c", "user.name=Jo", "-c", "user.email=jo@example.com", "commit-tree", "-p", old, "-m", "Push", old+"^{tree}")
	git("update-ref", "refs/heads/main", pushed)
	assert.Equal(t, pushed, server.Head("main"))
	assert.Equal(t, "Push\n", server.Message(pushed))

	commit := client.open("x")
	server.Merge(1)
	assert.Equal(t, server.Head("main"), git("rev-parse", "main"))
	assert.Contains(t, git("rev-list", "main"), commit)
	server.Push("x", "")
	assert.Equal(t, "refs/heads/main", git("for-each-ref", "--format=%(refname)"))
}

func TestTokens(t *testing.T) {
	_, client := newServer(t)
	client.token = ""
	assert.Contains(t, client.do(401, "GET", "", "").text, "Requires authentication")
	client.token = "ghs_another"
	assert.Contains(t, client.do(401, "GET", "", "").text, "Bad credentials")
}

func TestAddresses(t *testing.T) {
	server, client := newServer(t)
	for _, base := range []string{"/repos/example/deploy", "/api/v3/repos/example/deploy", "/repositories/1", "/api/v3/repositories/1", "/repos/EXAMPLE/Deploy"} {
		client.base = server.URL + base
		assert.Equal(t, "example/deploy", client.do(200, "GET", "", "").at("full_name"), base)
		client.do(200, "GET", "/git/ref/heads/main", "")
	}
	client.base = server.URL
	client.do(404, "GET", "/repos/example/other", "")
	client.do(404, "GET", "/repos/other/deploy", "")
	for _, path := range []string{"/graphql", "/api/graphql"} {
		client.do(200, "POST", path, `{"query":"mutation { x(input: $i) }"}`)
	}
}

func TestRenamedRepository(t *testing.T) {
	server, client := newServer(t)
	server.Rename("releases")
	for method, path := range map[string]string{"GET": "/git/ref/heads/main?x=y", "POST": "/git/refs"} {
		moved := client.do(301, method, path, "")
		assert.Equal(t, server.URL+"/repositories/1"+path, moved.Header.Get("Location"))
	}
	target := client.do(301, "GET", "", "").Header.Get("Location")
	assert.Equal(t, "example/releases", client.do(200, "GET", target, "").at("full_name"))
}

// blobOfX is git's hash of a file that holds x.
const blobOfX = "c1b0730e0133447badcfd47fd144e254807b06e1"

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		fault  Fault
		status int
		header string
		says   string
	}{
		"unavailable":          {Unavailable(), 502, "", ""},
		"an answer":            {Answer(422, "Could not resolve to a node"), 422, "", "Could not resolve to a node"},
		"primary":              {PrimaryLimit(403, time.Unix(1, 0)), 403, "X-Ratelimit-Reset", "API rate limit exceeded"},
		"secondary":            {SecondaryLimit(429, 7), 429, "Retry-After", "secondary-rate-limits"},
		"secondary, no header": {SecondaryLimit(403, -1), 403, "", "secondary rate limit"},
	} {
		t.Run(name, func(t *testing.T) {
			server, client := newServer(t)
			server.Fault = func(int, *http.Request) Fault { return c.fault }
			answered := client.do(c.status, "POST", "/git/blobs", `{"content":"x"}`)
			assert.Contains(t, answered.text, c.says)
			if c.header != "" {
				assert.NotEmpty(t, answered.Header.Get(c.header))
			}
			assert.False(t, server.store.is("blob", blobOfX), "it has not acted")
		})
	}
}

func TestLostAnswers(t *testing.T) {
	server, client := newServer(t)
	server.Fault = func(n int, _ *http.Request) Fault { return Fault{Lost: n == 1} }
	_, err := client.try("POST", "/git/blobs", `{"content":"x"}`)
	require.Error(t, err)
	client.do(200, "GET", "/git/blobs/"+blobOfX, "") // it has acted
	assert.Equal(t, 201, server.Requests()[0].Status)
}

func TestADeadClientIsHeardNoMore(t *testing.T) {
	server, client := newServer(t)
	server.Fault = func(n int, _ *http.Request) Fault { return Fault{ClientDies: n == 2} }
	client.do(200, "GET", "", "")
	for range 2 {
		_, err := client.try("POST", "/issues/1/labels", `[]`)
		require.Error(t, err)
	}
	assert.Equal(t, 404, server.Requests()[1].Status)
	assert.Equal(t, 0, server.Requests()[2].Status)
	server.Revive()
	server.Fault = nil
	client.do(200, "GET", "", "")
}

func TestARacerComesFirst(t *testing.T) {
	server, client := newServer(t)
	commit := client.propose("x")
	var after string
	server.Fault = func(int, *http.Request) Fault {
		return Fault{
			Before: func() { server.Commit("x", "Human", map[string]string{"h": "h"}) },
			After:  func() { after = server.Head("x") },
		}
	}
	client.do(422, "PATCH", "/git/refs/heads/x", `{"sha":"`+commit+`"}`)
	assert.NotEqual(t, commit, after)
}

func TestRequests(t *testing.T) {
	server, client := newServer(t)
	client.propose("x")
	assert.Len(t, server.Requests(), 5)
	writes := server.Writes()
	require.Len(t, writes, 3)
	assert.Equal(t, Request{3, "POST", "/repos/example/deploy/git/trees", true, 201, writes[0].Bytes, 1}, writes[0])
	assert.Positive(t, writes[0].Bytes)
	server.Forget()
	assert.Empty(t, server.Requests())
}
