package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/validate/rule"
)

// DiffJSON prints a review for programs; every list is there, empty ones too.
func DiffJSON(w io.Writer, r review.Report) error {
	changes := make([]review.Difference, len(r.Changes))
	for i, d := range r.Changes {
		d.Environments = append([]string{}, d.Environments...)
		d.Fields = append([]review.Field{}, d.Fields...)
		d.Risks = append([]review.Risk{}, d.Risks...)
		changes[i] = d
	}
	return JSON(w, review.Report{Risk: r.Risk, Changes: changes})
}

// Verdict counts what a review found, such as "3 changes in 12 environments: 1 added,
// 2 modified; risks: 1 high, 4 low".
func Verdict(r review.Report) string {
	if len(r.Changes) == 0 {
		return "no changes"
	}
	environments, actions, levels := map[string]bool{}, map[string]int{}, map[string]int{}
	for _, d := range r.Changes {
		for _, name := range d.Environments {
			environments[name] = true
		}
		actions[string(d.Action)]++
		for _, one := range d.Risks {
			levels[one.Level.String()]++
		}
	}
	text := fmt.Sprintf("%s in %s", rule.Counted(len(r.Changes), "change"), rule.Counted(len(environments), "environment"))
	if counted := countedBy(actions, string(review.Added), string(review.Modified), string(review.Moved), string(review.Removed)); counted != "" {
		text += ": " + counted
	}
	if counted := countedBy(levels, review.Blocking.String(), review.High.String(), review.Medium.String(), review.Low.String()); counted != "" {
		text += "; risks: " + counted
	}
	return text
}

// countedBy lists what there is any of, in the given order.
func countedBy(counts map[string]int, order ...string) string {
	var parts []string
	for _, name := range order {
		if counts[name] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
		}
	}
	return strings.Join(parts, ", ")
}

// RiskProblems are the risks of a review as the problems that annotations are
// made of: an error blocks, a warning is of high or medium risk. Low risks are left
// out: beside a line of the file they tell nothing new.
func RiskProblems(r review.Report) []rule.Problem {
	var problems []rule.Problem
	for _, one := range risksOf(r) {
		severity := rule.Warning
		if one.Level == review.Blocking {
			severity = rule.Error
		}
		problems = append(problems, rule.Problem{
			Rule: one.Rule, Severity: severity, File: one.File, Line: one.Line, Manifest: one.object(),
			Message: fmt.Sprintf("%s (%s risk to %s in %s)", one.Message, one.Level, one.object(), one.in(environmentsNamed)),
		})
	}
	return problems
}

// risk is a Risk with the Difference that it is of.
type risk struct {
	review.Risk
	difference
}

// risksOf lists the risks above low, worst first. Low ones are told beside what
// changed, or they would hide the others.
func risksOf(r review.Report) []risk {
	var all []risk
	for _, d := range r.Changes {
		all = append(all, difference{d}.risks(review.Medium, review.Blocking)...)
	}
	slices.SortStableFunc(all, func(a, b risk) int { return cmp.Compare(b.Level, a.Level) })
	return all
}

// position is the line that caused the risk, empty if none is known.
func (r risk) position() string {
	return uncommanded(Plain(rule.Position{File: r.File, Line: r.Line}.String()))
}

// difference is a Difference as people call it.
type difference struct{ review.Difference }

// object is "Kind namespace/name".
func (d difference) object() string {
	name := d.Name
	if d.Namespace != "" {
		name = d.Namespace + "/" + name
	}
	return Plain(d.Kind + " " + name)
}

// risks lists the risks between two levels.
func (d difference) risks(from, to review.Level) (some []risk) {
	for _, one := range d.Risks {
		if from <= one.Level && one.Level <= to {
			some = append(some, risk{one, d})
		}
	}
	return some
}

// level is that of the worst risk; a change without any is a low one.
func (d difference) level() review.Level {
	worst := review.Low
	for _, one := range d.Risks {
		worst = max(worst, one.Level)
	}
	return worst
}

const (
	// environmentsNamed is how many environments are named beside a risk.
	environmentsNamed = 3
	// environmentsListed is how many environments are named beside an object.
	environmentsListed = 50
)

// in names the first environments and counts the others.
func (d difference) in(most int) string {
	names := Plain(strings.Join(d.Environments[:min(len(d.Environments), most)], ", "))
	if more := len(d.Environments) - most; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return names
}
