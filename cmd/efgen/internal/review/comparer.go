package review

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/efgen/efgen/validate/manifest"
)

// A Comparer compares environments one after another and keeps only what differs.
// It is safe for concurrent use, and the order in which it sees environments
// changes nothing.
type Comparer struct {
	mu     sync.Mutex
	groups map[[sha256.Size]byte]*group
}

// NewComparer returns a Comparer that has seen no environment.
func NewComparer() *Comparer {
	return &Comparer{groups: map[[sha256.Size]byte]*group{}}
}

// Locate names the line of an environment file behind a field of a manifest. The
// manifest is "Kind/name", empty for a file that holds none; file is its path in the
// environment's folder, field counts list items by index.
type Locate func(manifest, file, field string) (environmentFile string, line int)

// Add compares one environment as it was and as it is to be; without files it is not
// there. Without locate, risks have no line.
func (c *Comparer) Add(old, new *manifest.Set, locate Locate) {
	compared := compare(old, new)
	compared.findRisks()
	environment := cmp.Or(new.Facts().Environment, old.Facts().Environment)
	for _, d := range compared.differences {
		c.keep(newMember(environment, compared, d), locate)
	}
}

// Report says what Add has seen, riskiest first.
func (c *Comparer) Report() Report {
	c.mu.Lock()
	defer c.mu.Unlock()
	var report Report
	for _, g := range c.groups {
		d := g.difference()
		report.Changes = append(report.Changes, d)
		for _, r := range d.Risks {
			report.Risk = max(report.Risk, r.Level)
		}
	}
	slices.SortFunc(report.Changes, compareDifferences)
	return report
}

func compareDifferences(a, b Difference) int {
	return cmp.Or(
		-cmp.Compare(a.risk(), b.risk()),
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.APIVersion, b.APIVersion),
		slices.Compare(a.Environments, b.Environments), cmp.Compare(a.Action, b.Action),
	)
}

func (d Difference) risk() (worst Level) {
	for _, r := range d.Risks {
		worst = max(worst, r.Level)
	}
	return worst
}

// A member is the Difference of one environment, as it is there and as it may be
// shared: with placeholders for what every environment has of its own.
type member struct {
	environment    string
	actual, shared Difference
	// hash is that of the actual Difference, key that of what the members of a group
	// share. Consequences are not part of it: they may count the nodes of each environment.
	hash, key [sha256.Size]byte
	risks     []*found
}

// A group is one Difference in the environments that share it.
type group struct {
	environments   []string
	actual, shared Difference
	hash           [sha256.Size]byte
	// uniform says that it is literally the same everywhere.
	uniform bool
	risks   []*groupRisk
}

// A groupRisk is a risk as it is in one environment: in the one where it weighs
// most, or else the first by name.
type groupRisk struct {
	Risk
	environment string
	weight      int
	general     string
	// varies says that the consequence is another one elsewhere.
	varies, uniform bool
}

// hashOf hashes the JSON of a value; everything in a Difference can be written as JSON.
func hashOf(value any) [sha256.Size]byte {
	data, _ := json.Marshal(value)
	return sha256.Sum256(data)
}

func (c *Comparer) keep(m *member, locate Locate) {
	located := c.replacing(m)
	// Locating may take longer than everything else, so it runs without the lock.
	for i, r := range m.risks {
		if located[i] != nil && locate != nil {
			located[i].File, located[i].Line = locate(r.at.manifest, r.at.file, r.at.field)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.groups[m.key].add(m, located)
}

// replacing are the risks of a member that its group shows instead of those so far, one per
// rule and place; the others are nil.
func (c *Comparer) replacing(m *member) []*groupRisk {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.groups[m.key]
	if g == nil {
		g = &group{actual: m.actual, shared: m.shared, hash: m.hash, uniform: true, risks: make([]*groupRisk, len(m.risks))}
		c.groups[m.key] = g
	}
	all := make([]*groupRisk, len(m.risks))
	for i, r := range m.risks {
		if g.risks[i].yields(m.environment, r) {
			all[i] = r.in(m.environment)
		}
	}
	return all
}

// yields reports whether an environment's risk replaces the present one.
func (g *groupRisk) yields(environment string, r *found) bool {
	return g == nil || r.at.weight > g.weight || r.at.weight == g.weight && environment < g.environment
}

func (g *group) add(m *member, located []*groupRisk) {
	g.environments = append(g.environments, m.environment)
	g.uniform = g.uniform && g.hash == m.hash
	for i, r := range m.risks {
		kept := g.risks[i]
		if kept == nil {
			g.risks[i] = located[i]
			continue
		}
		uniform, varies := kept.uniform && kept.Message == r.message, kept.varies || kept.general != r.general
		if located[i] != nil && kept.yields(m.environment, r) {
			kept = located[i]
			g.risks[i] = kept
		}
		kept.uniform, kept.varies = uniform, varies
	}
}

func (g *group) difference() Difference {
	d := g.shared
	if g.uniform {
		d = g.actual
	} else {
		// What is derived from the rest differs everywhere, and says nothing.
		d.Fields = slices.DeleteFunc(slices.Clone(d.Fields), func(f Field) bool { return f.Old == ownHash && f.New == ownHash })
	}
	d.Environments = slices.Compact(slices.Sorted(slices.Values(g.environments)))
	for _, r := range g.risks {
		d.Risks = append(d.Risks, r.inGroup(len(d.Environments)))
	}
	slices.SortStableFunc(d.Risks, func(a, b Risk) int {
		return cmp.Or(-cmp.Compare(a.Level, b.Level), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return d
}

// inGroup words a risk for all environments that have it.
func (g *groupRisk) inGroup(environments int) Risk {
	r := g.Risk
	switch {
	case g.varies:
		r.Message += fmt.Sprintf(" (in %s; it varies over %d environments)", g.environment, environments)
	case !g.uniform:
		r.Message = g.general
	}
	return r
}
