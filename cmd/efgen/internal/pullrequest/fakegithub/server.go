// Package fakegithub is a GitHub for tests: one git repository behind the part of GitHub's
// API that proposals need, with GitHub's peculiarities, and with faults on demand.
package fakegithub

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

const (
	// Owner is the organisation that owns the repository.
	Owner = "example"
	// Repository is the repository's name until it is renamed.
	Repository = "deploy"
	// AppToken acts as an App: GitHub signs the commits it makes for one.
	AppToken = "ghs_fakeInstallationToken"
	// PersonToken acts as a person, for whom GitHub signs nothing.
	PersonToken = "ghp_fakePersonalToken"
	// App is the login behind AppToken.
	App = "efgen-proposals[bot]"
	// Person is the login behind PersonToken, and of the person in tests.
	Person = "jo"
)

// maxBody is what GitHub reads of a request at most, 40 MB by its documentation.
const maxBody = 40 << 20

// Server is the fake. Set its fields between requests, not during one.
type Server struct {
	// URL is the address without a slash at its end. The API is there, and also
	// below /api/v3/ with GraphQL at /api/graphql, as on GitHub Enterprise Server.
	URL string
	// Fault, unless nil, decides what goes wrong with the nth request, from 1.
	Fault func(n int, r *http.Request) Fault
	// Lag is how many reads of a reference answer its old value after each update.
	Lag int
	// TruncateAfter is the length at which recursive listings are cut; 0 is never.
	TruncateAfter int
	// Default is the repository's default branch.
	Default string
	// Unsigned says that GitHub does not sign the commits of Apps.
	Unsigned bool

	t      testing.TB
	routes http.Handler

	mutex       sync.Mutex // for the fields below: one request or call at a time
	store       *store
	seconds     int // since the epoch of the fake's clock
	name        string
	formerNames map[string]bool
	signed      map[string]bool
	pulls       []*Pull
	comments    []Comment
	lagging     map[string]*lag
	requests    []*Request
	killed      bool // the client is; see Fault.ClientDies
}

// New starts a server whose repository holds one commit, with a README.md, on its
// default branch main. It ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		t: t, Default: "main", name: Repository, formerNames: map[string]bool{},
		signed: map[string]bool{}, lagging: map[string]*lag{},
	}
	s.store = newStore(t)
	s.Commit("main", "Begin", map[string]string{"README.md": "# Deploy\n"})
	s.routes = s.endpoints()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Share returns the bare repository, for git itself and for others, who may push to it.
// It holds everything from now on.
func (s *Server) Share() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.store.share()
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return // the client went away, or sent more than GitHub reads
	}
	logged, killed := s.logRequest(r, body)
	if killed {
		panic(http.ErrAbortHandler)
	}
	var fault Fault
	if s.Fault != nil {
		fault = s.Fault(logged.Number, r)
	}
	answered := s.answerWith(fault, r, body)
	s.logAnswer(logged, answered.Code, fault.ClientDies)
	if fault.Lost || fault.ClientDies {
		panic(http.ErrAbortHandler)
	}
	for key, values := range answered.Header() {
		w.Header()[key] = values
	}
	w.WriteHeader(answered.Code)
	_, _ = w.Write(answered.Body.Bytes()) // a client may leave before it has read its answer
}

// answerWith handles a request, as far as the fault allows, and returns the answer.
func (s *Server) answerWith(fault Fault, r *http.Request, body []byte) *httptest.ResponseRecorder {
	if fault.Before != nil {
		fault.Before()
	}
	answered := httptest.NewRecorder()
	if fault.instead != nil {
		fault.instead.write(answered)
	} else {
		s.handle(answered, r, body)
		record(s.t, s.URL, r, body, answered)
	}
	if fault.After != nil {
		fault.After()
	}
	return answered
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request, body []byte) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if login(r) == "" {
		unauthorized(r).write(w)
		return
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.routes.ServeHTTP(w, r)
}

// login is the login of the sender of a request, "" if the token is unknown.
func login(r *http.Request) string {
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return map[string]string{AppToken: App, PersonToken: Person}[token]
}
