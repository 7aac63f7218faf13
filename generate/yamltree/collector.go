package yamltree

import (
	"fmt"

	"github.com/efgen/efgen/validate/rule"
)

// maxProblems bounds what is said about one tree, far beyond what anybody reads.
const maxProblems = 1000

// A Collector gathers what is wrong with one tree. Its zero value is ready for use.
type Collector struct {
	// SameField names fields alike that show the same value, as those below a mapping
	// that is merged into several others; nil if there are none.
	SameField func(field string) string

	problems []rule.Problem
	seen     map[rule.Problem]bool
	unread   map[string]bool
}

// Problems are those found so far, in the order in which they were found.
func (c *Collector) Problems() []rule.Problem { return c.problems }

// Add reports a problem with a value that was read. The same mistake at the same
// place is reported once, under its first field.
func (c *Collector) Add(broken rule.Rule, at rule.Position, field, hint, format string, args ...any) {
	c.add(rule.Problem{
		Rule: broken.ID, Severity: broken.Severity, File: at.File, Line: at.Line, Column: at.Column,
		Field: field, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// AddUnread reports why a field was not read, or not as the file has it.
func (c *Collector) AddUnread(broken rule.Rule, at rule.Position, field, hint, format string, args ...any) {
	c.markUnread(field)
	c.Add(broken, at, field, hint, format, args...)
}

// AddParsed reports what Parse found.
func (c *Collector) AddParsed(problems []rule.Problem) {
	for _, p := range problems {
		c.markUnread(p.Field)
		c.add(p)
	}
}

func (c *Collector) markUnread(field string) {
	if c.unread == nil {
		c.unread = map[string]bool{}
	}
	c.unread[field] = true
}

func (c *Collector) add(p rule.Problem) {
	if c.seen == nil {
		c.seen = map[rule.Problem]bool{}
	}
	mistake := p
	if c.SameField != nil {
		mistake.Field = c.SameField(p.Field)
	}
	switch {
	case c.seen[mistake]:
	case len(c.problems) >= maxProblems:
		c.problems[maxProblems-1] = rule.Problem{
			Rule: OverBound.ID, Severity: OverBound.Severity, File: p.File, Line: 1, Column: 1,
			Message: fmt.Sprintf("more than %d problems: the rest is left out", maxProblems),
		}
	default:
		c.seen[mistake] = true
		c.problems = append(c.problems, p)
	}
}

// Unread tells whether the field or one above it was not read well, so that its
// value is not what the file says.
func (c *Collector) Unread(field string) bool {
	for end := len(field); end > 0; end-- {
		if (end == len(field) || field[end] == '.' || field[end] == '[') && c.unread[field[:end]] {
			return true
		}
	}
	return false
}
