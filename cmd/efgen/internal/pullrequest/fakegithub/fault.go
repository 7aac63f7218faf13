package fakegithub

import (
	"net/http"
	"strconv"
	"time"
)

// Fault is what goes wrong with one request; its zero value is no fault.
type Fault struct {
	// Before and After run before and after the server handles the request. They may use
	// the server, or cancel the client.
	Before, After func()
	// Lost drops the connection instead of answering a request that was handled.
	Lost bool
	// ClientDies drops this connection and those of all later requests until Revive: the
	// client was killed after it had sent the request.
	ClientDies bool

	instead *answer
}

// Answer answers with an error in GitHub's form instead of handling the request.
func Answer(status int, message string) Fault {
	answer := failure(status, message)
	return Fault{instead: &answer}
}

// Unavailable answers as GitHub does while it does not work, not in JSON.
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

// SecondaryLimit says that the client sends too many requests, with status 403 or 429, and
// with a Retry-After in seconds unless that is negative.
func SecondaryLimit(status, retryAfter int) Fault {
	answer := failure(status, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
	answer.body.(object)["documentation_url"] = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
	if retryAfter >= 0 {
		answer.header = http.Header{"Retry-After": {strconv.Itoa(retryAfter)}}
	}
	return Fault{instead: &answer}
}

// Revive accepts requests again after a client was killed.
func (s *Server) Revive() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.killed = false
}

// lag is a reference whose old commit some readers still see.
type lag struct {
	old   string
	reads int
}
