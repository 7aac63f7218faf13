package main

import (
	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/validate/rule"
)

// judge prints the problems and says whether the run may go on.
func (c *cli) judge(problems []rule.Problem) int {
	c.settle(problems)
	report.Text(c.streams.err, problems)
	if rule.Failed(problems) {
		return exitProblems
	}
	return exitDone
}

// settle puts problems in order, after --strict has made warnings errors.
func (c *cli) settle(problems []rule.Problem) {
	for i := range problems {
		if c.Strict && problems[i].Severity == rule.Warning {
			problems[i].Severity = rule.Error
		}
	}
	rule.Sort(problems)
}
