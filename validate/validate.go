// Package validate finds what is wrong with manifests: in themselves, with each
// other, for Spotfire Streaming, and by policy. It knows files and Facts, and
// nothing of how the files came to be.
package validate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schema"
	"github.com/efgen/efgen/validate/schemas"
)

// A Checker checks environments. It is safe for concurrent use, keeps what is
// slow to prepare, and remembers what environments of one cluster claim.
type Checker struct {
	// Thorough makes kubeconform judge every manifest, as the gate does. Default: the
	// quick judge, which agrees with it, judges the kinds that need no files.
	Thorough bool

	claims    claims
	manifests atomic.Int64
	failed    atomic.Pointer[error]
}

// NewChecker returns a Checker that has seen no environment.
func NewChecker() *Checker {
	return &Checker{}
}

// Manifests is how many manifests Files has seen so far.
func (c *Checker) Manifests() int { return int(c.manifests.Load()) }

// Err says why Files could not check some manifests; nil if it could check all.
func (c *Checker) Err() error {
	if err := c.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// A row is a rule with the code that finds where it is broken.
type row struct {
	rule.Rule
	find func(*subject, *report)
}

// checks are the rows that look at more than one manifest at a time.
var checks = sync.OnceValue(func() []row { return slices.Concat(refusedChecks, fitChecks, streamingChecks, policyChecks) })

// Versions are the Kubernetes minors with embedded schemas, the oldest first.
func Versions() []string { return schemas.Minors() }

// Rules lists every rule of this package, by ID.
func Rules() []rule.Rule {
	all := slices.Clone(schema.Rules)
	for _, c := range checks() {
		all = append(all, c.Rule)
	}
	slices.SortFunc(all, func(a, b rule.Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Files checks the files of one environment, or loose ones if facts name no
// environment. As long as a manifest cannot be read, only the schema rules apply:
// the others would miss what it holds. Problems that facts except are left out. A
// Problem's File is the path of the File; it is empty where no manifest shows the
// Problem, and Field is that of the environment then.
func (c *Checker) Files(files []File, facts Facts) []rule.Problem {
	facts.Domain = cmp.Or(strings.TrimSuffix(facts.Domain, "."), "cluster.local")
	s := newSubject(files, facts)
	c.manifests.Add(int64(len(s.objects) + len(s.asides)))
	problems, err := conform(s, c.mode())
	if err != nil {
		c.failed.Store(&err)
	}
	if s.unread() {
		// What cannot be read would be missed by everything that refers to it.
		return settle(problems)
	}
	all := checks()
	for i := range all {
		all[i].find(s, s.report(&all[i].Rule, &problems))
	}
	c.claims.add(s)
	return settle(except(withoutMissing(problems), facts))
}

func (c *Checker) mode() schema.Mode {
	if c.Thorough {
		return schema.Thorough
	}
	return schema.Quick
}

// found is a Problem whose lines are not looked up yet.
type found struct {
	rule.Problem
	at place
}

// A report takes what one check finds.
type report struct {
	environment string
	rule        *rule.Rule
	problems    *[]found
}

func (s *subject) report(of *rule.Rule, problems *[]found) *report {
	return &report{s.facts.Environment, of, problems}
}

// as returns a report of the same rule with another severity.
func (r *report) as(severity rule.Severity) *report {
	other := *r.rule
	other.Severity = severity
	return &report{r.environment, &other, r.problems}
}

// add notes a problem; the hint says what to do.
func (r *report) add(at place, hint, format string, args ...any) {
	p := rule.Problem{
		Rule: r.rule.ID, Severity: r.rule.Severity, Environment: r.environment,
		File: at.file, Field: at.field, Message: fmt.Sprintf(format, args...), Hint: hint,
	}
	if at.object != nil {
		p.Manifest, p.Field = at.object.manifest(), joined(at.object.prefix, at.field)
	}
	if p.Manifest == "" {
		p.Manifest = shownByNone(r.environment)
	}
	*r.problems = append(*r.problems, found{p, at})
}

// shownByNone is the Manifest of a Problem that no manifest shows.
func shownByNone(environment string) string {
	if environment == "" {
		return ""
	}
	return "Environment/" + environment
}

// settle gives problems their positions and their order.
func settle(all []found) []rule.Problem {
	lines := locator{}
	problems := make([]rule.Problem, 0, len(all))
	for _, f := range all {
		p := f.Problem
		p.Line, p.Column = lines.position(f.at)
		problems = append(problems, p)
	}
	rule.Sort(problems)
	return slices.Compact(problems)
}
