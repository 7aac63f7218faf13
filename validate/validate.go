// Package validate finds what is wrong with manifests: in themselves, with each
// other, for Spotfire Streaming, and by policy. It knows files and Facts, and
// nothing of how the files came to be.
package validate

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/efgen/efgen/validate/fit"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/policy"
	"github.com/efgen/efgen/validate/refused"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/schema"
	"github.com/efgen/efgen/validate/schemas"
	"github.com/efgen/efgen/validate/streaming"
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

func (c *Checker) mode() schema.Mode {
	if c.Thorough {
		return schema.Thorough
	}
	return schema.Quick
}

// Versions are the Kubernetes minors with embedded schemas, the oldest first.
func Versions() []string { return schemas.Minors() }

// rows are the rules that look at more than one manifest at a time.
var rows = sync.OnceValue(func() []rule.Row[*manifest.Set] {
	return slices.Concat(refused.Rows, fit.Rows, streaming.Rows, policy.Rows)
})

// Rules lists every rule of the checks, by ID.
func Rules() []rule.Rule {
	all := slices.Concat(schema.Rules, fit.Rules, exceptionRules)
	for _, row := range rows() {
		all = append(all, row.Rule)
	}
	slices.SortFunc(all, func(a, b rule.Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Files checks the files of one environment, or loose ones if facts name no
// environment. A manifest that does not read keeps back the rules that would miss what it
// holds, and a note lists them. Problems that facts except are left out. A Problem's File is
// the path of the File; it is empty where no manifest shows the Problem, and Field is that
// of the environment then.
func (c *Checker) Files(files []File, facts Facts) []rule.Problem {
	set := manifest.NewSet(files, facts)
	c.manifests.Add(int64(len(set.Objects()) + len(set.Asides())))
	findings, err := conform(set, c.mode())
	if err != nil {
		c.failed.Store(&err)
	}
	lost := unreadIn(set)
	made := slices.DeleteFunc(slices.Clone(rows()), func(row rule.Row[*manifest.Set]) bool { return lost.holdsBack(row.ID) })
	findings = append(findings, rule.Find(facts.Environment, made, set)...)
	findings = append(findings, lost.note(facts.Environment)...)
	c.claims.add(set)
	return located(c.worthSaying(except(withoutMissing(findings), facts, lost.any())))
}

// worthSaying leaves out what only the gate says: it is true of everything that efgen makes
// by default, and other commands would repeat it at every run.
func (c *Checker) worthSaying(findings []rule.Finding) []rule.Finding {
	if c.Thorough {
		return findings
	}
	return slices.DeleteFunc(findings, func(f rule.Finding) bool { return f.Rule == policy.PodsEverywhere.ID })
}

// withoutMissing leaves out what is said of a field that is empty because it is missing, if
// its schema has said so.
func withoutMissing(findings []rule.Finding) []rule.Finding {
	missing := map[rule.Place]bool{}
	for _, f := range findings {
		if f.Rule == schema.Mismatch.ID {
			missing[withoutLine(f)] = true
		}
	}
	return slices.DeleteFunc(findings, func(f rule.Finding) bool {
		return f.Rule == refused.Value.ID && isMissing(missing, f)
	})
}

// isMissing reports whether a field, or what is around it, is one of those that are missing.
func isMissing(missing map[rule.Place]bool, f rule.Finding) bool {
	at, ok := withoutLine(f).(manifest.Place)
	if !ok || len(missing) == 0 || at.Object() == nil {
		return false
	}
	for field := at.InObject(); field != ""; field = field[:max(0, strings.LastIndexAny(field, ".["))] {
		if missing[at.Object().At(field)] {
			return true
		}
	}
	return false
}

func withoutLine(f rule.Finding) rule.Place {
	if at, ok := f.At.(manifest.Place); ok {
		return at.OnLine(0)
	}
	return f.At
}

// located gives problems their positions and their order.
func located(findings []rule.Finding) []rule.Problem {
	problems := make([]rule.Problem, len(findings))
	for i, f := range findings {
		problems[i] = f.Located()
	}
	rule.Sort(problems)
	return slices.Compact(problems)
}
