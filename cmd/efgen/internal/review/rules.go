package review

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/efgen/efgen/validate/rule"
)

// A row is a risk with the code that finds it.
type row struct {
	rule.Rule
	find func(*comparison, *finder)
}

// A finding is a Risk without its line.
type finding struct {
	rule    rule.Rule
	message string
	// general is the message without what the environment has of its own.
	general string
	// weight tells which of many environments has most of it.
	weight int
	// manifest, file and field are what brings the risk.
	manifest, file, field string
}

// A finder takes what one row finds.
type finder struct{ rule rule.Rule }

// maxRisks bounds what one rule says of one object: nobody reads more.
const maxRisks = 50

// add notes a risk of a difference, brought by a field of its object.
func (f *finder) add(d *difference, field, format string, args ...any) *finding {
	found := &finding{rule: f.rule, message: shownText(fmt.Sprintf(format, args...)), file: d.object().file, manifest: d.object().manifest(), field: field}
	if n := len(d.risks); n < maxRisks || d.risks[n-maxRisks].rule.ID != f.rule.ID {
		d.risks = append(d.risks, found)
	}
	return found
}

// levelOf is told by the first digit of a rule's ID.
func levelOf(id string) Level { return Blocking - Level(id[2]-'1') }

func (r *finding) in(environment string) *groupRisk {
	return &groupRisk{
		Risk:        Risk{Rule: r.rule.ID, Level: levelOf(r.rule.ID), Message: r.message},
		environment: environment, weight: r.weight, general: r.general, uniform: true,
	}
}

// Rules documents every risk, by ID. Their severity is the level of the risk.
var Rules = documented()

func checks() []row {
	return slices.Concat(blockingChecks, highChecks, mediumChecks, lowChecks)
}

func documented() []rule.Rule {
	var all []rule.Rule
	for _, c := range checks() {
		c.Rule.Severity = rule.Severity(levelOf(c.ID).String())
		all = append(all, c.Rule)
	}
	return all
}

// findRisks asks every row; what is left without a risk is of the lowest.
func (c *comparison) findRisks() {
	for _, check := range checks() {
		check.find(c, &finder{check.Rule})
	}
	for _, d := range c.differences {
		slices.SortStableFunc(d.risks, func(a, b *finding) int {
			return cmp.Or(cmp.Compare(a.rule.ID, b.rule.ID), cmp.Compare(a.message, b.message))
		})
	}
}
