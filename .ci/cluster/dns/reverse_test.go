// Package dns asks a real CoreDNS for the names of the pods that efgen's StatefulSets make,
// and holds the answers against the trusted hosts of every security.conf.
package dns

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/.ci/cluster"
	"github.com/efgen/efgen/.ci/cluster/proof"
)

const (
	// environments is how many random ones there are beside production.
	environments = 50
	// lookUps is how often each pod's address is looked up: the order of the answers changes.
	lookUps = 20
	// limit is how long pods, and what CoreDNS knows of them, may take.
	limit = 5 * time.Minute
)

// TestReverseLookUps shows that a node trusts its peers by every name that their addresses may
// have, and that no other node does.
func TestReverseLookUps(t *testing.T) {
	c := cluster.Start(t, cluster.Options{Controllers: true})
	started := time.Now()
	all := generated(t)
	pods := running(t, c, all)
	resolvers := c.Resolvers(domains)
	answers := 0
	for _, p := range pods {
		answers += p.lookUp(t, resolvers[p.of.environment.domain])
	}
	lists := trustOf(all)
	assert.Empty(t, deviations(pods, lists))
	t.Logf("%d environments, %d pods, %d security.conf, %d answers", len(all), len(pods), len(lists), answers)
	proof.Record(t, "every name that a reverse look-up answers is trusted by the pod's peers, and by nobody else", c.Versions(), answers, "answers", started)

	started = time.Now()
	faults := 0
	for _, list := range lists {
		for what, spoilt := range list.faults(pods) {
			assert.NotEmpty(t, deviations(pods, []trust{spoilt}), "%s: %s", list.of, what)
			faults++
		}
	}
	proof.Record(t, "a fault in trusted hosts shows in a reverse look-up", c.Versions(), faults, "faults", started)
}

// lookUp notes every name that the address of a pod is answered with, and returns how many
// answers there were.
func (p *pod) lookUp(t *testing.T, resolver *net.Resolver) (answers int) {
	t.Helper()
	ask := func() ([]string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		return resolver.LookupAddr(ctx, p.address)
	}
	require.NoError(t, cluster.Within(limit, func() error {
		names, err := ask()
		if err == nil && len(names) != p.services {
			err = fmt.Errorf("%s is behind %d Services, and has the names %q", p.name, p.services, names)
		}
		return err
	}))
	for range lookUps {
		names, err := ask()
		require.NoError(t, err)
		assert.Len(t, names, p.services, p.name)
		for _, name := range names {
			if name = strings.TrimSuffix(name, "."); !slices.Contains(p.names, name) {
				p.names = append(p.names, name)
			}
			answers++
		}
	}
	return answers
}

// trust is what the security.conf of an application says.
type trust struct {
	of       *application
	patterns []string
}

func trustOf(all []*environment) (lists []trust) {
	for _, e := range all {
		for _, a := range e.applications {
			if a.patterns != nil { // the monitor has none of efgen's
				lists = append(lists, trust{a, a.patterns})
			}
		}
	}
	return lists
}

// deviations are the names that a peer does not trust, and those that a stranger does.
func deviations(pods []*pod, lists []trust) (found []string) {
	for _, list := range lists {
		for _, p := range pods {
			isPeer := list.of.environment == p.of.environment && (list.of == p.of || p.of.isMonitor || slices.Contains(list.of.trusts, p.of.name))
			for _, name := range p.names {
				switch {
				case isPeer && !matchesAny(list.patterns, name, false):
					found = append(found, fmt.Sprintf("%s does not trust %s", list.of, name))
				case !isPeer && matchesAny(list.patterns, name, true):
					found = append(found, fmt.Sprintf("%s trusts %s, a node of %s", list.of, name, p.of))
				}
			}
		}
	}
	return found
}

// matchesAny reads a pattern in the way that is worse for efgen: whether a wildcard is one label
// or several is documented nowhere.
func matchesAny(patterns []string, name string, severalLabels bool) bool {
	first, rest, _ := strings.Cut(name, ".")
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		suffix, isWildcard := strings.CutPrefix(pattern, "*.")
		switch {
		case !isWildcard:
			return pattern == name
		case severalLabels:
			return strings.HasSuffix(name, "."+suffix)
		}
		return first != "" && rest == suffix
	})
}

// faults are lists of trusted hosts with one fault each.
func (l trust) faults(pods []*pod) map[string]trust {
	e := l.of.environment
	replaced := func(old, new string) trust {
		patterns := slices.Clone(l.patterns)
		for i := range patterns {
			patterns[i] = strings.Replace(patterns[i], old, new, 1)
		}
		return trust{l.of, patterns}
	}
	all := map[string]trust{
		"another namespace": replaced("."+e.namespace+".svc.", ".x"+e.namespace+".svc."),
		"another domain":    replaced(".svc."+e.domain, ".svc.x"+e.domain),
		"a stranger":        {l.of, append(slices.Clone(l.patterns), "*.svc."+e.domain)},
	}
	for _, p := range pods {
		for _, name := range p.names {
			_, service, _ := strings.Cut(name, ".")
			left := slices.DeleteFunc(slices.Clone(l.patterns), func(pattern string) bool { return pattern == "*."+service })
			if p.of == l.of {
				all[service+" is left out"] = trust{l.of, left}
			}
		}
	}
	return all
}
