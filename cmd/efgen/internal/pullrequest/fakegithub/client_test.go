package fakegithub

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// client speaks to the server as a program would: bytes over HTTP.
type client struct {
	t     *testing.T
	base  string
	token string
}

func newServer(t *testing.T) (*Server, client) {
	server := New(t)
	return server, client{t, server.URL + "/repos/example/deploy", AppToken}
}

// response is what came back, its body as text and as JSON.
type response struct {
	*http.Response
	text string
	json object
	list []object
}

func (c client) try(method, path, body string) (response, error) {
	request, err := http.NewRequest(method, c.url(path), strings.NewReader(body))
	require.NoError(c.t, err)
	request.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	withoutRedirects := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true}, // nor does Go try lost GETs again
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answered, err := withoutRedirects.Do(request)
	if err != nil {
		return response{}, err
	}
	defer answered.Body.Close()
	text, err := io.ReadAll(answered.Body)
	require.NoError(c.t, err)
	got := response{Response: answered, text: string(text)}
	if json.Unmarshal(text, &got.json) != nil {
		_ = json.Unmarshal(text, &got.list) // neither, without a body
	}
	return got, nil
}

func (c client) url(path string) string {
	if strings.HasPrefix(path, "http") {
		return path
	}
	return c.base + path
}

// do is try for an answer with the status that is due.
func (c client) do(status int, method, path, body string) response {
	c.t.Helper()
	got, err := c.try(method, path, body)
	require.NoError(c.t, err)
	require.Equal(c.t, status, got.StatusCode, got.text)
	return got
}

// text finds a text in an answer by its path.
func (r response) at(path ...string) any {
	var found any = r.json
	for _, key := range path {
		found = found.(object)[key]
	}
	return found
}

// propose makes a branch with one more file than main and returns its commit.
func (c client) propose(branch string) string {
	c.t.Helper()
	main := c.do(200, "GET", "/git/ref/heads/main", "").at("object", "sha").(string)
	base := c.do(200, "GET", "/git/commits/"+main, "").at("tree", "sha").(string)
	tree := c.do(201, "POST", "/git/trees", `{"base_tree":"`+base+`","tree":[{"path":"a/`+branch+`.yaml","mode":"100644","type":"blob","content":"a: 1\n"}]}`).at("sha").(string)
	commit := c.do(201, "POST", "/git/commits", `{"message":"Propose","tree":"`+tree+`","parents":["`+main+`"]}`).at("sha").(string)
	c.do(201, "POST", "/git/refs", `{"ref":"refs/heads/`+branch+`","sha":"`+commit+`"}`)
	return commit
}

// open makes a branch and its pull request, and returns the commit.
func (c client) open(branch string) string {
	c.t.Helper()
	commit := c.propose(branch)
	c.do(201, "POST", "/pulls", `{"title":"t","body":"b","head":"`+branch+`","base":"main"}`)
	return commit
}
