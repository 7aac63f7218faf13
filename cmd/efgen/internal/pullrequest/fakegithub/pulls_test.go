package fakegithub

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func numbers(pulls []object) string {
	var numbers []string
	for _, pull := range pulls {
		numbers = append(numbers, fmt.Sprint(pull["number"]))
	}
	return strings.Join(numbers, " ")
}

func TestListPulls(t *testing.T) {
	server, client := newServer(t)
	client.open("a")
	client.open("b")
	server.Fork("stranger", "a", "Mine", map[string]string{"x": "x"})
	server.Close(2)
	for query, want := range map[string]string{
		"":                             "3 1",
		"?state=all":                   "3 2 1",
		"?state=closed":                "2",
		"?head=example:a":              "1",
		"?head=a":                      "3 1", // ignored without an owner
		"?head=stranger:a":             "3",
		"?head=example:none":           "",
		"?base=other":                  "",
		"?state=all&direction=asc":     "1 2 3",
		"?state=all&per_page=2":        "3 2",
		"?state=all&per_page=2&page=2": "1",
		"?state=all&page=9":            "",
	} {
		assert.Equal(t, want, numbers(client.do(200, "GET", "/pulls"+query, "").list), query)
	}
	assert.Contains(t, client.do(200, "GET", "/pulls?state=all&per_page=2", "").Header.Get("Link"), `page=2&per_page=2&state=all>; rel="next"`)
	assert.Empty(t, client.do(200, "GET", "/pulls", "").Header.Get("Link"))
}

func TestEditPull(t *testing.T) {
	server, client := newServer(t)
	client.open("x")
	server.Push("release", server.Commit("release", "Begin a release", nil))
	client.do(200, "PATCH", "/pulls/1", `{"title":"T"}`)
	client.do(200, "PATCH", "/pulls/1", `{"body":"","base":"release"}`)
	assert.Equal(t, "T", client.do(200, "GET", "/pulls/1", "").at("title"))
	pull := server.Pulls()[0]
	assert.Equal(t, []string{"T", "", "release"}, []string{pull.Title, pull.Body, pull.Base})
	client.do(422, "PATCH", "/pulls/1", `{"base":"none"}`)

	for body, status := range map[string]int{strings.Repeat("ü", maxText): 200, strings.Repeat("x", maxText+1): 422} {
		client.do(status, "PATCH", "/pulls/1", `{"body":"`+body+`"}`)
	}
	client.do(422, "PATCH", "/pulls/1", `{"title":"`+strings.Repeat("x", 257)+`"}`)
	client.do(422, "POST", "/issues/1/comments", `{"body":"`+strings.Repeat("x", maxText+1)+`"}`)
}

func TestAttributes(t *testing.T) {
	server, client := newServer(t)
	client.open("x")
	client.do(200, "POST", "/issues/1/labels", `["a","b"]`)
	client.do(200, "POST", "/issues/1/labels", `{"labels":["b","c"]}`)
	client.do(201, "POST", "/issues/1/assignees", `{"assignees":["jo"]}`)
	client.do(201, "POST", "/pulls/1/requested_reviewers", `{"reviewers":["jo"],"team_reviewers":["ops"]}`)
	comment := client.do(201, "POST", "/issues/1/comments", `{"body":"hi"}`)
	server.Comment(1, "ho")
	assert.Len(t, client.do(200, "GET", "/issues/1/comments?per_page=1", "").list, 1)
	client.do(204, "DELETE", fmt.Sprintf("/issues/comments/%v", comment.at("id")), "")
	require.Len(t, server.Comments(1), 1)
	assert.Equal(t, "ho", server.Comments(1)[0].Body)

	draft := `{"query":"mutation($i: ConvertPullRequestToDraftInput!) { convertPullRequestToDraft(input: $i) { clientMutationId } }","variables":{"i":{"pullRequestId":"PR_1"}}}`
	assert.NotContains(t, client.do(200, "POST", server.URL+"/graphql", draft).text, "errors")
	pull := server.Pulls()[0]
	assert.Equal(t, []string{"a", "b", "c"}, pull.Labels)
	assert.Equal(t, []string{"jo"}, pull.Assignees)
	assert.Equal(t, []string{"jo"}, pull.Reviewers)
	assert.Equal(t, []string{"ops"}, pull.Teams)
	assert.True(t, pull.Draft)
	ready := strings.NewReplacer("ConvertPullRequestToDraft", "MarkPullRequestReadyForReview", "convertPullRequestToDraft", "markPullRequestReadyForReview").Replace(draft)
	client.do(200, "POST", server.URL+"/graphql", ready)
	assert.False(t, server.Pulls()[0].Draft)
}

// TestWhatBecomesOfAPull follows pull request 1, from branch x to main.
func TestWhatBecomesOfAPull(t *testing.T) {
	reopen := func(client client) string {
		got, err := client.try("PATCH", "/pulls/1", `{"state":"open"}`)
		require.NoError(client.t, err)
		return got.text
	}
	for name, c := range map[string]struct {
		happens func(*Server)
		state   string
		merged  bool
		reopens string // "": it does, else why not
	}{
		"a person closes it":      {func(s *Server) { s.Close(1) }, closed, false, ""},
		"a person merges it":      {func(s *Server) { s.Merge(1) }, closed, true, "was merged"},
		"a person squashes it":    {func(s *Server) { s.Squash(1) }, closed, true, "was merged"},
		"its commit is on main":   {func(s *Server) { s.Push("main", s.Head("x")) }, closed, true, "was merged"},
		"its branch goes":         {func(s *Server) { s.Push("x", "") }, closed, false, "has been deleted"},
		"its branch is main":      {func(s *Server) { s.Push("x", s.Head("main")) }, closed, false, "force-pushed"},
		"its branch is replaced":  {func(s *Server) { s.Amend("x", map[string]string{"y": "y"}) }, open, false, ""},
		"closed, then more":       {func(s *Server) { s.Close(1); s.Commit("x", "More", nil) }, closed, false, ""},
		"closed, then replaced":   {func(s *Server) { s.Close(1); s.Amend("x", map[string]string{"y": "y"}) }, closed, false, "force-pushed"},
		"closed, then made again": {func(s *Server) { head := s.Head("x"); s.Close(1); s.Push("x", ""); s.Push("x", head) }, closed, false, "force-pushed"},
		"main moves":              {func(s *Server) { s.Commit("main", "Aside", nil) }, open, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			server, client := newServer(t)
			client.open("x")
			c.happens(server)
			pull := server.Pulls()[0]
			assert.Equal(t, c.state, pull.State)
			assert.Equal(t, c.merged, pull.Merged)
			if c.state == open {
				assert.Equal(t, server.Head("x"), pull.HeadSHA)
				return
			}
			assert.Contains(t, reopen(client), c.reopens)
			assert.Equal(t, c.reopens == "", len(server.OpenPulls()) == 1)
		})
	}
}

// TestMergesAreGits compares with what git itself merges, after an edit, a removal and
// an addition on each side.
func TestMergesAreGits(t *testing.T) {
	server, client := newServer(t)
	server.Commit("main", "More", map[string]string{"a/1": "1", "a/2": "2", "b/1": "1", "b/2": "2", "same": ""})
	client.open("x")
	server.Commit("x", "Theirs", map[string]string{"a/1": "theirs", "a/3/c": "3", "same": "same"}, "a/2")
	server.Commit("main", "Aside", map[string]string{"b/1": "ours", "b.c": "3", "same": "same"}, "b/2")
	expected := server.store.must("merge-tree", "--write-tree", server.Head("main"), server.Head("x"))
	server.Merge(1)
	assert.Equal(t, expected, server.store.treeOf(server.Head("main")))
	assert.Equal(t, server.Head("main"), server.Pulls()[0].MergeSHA)
	assert.NotEmpty(t, server.Head("x"))

	server.Commit("x", "Theirs", map[string]string{"b.c": "theirs"})
	server.Commit("main", "Aside", map[string]string{"b.c": "ours"})
	_, ok := server.store.merge(server.Head("main"), server.Head("x"))
	assert.False(t, ok, "both have changed the same file")
}
