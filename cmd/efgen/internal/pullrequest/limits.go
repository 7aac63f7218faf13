package pullrequest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	// maxLimitPause is how long a request may wait for a limit; if it would take longer,
	// the run ends, and the next one continues.
	maxLimitPause = 5 * time.Minute
	// secondaryPause is the pause that GitHub asks for after a secondary limit without a
	// time; it doubles with each later one.
	secondaryPause = time.Minute
)

// limitError says that GitHub accepts no more requests for now.
type limitError struct{ status int }

func (e *limitError) Error() string { return fmt.Sprintf("%d rate limit spent", e.status) }

// limitOf reports whether an answer says that a limit is spent, and how long to wait. It
// removes the headers about limits, because the library would refuse later requests when
// it sees them.
func (t *transport) limitOf(response *http.Response, tries int) (delay time.Duration, limited bool) {
	if response == nil {
		return 0, false
	}
	header := response.Header
	after, remaining, reset := header.Get("Retry-After"), header.Get("X-RateLimit-Remaining"), header.Get("X-RateLimit-Reset")
	for _, name := range []string{"Retry-After", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Limit"} {
		header.Del(name)
	}
	if response.StatusCode != http.StatusForbidden && response.StatusCode != http.StatusTooManyRequests {
		return 0, false
	}
	if seconds, isNumber := secondsOf(after); isNumber && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	if remaining == "0" {
		return t.untilReset(reset), true
	}
	if response.StatusCode == http.StatusTooManyRequests || isSecondary(response) {
		return secondaryPause << (tries - 1), true
	}
	return 0, false
}

// untilReset is the time until a moment in seconds since 1970, plus a second, because
// clocks differ.
func (t *transport) untilReset(reset string) time.Duration {
	seconds, isNumber := secondsOf(reset)
	if !isNumber {
		return secondaryPause
	}
	return max(time.Unix(seconds, 0).Sub(t.now()), 0) + time.Second
}

// secondsOf reads a number of seconds. It is cut to what a Duration can hold and be added
// to: more than a century from now is as good as never.
func secondsOf(text string) (seconds int64, isNumber bool) {
	const most = 200 * 365 * 24 * 60 * 60
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return min(max(seconds, -most), most), true
}

// isSecondary recognizes a limit that only the words of an answer show.
func isSecondary(response *http.Response) bool {
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return false
	}
	response.Body = io.NopCloser(bytes.NewReader(data))
	data = bytes.ToLower(data)
	return bytes.Contains(data, []byte("secondary rate limit")) || bytes.Contains(data, []byte("abuse detection"))
}
