package fakegithub

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// endpoint answers one request, while nothing else happens.
type endpoint func(*http.Request) answer

func (s *Server) endpoints() http.Handler {
	const repository = "/repos/{owner}/{repository}"
	mux := http.NewServeMux()
	for pattern, act := range map[string]endpoint{
		"GET " + repository:                                          s.getRepository,
		"GET " + repository + "/git/ref/{ref...}":                    s.getRef,
		"GET " + repository + "/git/matching-refs/{ref...}":          s.matchingRefs,
		"POST " + repository + "/git/refs":                           s.createRef,
		"PATCH " + repository + "/git/refs/{ref...}":                 s.updateRef,
		"DELETE " + repository + "/git/refs/{ref...}":                s.deleteRef,
		"GET " + repository + "/git/commits/{sha}":                   s.getCommit,
		"POST " + repository + "/git/commits":                        s.createCommit,
		"GET " + repository + "/git/trees/{tree...}":                 s.getTree,
		"POST " + repository + "/git/trees":                          s.createTree,
		"GET " + repository + "/git/blobs/{sha}":                     s.getBlob,
		"POST " + repository + "/git/blobs":                          s.createBlob,
		"GET " + repository + "/compare/{basehead...}":               s.compare,
		"GET " + repository + "/pulls":                               s.listPulls,
		"POST " + repository + "/pulls":                              s.createPull,
		"GET " + repository + "/pulls/{number}":                      s.getPull,
		"PATCH " + repository + "/pulls/{number}":                    s.updatePull,
		"POST " + repository + "/pulls/{number}/requested_reviewers": s.requestReviewers,
		"GET " + repository + "/issues/{number}/comments":            s.listComments,
		"POST " + repository + "/issues/{number}/comments":           s.createComment,
		"DELETE " + repository + "/issues/comments/{id}":             s.deleteComment,
		"POST " + repository + "/issues/{number}/labels":             s.addLabels,
		"POST " + repository + "/issues/{number}/assignees":          s.addAssignees,
		"POST /graphql": s.graphql,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.resolve(act, r).write(w) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.t.Errorf("the fake GitHub has no %s %s", r.Method, r.URL.Path)
		notFound(r).write(w)
	})
	return enterprise(byNumber(mux, func() string { return s.name }))
}

// resolve answers for the repository's names: its own, those it had, all others.
func (s *Server) resolve(act endpoint, r *http.Request) answer {
	switch {
	case r.URL.Path == "/graphql", s.isHere(r):
		return act(r)
	case strings.EqualFold(r.PathValue("owner"), Owner) && s.formerly[strings.ToLower(r.PathValue("repository"))]:
		return s.moved(r)
	}
	return notFound(r)
}

// isHere ignores case, as GitHub does.
func (s *Server) isHere(r *http.Request) bool {
	return strings.EqualFold(r.PathValue("owner"), Owner) && strings.EqualFold(r.PathValue("repository"), s.name)
}

// moved redirects to the address by number, which survives all renaming.
func (s *Server) moved(r *http.Request) answer {
	rest := strings.SplitN(r.URL.EscapedPath(), "/", 5)[4:]
	target := strings.Join(append([]string{s.URL, "repositories", repositoryID}, rest...), "/")
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	return answer{
		status: http.StatusMovedPermanently, header: http.Header{"Location": {target}},
		body: object{"message": "Moved Permanently", "url": target, "documentation_url": documentation},
	}
}

// enterprise serves below /api too, as GitHub Enterprise Server does.
func enterprise(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", next)
	mux.Handle("/api/v3/", http.StripPrefix("/api/v3", next))
	mux.Handle("/api/graphql", http.StripPrefix("/api", next))
	return mux
}

// byNumber turns the address of a repository by number into the one by name.
func byNumber(next http.Handler, name func() string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const prefix = "/repositories/" + repositoryID
		if strings.HasPrefix(r.URL.Path+"/", prefix+"/") {
			r.URL.Path = "/repos/" + Owner + "/" + name() + strings.TrimPrefix(r.URL.Path, prefix)
			if r.URL.RawPath != "" {
				r.URL.RawPath = "/repos/" + Owner + "/" + name() + strings.TrimPrefix(r.URL.RawPath, prefix)
			}
		}
		next.ServeHTTP(w, r)
	})
}

// read decodes the body of a request; ok is false if it is not what T says.
func read[T any](r *http.Request) (value T, ok bool) {
	return value, json.NewDecoder(r.Body).Decode(&value) == nil
}

// page cuts a list as the request asks and links to the next page.
func page(r *http.Request, self string, items []object) answer {
	query := r.URL.Query()
	size := number(query.Get("per_page"), 30)
	size = min(max(size, 1), 100)
	current := max(number(query.Get("page"), 1), 1)
	start := min((current-1)*size, len(items))
	end := min(start+size, len(items))
	header := http.Header{}
	if end < len(items) {
		query.Set("page", strconv.Itoa(current+1))
		header.Set("Link", "<"+self+r.URL.EscapedPath()+"?"+query.Encode()+`>; rel="next"`)
	}
	return answer{status: http.StatusOK, header: header, body: items[start:end]}
}

func number(text string, otherwise int) int {
	if value, err := strconv.Atoi(text); err == nil {
		return value
	}
	return otherwise
}
