package pullrequest

import (
	"flag"
	"fmt"
	"net/http"
	"regexp"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest/fakegithub"
)

// faults are what can happen to a request. A client that is killed has sent it, or
// has not.
var faults = []struct {
	name string
	fakegithub.Fault
}{
	{"answer lost", fakegithub.Fault{Lost: true}},
	{"unavailable", fakegithub.Unavailable()},
	{"killed after", fakegithub.Fault{ClientDies: true}},
	{"killed before", died()},
}

func died() fakegithub.Fault {
	f := fakegithub.Unavailable()
	f.ClientDies = true
	return f
}

// exhaustive is for the gate: it takes longer than somebody waits who has changed a line.
var exhaustive = flag.Bool("exhaustive", false, "let every request of every state fail in every way, and two clients meet a hundred times")

// identifiers are what differs between two requests of the same kind.
var identifiers = regexp.MustCompile(`^/repos/[^/]+/[^/]+|[0-9a-f]{40}|\d+`)

// TestCrashesLeaveNoTrace lets single requests fail; a second run then ends where an
// undisturbed one does. With -exhaustive it lets every request of every state fail in
// every way, else each kind of request in every way once, and one request of each state.
func TestCrashesLeaveNoTrace(t *testing.T) {
	points, kinds := 0, map[string]bool{}
	for number, c := range states {
		t.Run(c.name, func(t *testing.T) {
			undisturbed := prepared(t, c)
			_, failed := reconcile(t, undisturbed, c.want, c.options)
			expected, requests := snapshotOf(undisturbed), undisturbed.Requests()
			for at, request := range requests {
				for i, fault := range faults {
					kind := fault.name + request.Method + identifiers.ReplaceAllString(request.Path, "")
					sampled := !kinds[kind] || at == number%len(requests) && i == number%len(faults)
					kinds[kind] = true
					if !sampled && !*exhaustive {
						continue
					}
					points++
					t.Run(fmt.Sprintf("%s at request %d", fault.name, request.Number), func(t *testing.T) {
						t.Parallel()
						s := prepared(t, c)
						crash(t, s, c, request.Number, fault.Fault)
						_, err := reconcile(t, s, c.want, c.options)
						assert.Equal(t, failed != nil, err != nil, "%v", err)
						assert.Equal(t, expected, snapshotOf(s))
					})
				}
			}
		})
	}
	t.Logf("%d crash points", points)
}

// crash lets one request of a run fail; it does not matter how that run ends.
func crash(t *testing.T, s *fakegithub.Server, c state, at int, fault fakegithub.Fault) {
	// A request of a killed client may still be under way when the next run starts.
	var over atomic.Bool
	s.Fault = func(n int, _ *http.Request) fakegithub.Fault {
		if n == at && !over.Load() {
			return fault
		}
		return fakegithub.Fault{}
	}
	_, _ = reconcile(t, s, c.want, c.options)
	over.Store(true)
	s.Revive()
}
