package fakegithub

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// endpoint answers one request, while nothing else happens.
type endpoint func(*http.Request) answer

// posted is an endpoint that reads the body of its requests.
func posted[T any](act func(*http.Request, T) answer) endpoint {
	return func(r *http.Request) answer {
		var body T
		if json.NewDecoder(r.Body).Decode(&body) != nil {
			return failure(http.StatusBadRequest, "Problems parsing JSON")
		}
		return act(r, body)
	}
}

func (s *Server) endpoints() http.Handler {
	const repository = "/repos/{owner}/{repository}"
	mux := http.NewServeMux()
	for pattern, act := range map[string]endpoint{
		"GET " + repository:                                          s.getRepository,
		"GET " + repository + "/git/ref/{ref...}":                    s.getRef,
		"GET " + repository + "/git/matching-refs/{ref...}":          s.matchingRefs,
		"POST " + repository + "/git/refs":                           posted(s.createRef),
		"PATCH " + repository + "/git/refs/{ref...}":                 posted(s.updateRef),
		"DELETE " + repository + "/git/refs/{ref...}":                s.deleteRef,
		"GET " + repository + "/git/commits/{sha}":                   s.getCommit,
		"POST " + repository + "/git/commits":                        posted(s.createCommit),
		"GET " + repository + "/git/trees/{tree...}":                 s.getTree,
		"POST " + repository + "/git/trees":                          posted(s.createTree),
		"GET " + repository + "/git/blobs/{sha}":                     s.getBlob,
		"POST " + repository + "/git/blobs":                          posted(s.createBlob),
		"GET " + repository + "/compare/{basehead...}":               s.compare,
		"GET " + repository + "/pulls":                               s.listPulls,
		"POST " + repository + "/pulls":                              posted(s.createPull),
		"GET " + repository + "/pulls/{number}":                      s.getPull,
		"PATCH " + repository + "/pulls/{number}":                    posted(s.updatePull),
		"POST " + repository + "/pulls/{number}/requested_reviewers": posted(s.requestReviewers),
		"GET " + repository + "/issues/{number}/comments":            s.listComments,
		"POST " + repository + "/issues/{number}/comments":           posted(s.createComment),
		"DELETE " + repository + "/issues/comments/{id}":             s.deleteComment,
		"POST " + repository + "/issues/{number}/labels":             posted(s.addLabels),
		"POST " + repository + "/issues/{number}/assignees":          posted(s.addAssignees),
		"POST /graphql": posted(s.graphql),
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.answerTo(r, act).write(w) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.t.Errorf("the fake GitHub has no %s %s", r.Method, r.URL.Path)
		notFound().write(w)
	})
	return enterprise(byNumber(mux, func() string { return s.name }))
}

// answerTo refuses what is not there: a repository of another name, objects of an empty
// one, a pull request with another number. A former name of the repository redirects.
func (s *Server) answerTo(r *http.Request, act endpoint) answer {
	switch {
	case r.URL.Path == "/graphql":
		return act(r)
	case strings.EqualFold(r.PathValue("owner"), Owner) && s.formerNames[strings.ToLower(r.PathValue("repository"))]:
		return s.redirect(r)
	case !s.isNamed(r), r.PathValue("number") != "" && s.pull(r) == nil:
		return notFound()
	case strings.Contains(r.URL.Path, "/git/") && len(s.store.references()) == 0:
		return failure(http.StatusConflict, "Git Repository is empty.")
	}
	return act(r)
}

// isNamed reports whether a request names the repository; as on GitHub, case is ignored.
func (s *Server) isNamed(r *http.Request) bool {
	return strings.EqualFold(r.PathValue("owner"), Owner) && strings.EqualFold(r.PathValue("repository"), s.name)
}

// redirect names the address by number, which stays the same when names change.
func (s *Server) redirect(r *http.Request) answer {
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
