package fakegithub

import (
	"net/http"
	"strconv"
	"time"
)

// Fault is what goes wrong with one request; its zero value is nothing.
type Fault struct {
	// Before and After run around the act, outside of the server's order: they may
	// use the server, or cancel the client.
	Before, After func()
	// Lost drops the connection instead of answering. The server has acted.
	Lost bool
	// Dies loses this answer and refuses every later request until Revive: a client
	// that was killed after it had sent the request.
	Dies bool

	instead *answer
}

// Answer replaces the act by an answer with GitHub's form of errors.
func Answer(status int, message string) Fault {
	answer := failure(status, message)
	return Fault{instead: &answer}
}

// Unavailable is GitHub's answer while it does not feel well. It is no JSON.
func Unavailable() Fault {
	return Fault{instead: &answer{status: http.StatusBadGateway, header: http.Header{"Content-Type": {"text/html"}}}}
}

// PrimaryLimit says that the hour's requests are spent, with status 403 or 429.
func PrimaryLimit(status int, reset time.Time) Fault {
	answer := failure(status, "API rate limit exceeded for installation ID 1.")
	answer.header = http.Header{}
	answer.header.Set("X-RateLimit-Limit", "5000")
	answer.header.Set("X-RateLimit-Remaining", "0")
	answer.header.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	return Fault{instead: &answer}
}

// SecondaryLimit says that the client is too eager, with status 403 or 429 and with
// a Retry-After in seconds unless that is negative.
func SecondaryLimit(status, retryAfter int) Fault {
	answer := failure(status, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
	answer.body.(object)["documentation_url"] = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
	if retryAfter >= 0 {
		answer.header = http.Header{"Retry-After": {strconv.Itoa(retryAfter)}}
	}
	return Fault{instead: &answer}
}

// Revive lets a client in again after one has died.
func (s *Server) Revive() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.dead = false
}

// lag is a reference that readers do not see moving yet.
type lag struct {
	old   string
	reads int
}
