package fakegithub

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRefusals(t *testing.T) {
	server, client := newServer(t)
	commit := client.open("efgen/production")
	main := server.Head("main")
	tree := client.do(200, "GET", "/git/commits/"+main, "").at("tree", "sha").(string)
	other := client.do(201, "POST", "/git/commits", `{"message":"Other","tree":"`+tree+`","parents":["`+main+`"]}`).at("sha").(string)
	const absent = "1111111111111111111111111111111111111111"
	for name, c := range map[string]struct {
		status             int
		method, path, body string
		says               string
	}{
		"ref there":            {422, "POST", "/git/refs", `{"ref":"refs/heads/efgen/production","sha":"` + commit + `"}`, "Reference already exists"},
		"ref without prefix":   {422, "POST", "/git/refs", `{"ref":"efgen","sha":"` + commit + `"}`, "must start with 'refs/'"},
		"ref to nothing":       {422, "POST", "/git/refs", `{"ref":"refs/heads/x","sha":"` + absent + `"}`, "Object does not exist"},
		"ref in the way":       {422, "POST", "/git/refs", `{"ref":"refs/heads/efgen","sha":"` + commit + `"}`, "Reference update failed"},
		"no fast forward":      {422, "PATCH", "/git/refs/heads/efgen/production", `{"sha":"` + other + `"}`, "Update is not a fast forward"},
		"update of no ref":     {422, "PATCH", "/git/refs/heads/x", `{"sha":"` + other + `","force":true}`, "Reference does not exist"},
		"delete no ref":        {422, "DELETE", "/git/refs/heads/x", "", "Reference does not exist"},
		"get no ref":           {404, "GET", "/git/ref/heads/efgen", "", "Not Found"},
		"no commit":            {404, "GET", "/git/commits/" + absent, "", "Not Found"},
		"a tree is no commit":  {404, "GET", "/git/commits/" + tree, "", "Not Found"},
		"short hash":           {422, "GET", "/git/commits/" + main[:7], "", "exactly 40 characters"},
		"commit of no tree":    {422, "POST", "/git/commits", `{"message":"m","tree":"` + absent + `"}`, "Tree SHA does not exist"},
		"commit of no parent":  {422, "POST", "/git/commits", `{"message":"m","tree":"` + tree + `","parents":["` + absent + `"]}`, "Parent SHA does not exist"},
		"no tree":              {404, "GET", "/git/trees/" + absent, "", "Not Found"},
		"no blob":              {404, "GET", "/git/blobs/" + tree, "", "Not Found"},
		"wrong base64":         {422, "POST", "/git/blobs", `{"content":"§","encoding":"base64"}`, "not valid Base64"},
		"no comparison":        {404, "GET", "/compare/main...x", "", "Not Found"},
		"no JSON":              {400, "POST", "/git/trees", `{`, "Problems parsing JSON"},
		"proposal there":       {422, "POST", "/pulls", `{"title":"t","head":"efgen/production","base":"main"}`, "A pull request already exists for example:efgen/production."},
		"proposal of nothing":  {422, "POST", "/pulls", `{"title":"t","head":"main","base":"main"}`, "No commits between main and main"},
		"proposal of no head":  {422, "POST", "/pulls", `{"title":"t","head":"x","base":"main"}`, `"field":"head"`},
		"proposal on no base":  {422, "POST", "/pulls", `{"title":"t","head":"efgen/production","base":"x"}`, `"field":"base"`},
		"proposal of no title": {422, "POST", "/pulls", `{"head":"efgen/production","base":"main"}`, ""},
		"no proposal":          {404, "GET", "/pulls/9", "", "Not Found"},
		"author as reviewer":   {422, "POST", "/pulls/1/requested_reviewers", `{"reviewers":["` + App + `"]}`, "pull request author"},
		"empty comment":        {422, "POST", "/issues/1/comments", `{"body":""}`, "missing_field"},
		"no comment":           {404, "DELETE", "/issues/comments/9", "", "Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			client.t = t
			assert.Contains(t, client.do(c.status, c.method, c.path, c.body).text, c.says)
		})
	}
	assert.Equal(t, commit, server.Head("efgen/production"))
	assert.Len(t, server.Pulls(), 1)
}

func TestEmptyRepository(t *testing.T) {
	server, client := newServer(t)
	server.Push("main", "")
	for _, path := range []string{"/git/ref/heads/main", "/git/matching-refs/heads", "/git/commits/x", "/git/trees/x", "/git/blobs/x"} {
		assert.Contains(t, client.do(409, "GET", path, "").text, "Git Repository is empty.")
	}
	for _, path := range []string{"/git/refs", "/git/commits", "/git/trees", "/git/blobs"} {
		client.do(409, "POST", path, "{}")
	}
}

func TestRefs(t *testing.T) {
	server, client := newServer(t)
	commit := client.propose("efgen/production")
	found := client.do(200, "GET", "/git/matching-refs/heads/ef", "").list
	assert.Len(t, found, 1)
	assert.Equal(t, "refs/heads/efgen/production", found[0]["ref"])
	newer := server.Commit("main", "Human", map[string]string{"b": "b\n"})
	client.do(200, "PATCH", "/git/refs/heads/efgen/production", `{"sha":"`+newer+`","force":true}`)
	assert.Equal(t, newer, server.Head("efgen/production"))
	client.do(200, "PATCH", "/git/refs/heads/efgen/production", `{"sha":"`+newer+`"}`)
	client.do(204, "DELETE", "/git/refs/heads/efgen/production", "")
	assert.Empty(t, server.Head("efgen/production"))
	assert.Equal(t, "commit", server.store.must("cat-file", "-t", commit), "an object outlives its branch")
}

func TestReadersLagBehind(t *testing.T) {
	server, client := newServer(t)
	old := server.Head("main")
	server.Lag = 2
	commit := client.propose("x")
	client.do(404, "GET", "/git/ref/heads/x", "")
	assert.Empty(t, client.do(200, "GET", "/git/matching-refs/heads/x", "").list)
	assert.Equal(t, commit, client.do(200, "GET", "/git/ref/heads/x", "").at("object", "sha"))
	client.do(200, "PATCH", "/git/refs/heads/main", `{"sha":"`+commit+`"}`)
	for _, want := range []string{old, old, commit} {
		assert.Equal(t, want, client.do(200, "GET", "/git/ref/heads/main", "").at("object", "sha"))
	}
}

func TestUpdateRefsHoldsItsLease(t *testing.T) {
	server, client := newServer(t)
	first := client.propose("x")
	second := client.propose("y")
	update := func(name, before, after string, force bool) string {
		return client.do(200, "POST", server.URL+"/graphql", fmt.Sprintf(
			`{"query":"mutation($r: ID!, $u: [RefUpdate!]!) { updateRefs(input: {repositoryId: $r, refUpdates: $u}) { clientMutationId } }",
			"variables":{"r":"R_1","u":[{"name":%q,"beforeOid":%q,"afterOid":%q,"force":%t}]}}`, name, before, after, force)).text
	}
	assert.Contains(t, update("refs/heads/x", second, second, true), staleRef)
	assert.Contains(t, update("refs/heads/x", zero, second, true), staleRef, "it is there")
	assert.Contains(t, update("refs/heads/z", first, second, true), staleRef, "it is not there")
	assert.Contains(t, update("refs/heads/x", first, second, false), "not a fast-forward")
	assert.Contains(t, update("x", first, second, true), "fully qualified")
	assert.Contains(t, update("refs/heads/x", first, "1111111111111111111111111111111111111111", true), "does not exist")
	assert.Equal(t, first, server.Head("x"))

	for _, done := range []struct{ before, after string }{{first, second}, {second, zero}, {zero, first}} {
		assert.NotContains(t, update("refs/heads/x", done.before, done.after, true), "errors")
		assert.Equal(t, done.after, orZero(server.Head("x")))
	}
}
