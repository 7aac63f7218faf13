package fakegithub

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree makes a tree from entries and a base, and returns its hash.
func (c client) tree(base, entries string) string {
	c.t.Helper()
	return c.do(201, "POST", "/git/trees", `{"base_tree":"`+base+`","tree":[`+entries+`]}`).at("sha").(string)
}

func TestTrees(t *testing.T) {
	server, client := newServer(t)
	blob := client.do(201, "POST", "/git/blobs", `{"content":"/wA=","encoding":"base64"}`).at("sha").(string)
	base := client.tree(server.Head("main"), `
		{"path":"a/b/c.yaml","mode":"100644","type":"blob","content":"c\n"},
		{"path":"a/b.yaml","mode":"100755","type":"blob","content":""},
		{"path":"a.txt","mode":"120000","type":"blob","content":"README.md"},
		{"path":"binary","mode":"100644","type":"blob","sha":"`+blob+`"},
		{"path":"twice","mode":"100644","type":"blob","content":"1"},
		{"path":"twice","mode":"100644","type":"blob","content":"2"}`)
	assert.Equal(t, map[string]string{
		"README.md": "# Deploy\n", "a/b/c.yaml": "c\n", "a/b.yaml": "", "a.txt": "README.md", "binary": "\xff\x00", "twice": "2",
	}, server.store.files(base))
	assert.Contains(t, server.store.must("ls-tree", "-r", base), "100755 blob")

	for name, c := range map[string]struct {
		entries string
		files   string
	}{
		"one file":        {`{"path":"a/b/c.yaml","mode":"100644","type":"blob","sha":null}`, "README.md a.txt a/b.yaml binary twice"},
		"a directory":     {`{"path":"a","mode":"040000","type":"tree","sha":null}`, "README.md a.txt binary twice"},
		"file to folder":  {`{"path":"twice/x","mode":"100644","type":"blob","content":"x"}`, "README.md a.txt a/b.yaml a/b/c.yaml binary twice/x"},
		"folder to file":  {`{"path":"a","mode":"100644","type":"blob","content":"x"}`, "README.md a a.txt binary twice"},
		"a tree by hash":  {`{"path":"copy","mode":"040000","type":"tree","sha":"` + server.store.entryAt(base, "a/b").sha + `"}`, "README.md a.txt a/b.yaml a/b/c.yaml binary copy/c.yaml twice"},
		"nothing is left": {`{"path":"a/b.yaml","mode":"100644","sha":null},{"path":"a/b/c.yaml","mode":"100644","sha":null}`, "README.md a.txt binary twice"},
	} {
		t.Run(name, func(t *testing.T) {
			client.t = t
			made := client.tree(base, c.entries)
			assert.Equal(t, c.files, strings.Join(strings.Fields(server.store.must("ls-tree", "-r", "--name-only", made)), " "))
			assert.Empty(t, server.store.must("fsck", "--strict", "--no-dangling"))
		})
	}
}

func TestTreesThatAreRefused(t *testing.T) {
	server, client := newServer(t)
	for name, c := range map[string]struct{ entry, says string }{
		"delete what is absent": {`{"path":"x/y","mode":"100644","type":"blob","sha":null}`, "GitRPC::BadObjectState"},
		"delete below a file":   {`{"path":"README.md/y","mode":"100644","type":"blob","sha":null}`, "GitRPC::BadObjectState"},
		"leave the repository":  {`{"path":"../x","mode":"100644","type":"blob","content":""}`, "malformed path"},
		"absolute":              {`{"path":"/x","mode":"100644","type":"blob","content":""}`, "malformed path"},
		"git's own":             {`{"path":"a/.GIT/x","mode":"100644","type":"blob","content":""}`, "malformed path"},
		"mode":                  {`{"path":"x","mode":"0644","type":"blob","content":""}`, "valid tree.mode"},
		"neither":               {`{"path":"x","mode":"100644","type":"blob"}`, "tree.sha or tree.content"},
		"both":                  {`{"path":"x","mode":"100644","type":"blob","content":"","sha":"` + emptyTree + `"}`, "tree.sha or tree.content"},
		"a tree as a file":      {`{"path":"x","mode":"100644","type":"blob","sha":"` + emptyTree + `"}`, "not a valid blob"},
		"no entry":              {``, "Invalid tree info"},
	} {
		t.Run(name, func(t *testing.T) {
			client.t = t
			assert.Contains(t, client.do(422, "POST", "/git/trees", `{"base_tree":"`+server.Head("main")+`","tree":[`+c.entry+`]}`).text, c.says)
		})
	}
	entry := `{"path":"x","mode":"100644","type":"blob","content":""},`
	many := strings.TrimSuffix(strings.Repeat(entry, maxEntries+1), ",")
	assert.Contains(t, client.do(502, "POST", "/git/trees", `{"tree":[`+many+`]}`).text, "incrementally")
	client.do(404, "POST", "/git/trees", `{"base_tree":"1111111111111111111111111111111111111111","tree":[`+strings.TrimSuffix(entry, ",")+`]}`)
}

func TestListings(t *testing.T) {
	server, client := newServer(t)
	commit := server.Commit("main", "More", map[string]string{"a/1": "1", "a/2": "2"})
	whole := client.do(200, "GET", "/git/trees/"+commit+"?recursive=1", "")
	assert.Len(t, whole.at("tree"), 4, "the folder is listed too")
	assert.Equal(t, false, whole.at("truncated"))
	assert.Equal(t, commit, whole.at("sha"), "a commit's listing goes by the commit's name")
	assert.Len(t, client.do(200, "GET", "/git/trees/main", "").at("tree"), 2)

	server.TruncateAfter = 2
	cut := client.do(200, "GET", "/git/trees/"+commit+"?recursive=1", "")
	assert.Len(t, cut.at("tree"), 2)
	assert.Equal(t, true, cut.at("truncated"))
	assert.Equal(t, false, client.do(200, "GET", "/git/trees/"+commit, "").at("truncated"), "one level is whole")
}

func TestBlobs(t *testing.T) {
	server, client := newServer(t)
	content := strings.Repeat("x", 50)
	sha := client.do(201, "POST", "/git/blobs", `{"content":"`+content+`"}`).at("sha").(string)
	read := client.do(200, "GET", "/git/blobs/"+sha, "")
	assert.Contains(t, read.at("content"), "\n", "base64 in lines")
	assert.InDelta(t, 50, read.at("size"), 0)
	assert.Equal(t, content, server.store.must("cat-file", "blob", sha))

	binary := client.do(201, "POST", "/git/blobs", `{"content":"/wA=","encoding":"base64"}`).at("sha").(string)
	large := client.do(201, "POST", "/git/blobs", `{"content":"`+strings.Repeat("x", maxBlobText+1)+`"}`).at("sha").(string)
	query, err := json.Marshal(object{
		"query": fmt.Sprintf(`query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
			a: object(oid: %q) { ... on Blob { text } } b: object(oid: %q) { ... on Blob { text } }
			c: object(oid: %q) { ... on Blob { text } } d: object(oid: %q) { ... on Blob { text } } } }`, sha, binary, large, zero),
		"variables": object{"owner": Owner, "name": Repository},
	})
	require.NoError(t, err)
	texts := client.do(200, "POST", server.URL+"/graphql", string(query))
	assert.Equal(t, content, texts.at("data", "repository", "a", "text"))
	assert.Nil(t, texts.at("data", "repository", "b", "text"))
	assert.Len(t, texts.at("data", "repository", "c", "text"), maxBlobText)
	assert.Nil(t, texts.at("data", "repository", "d"))
	assert.Empty(t, server.Writes()[3:], "a question is no write")
}

func TestWhoSigns(t *testing.T) {
	for name, c := range map[string]struct {
		token, author string
		unsigned      bool
		verified      bool
	}{
		"an App":            {AppToken, "", false, true},
		"a person":          {PersonToken, "", false, false},
		"an App as another": {AppToken, `,"author":{"name":"n","email":"e@example.com","date":"2026-02-03T04:05:06Z"}`, false, false},
		"GitHub refuses":    {AppToken, "", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			server, client := newServer(t)
			client.token, server.Unsigned = c.token, c.unsigned
			body := `{"message":"m\n\nTrailer: x\n","tree":"` + client.do(200, "GET", "/git/commits/"+server.Head("main"), "").at("tree", "sha").(string) + `"` + c.author + `}`
			made := client.do(201, "POST", "/git/commits", body)
			assert.Equal(t, c.verified, made.at("verification", "verified"))
			read := client.do(200, "GET", "/git/commits/"+made.at("sha").(string), "")
			assert.Equal(t, made.json, read.json)
			assert.Equal(t, "m\n\nTrailer: x\n", read.at("message"), "byte for byte")
			if c.author != "" {
				assert.Equal(t, "2026-02-03T04:05:06Z", read.at("author", "date"))
			}
		})
	}
}

func TestCompare(t *testing.T) {
	server, client := newServer(t)
	old := server.Head("main")
	commit := client.propose("efgen/production")
	for basehead, status := range map[string]string{
		"main...efgen%2Fproduction": "ahead", "efgen%2Fproduction...main": "behind", "main...main": "identical", old + "..." + commit: "ahead",
	} {
		assert.Equal(t, status, client.do(200, "GET", "/compare/"+basehead, "").at("status"), basehead)
	}
	server.Commit("main", "Aside", map[string]string{"b": "b"})
	compared := client.do(200, "GET", "/compare/main...efgen/production", "")
	assert.Equal(t, "diverged", compared.at("status"))
	assert.Equal(t, old, compared.at("merge_base_commit", "sha"))
	assert.Len(t, compared.at("commits"), 1)
}
