package config

import (
	"fmt"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// A collector gathers what is wrong with one environment.
type collector struct {
	environment string
	problems    []rule.Problem
	seen        map[rule.Problem]bool
}

// add reports one problem. The same mistake at the same place is reported once,
// under its first field: `defaults` lie under many applications.
func (c *collector) add(id string, at rule.Position, field, hint, format string, args ...any) {
	problem := rule.Problem{
		Rule: id, Severity: rule.Error, Environment: c.environment,
		File: at.File, Line: at.Line, Column: at.Column,
		Message: fmt.Sprintf(format, args...), Hint: hint,
	}
	if c.seen[problem] {
		return
	}
	if c.seen == nil {
		c.seen = map[rule.Problem]bool{}
	}
	c.seen[problem] = true
	problem.Field = field
	c.problems = append(c.problems, problem)
}

// touches tells whether a problem was found at the field, above it or below it.
func (c *collector) touches(field string) bool {
	for _, problem := range c.problems {
		if within(problem.Field, field) || within(field, problem.Field) {
			return true
		}
	}
	return false
}

// within tells whether field is ancestor or lies below it.
func within(field, ancestor string) bool {
	rest, found := strings.CutPrefix(field, ancestor)
	return found && (rest == "" || ancestor == "" || rest[0] == '.' || rest[0] == '[')
}
