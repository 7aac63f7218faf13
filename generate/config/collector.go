package config

import (
	"fmt"

	"github.com/efgen/efgen/validate/rule"
)

// maxProblems bounds what is said about one environment, far beyond what anybody reads.
const maxProblems = 1000

// A collector gathers what is wrong with one environment.
type collector struct {
	problems []rule.Problem
	seen     map[rule.Problem]bool
	// doubts holds the fields that were not read well; judging closes it.
	doubts  map[string]bool
	judging bool
}

// add reports a problem with the value of a field.
func (c *collector) add(broken rule.Rule, at rule.Position, field, hint, format string, args ...any) {
	c.record(rule.Problem{
		Rule: broken.ID, Severity: broken.Severity, File: at.File, Line: at.Line, Column: at.Column,
		Field: field, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// record keeps a problem. The same mistake at the same place is kept once, under
// its first field: `defaults` lie under many applications.
func (c *collector) record(p rule.Problem) {
	if c.seen == nil {
		c.seen, c.doubts = map[rule.Problem]bool{}, map[string]bool{}
	}
	if !c.judging {
		c.doubts[p.Field] = true
	}
	mistake := p
	mistake.Field = shared(p.Field)
	switch {
	case c.seen[mistake]:
	case len(c.problems) >= maxProblems:
		c.problems[maxProblems-1] = rule.Problem{
			Rule: overBound.ID, Severity: overBound.Severity, File: p.File, Line: 1, Column: 1,
			Message: fmt.Sprintf("more than %d problems: the rest is left out", maxProblems),
		}
	default:
		c.seen[mistake] = true
		c.problems = append(c.problems, p)
	}
}

// shared is what a field is called in every application and in `defaults`.
func shared(field string) string {
	steps, _ := rule.Steps(field)
	switch {
	case len(steps) > 1 && steps[0].Key == "applications":
		steps = steps[2:]
	case len(steps) > 1 && steps[0].Key == "defaults":
		steps = steps[1:]
	}
	path := ""
	for _, s := range steps {
		path = extend(path, s)
	}
	return path
}

// doubtful tells whether a problem was found at the field or above it, so that
// its value is not what the file says.
func (c *collector) doubtful(field string) bool {
	for end := len(field); end > 0; end-- {
		if (end == len(field) || field[end] == '.' || field[end] == '[') && c.doubts[field[:end]] {
			return true
		}
	}
	return false
}
