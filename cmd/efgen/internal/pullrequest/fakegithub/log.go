package fakegithub

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// Request is a request that the server saw.
type Request struct {
	// Number counts from 1.
	Number       int
	Method, Path string
	// Write says that the request asked for a change.
	Write bool
	// Status is that of the answer, lost or not; 0 if a killed client sent the request.
	Status int
	// Bytes is the body's length.
	Bytes int
	// Entries is the number of entries of a tree to create.
	Entries int
}

// Requests returns what the server has seen, in order.
func (s *Server) Requests() []Request {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	requests := make([]Request, len(s.requests))
	for i, request := range s.requests {
		requests[i] = *request
	}
	return requests
}

// Writes returns those of Requests that asked for a change.
func (s *Server) Writes() []Request {
	return slices.DeleteFunc(s.Requests(), func(r Request) bool { return !r.Write })
}

// Forget empties the log and counts from 1 again.
func (s *Server) Forget() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.requests = nil
}

func (s *Server) logRequest(r *http.Request, body []byte) (logged *Request, killed bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	logged = &Request{
		Number: len(s.requests) + 1, Method: r.Method, Path: r.URL.Path,
		Write: r.Method != http.MethodGet && !isQuery(r, body), Bytes: len(body), Entries: entries(r, body),
	}
	s.requests = append(s.requests, logged)
	return logged, s.killed
}

func (s *Server) logAnswer(logged *Request, status int, clientDies bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	logged.Status = status
	s.killed = s.killed || clientDies
}

// isQuery reports whether a request is a query in GraphQL: mutations are posted, too.
func isQuery(r *http.Request, body []byte) bool {
	var asked struct{ Query string }
	return strings.HasSuffix(r.URL.Path, "/graphql") && json.Unmarshal(body, &asked) == nil && query.MatchString(asked.Query)
}

func entries(r *http.Request, body []byte) int {
	var tree struct{ Tree []json.RawMessage }
	if !strings.HasSuffix(r.URL.Path, "/git/trees") || json.Unmarshal(body, &tree) != nil {
		return 0
	}
	return len(tree.Tree)
}
