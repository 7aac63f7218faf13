package validate

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/efgen/efgen/validate/fit"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// A claimant is what remains of a claim when its environment has been checked.
type claimant struct {
	environment, file, field, manifest string
	// cluster is the name that the environment gives to its cluster, empty if it gives none.
	cluster  string
	excepted bool
}

// claims remembers who claims what in each cluster. Nearly everything is claimed
// once, by one of thousands of environments, so little is kept of that: a hash of
// what it is, and the numbers of texts that most environments have in common.
type claims struct {
	mutex     sync.Mutex
	first     map[hashed]numbered
	contested map[hashed]*contest
	numbers   map[string]uint32
	texts     []string // by number
}

// A numbered claimant has numbers for its texts.
type numbered struct {
	environment, file, field, manifest, cluster uint32
	excepted                                    bool
}

// claimed is a thing in a cluster, which is known by its name or by its server.
type claimed struct{ cluster, server, rule, what string }

// hashed is half of a SHA-256: enough to distinguish claims.
type hashed [sha256.Size / 2]byte

func (c claimed) hash() hashed {
	sum := sha256.Sum256([]byte(c.cluster + "\x00" + c.server + "\x00" + c.rule + "\x00" + c.what))
	return hashed(sum[:len(hashed{})])
}

// A contest is a thing that is claimed more than once.
type contest struct {
	claimed
	claimants []claimant
	// firstUnnamed is the first claimant that does not name its cluster; their number if all do.
	firstUnnamed int
}

// add remembers what an environment claims in a cluster that it may share.
func (c *claims) add(set *manifest.Set) {
	facts := set.Facts()
	if facts.Cluster == "" && facts.Server == "" {
		return
	}
	all, held := fit.Claims(set), excuses(facts)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.first == nil {
		c.first, c.contested, c.numbers = map[hashed]numbered{}, map[hashed]*contest{}, map[string]uint32{}
	}
	for _, claim := range all {
		name := claim.At.Manifest()
		_, excepted := held[excuse{claim.Rule.ID, name}]
		by := claimant{
			facts.Environment, claim.At.File(), claim.At.InObject(), name, facts.Cluster, excepted,
		}
		if facts.Cluster != "" {
			c.take(claimed{facts.Cluster, "", claim.Rule.ID, claim.What}, by)
		}
		if facts.Server != "" {
			c.take(claimed{"", facts.Server, claim.Rule.ID, claim.What}, by)
		}
	}
}

func (c *claims) take(thing claimed, by claimant) {
	hash := thing.hash()
	first, taken := c.first[hash]
	if !taken {
		c.first[hash] = numbered{c.number(by.environment), c.number(by.file), c.number(by.field), c.number(by.manifest), c.number(by.cluster), by.excepted}
		return
	}
	if c.contested[hash] == nil {
		c.contested[hash] = &contest{claimed: thing, claimants: []claimant{{
			c.texts[first.environment], c.texts[first.file], c.texts[first.field], c.texts[first.manifest], c.texts[first.cluster], first.excepted,
		}}}
	}
	c.contested[hash].claimants = append(c.contested[hash].claimants, by)
}

// number keeps a text once.
func (c *claims) number(text string) uint32 {
	number, known := c.numbers[text]
	if !known {
		number, text = uint32(len(c.texts)), strings.Clone(text)
		c.numbers[text], c.texts = number, append(c.texts, text)
	}
	return number
}

// Clashes finds what environments of one cluster both claim, after Files has
// seen them all: objects, node ports, hosts of Ingresses and Routes. The Problem is
// that of the environment whose name comes later.
func (c *Checker) Clashes() []rule.Problem {
	c.claims.mutex.Lock()
	defer c.claims.mutex.Unlock()
	var problems []rule.Problem
	for _, thing := range c.claims.contested {
		claimants := thing.claimants
		slices.SortFunc(claimants, func(a, b claimant) int {
			return cmp.Or(cmp.Compare(a.environment, b.environment), cmp.Compare(a.file, b.file), cmp.Compare(a.field, b.field))
		})
		if thing.firstUnnamed = slices.IndexFunc(claimants, func(c claimant) bool { return c.cluster == "" }); thing.firstUnnamed < 0 {
			thing.firstUnnamed = len(claimants)
		}
		for i, other := range claimants {
			if first := thing.firstBefore(i); first != nil && !other.excepted {
				problems = append(problems, thing.problem(first, other))
			}
		}
	}
	rule.Sort(problems)
	return problems
}

// firstBefore is the first claimant of another environment that shares its cluster with
// claimant i; nil if there is none before. The claimants are in the order of environments.
func (c *contest) firstBefore(i int) *claimant {
	first := 0
	if c.server != "" && c.claimants[i].cluster != "" {
		// With a name each, the names decide, and have a contest of their own.
		first = c.firstUnnamed
	}
	if first >= i || c.claimants[first].environment == c.claimants[i].environment {
		return nil
	}
	return &c.claimants[first]
}

func (c *contest) problem(first *claimant, other claimant) rule.Problem {
	where, hint := fmt.Sprintf("in cluster %q", c.cluster), "give it another name or value in one of the two, or another cluster.name if they share no cluster"
	if c.server != "" {
		where, hint = fmt.Sprintf("in the cluster of server %s", c.server), "give it another name or value in one of the two, or a cluster.name of its own to each if they share no cluster"
	}
	return rule.Problem{
		Rule: c.rule, Severity: rule.Error, Environment: other.environment,
		File: other.file, Field: other.field, Manifest: other.manifest,
		Message: fmt.Sprintf("%s is claimed by environment %q, too, %s", c.what, first.environment, where), Hint: hint,
	}
}
