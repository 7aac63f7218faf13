package pullrequest

import (
	"flag"
	"fmt"
	"net/http"
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
	{"killed after", fakegithub.Fault{Dies: true}},
	{"killed before", died()},
}

func died() fakegithub.Fault {
	f := fakegithub.Unavailable()
	f.Dies = true
	return f
}

// exhaustive is for the gate: it takes minutes.
var exhaustive = flag.Bool("exhaustive", false, "let every request fail in every way, and two clients meet a hundred times")

// TestCrashesLeaveNoTrace lets every single request of every state fail; a second
// run then ends where an undisturbed one does. With -exhaustive each request fails
// in every way, else each in one, in turn.
func TestCrashesLeaveNoTrace(t *testing.T) {
	points := 0
	for _, c := range states {
		t.Run(c.name, func(t *testing.T) {
			undisturbed := prepared(t, c)
			_, failed := reconcile(t, undisturbed, c.want, c.options)
			expected, requests := look(undisturbed), len(undisturbed.Requests())
			for at := 1; at <= requests; at++ {
				for i, fault := range faults {
					if !*exhaustive && (at+i)%len(faults) != 0 {
						continue
					}
					points++
					t.Run(fmt.Sprintf("%s at request %d", fault.name, at), func(t *testing.T) {
						t.Parallel()
						s := prepared(t, c)
						crash(t, s, c, at, fault.Fault)
						_, err := reconcile(t, s, c.want, c.options)
						assert.Equal(t, failed != nil, err != nil, "%v", err)
						assert.Equal(t, expected, look(s))
					})
				}
			}
		})
	}
	t.Logf("%d crash points", points)
}

// crash lets one request of a run fail. How the run ends is the next one's to settle.
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
