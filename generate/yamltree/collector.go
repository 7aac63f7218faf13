package yamltree

import (
	"fmt"

	"github.com/efgen/efgen/validate/rule"
)

// maxProblems bounds what is said about one tree, far beyond what anybody reads.
const maxProblems = 1000

// A Collector gathers what is wrong with one tree.
type Collector struct {
	sameField func(field string) string
	problems  []rule.Problem
	seen      map[rule.Problem]bool
	unread    map[string]bool
}

// NewCollector returns a Collector that keeps one of several equal problems at one position, if
// their fields have the same sameField: one value may appear in several fields. It may be nil.
func NewCollector(sameField func(field string) string) *Collector {
	return &Collector{sameField: sameField, seen: map[rule.Problem]bool{}, unread: map[string]bool{}}
}

// Problems are those found so far, in the order in which they were found.
func (c *Collector) Problems() []rule.Problem { return c.problems }

// Add reports a problem with a value that was read.
func (c *Collector) Add(broken rule.Rule, at rule.Position, field, hint, format string, args ...any) {
	problem := rule.Problem{
		Rule: broken.ID, Severity: broken.Severity, File: at.File, Line: at.Line, Column: at.Column,
		Field: field, Message: fmt.Sprintf(format, args...), Hint: hint,
	}
	if c.sameField != nil {
		problem.Field = c.sameField(field)
	}
	switch {
	case c.seen[problem]:
	case len(c.problems) >= maxProblems:
		c.problems[maxProblems-1] = rule.Problem{
			Rule: OverBound.ID, Severity: OverBound.Severity, File: at.File, Line: 1, Column: 1,
			Message: fmt.Sprintf("more than %d problems: the rest is left out", maxProblems),
		}
	default:
		c.seen[problem] = true
		problem.Field = field
		c.problems = append(c.problems, problem)
	}
}

// AddUnread reports why a field was not read as the file has it.
func (c *Collector) AddUnread(broken rule.Rule, at rule.Position, field, hint, format string, args ...any) {
	c.unread[field] = true
	c.Add(broken, at, field, hint, format, args...)
}

// AddParsed reports what Parse found.
func (c *Collector) AddParsed(problems []rule.Problem) {
	for _, p := range problems {
		c.AddUnread(rule.Rule{ID: p.Rule, Severity: p.Severity}, p.Position(), p.Field, p.Hint, "%s", p.Message)
	}
}

// Unread reports whether the field or one above it was not read as the file has it.
func (c *Collector) Unread(field string) bool {
	for end := len(field); end > 0; end-- {
		if (end == len(field) || field[end] == '.' || field[end] == '[') && c.unread[field[:end]] {
			return true
		}
	}
	return false
}
