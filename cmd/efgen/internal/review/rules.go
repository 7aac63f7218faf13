package review

import (
	"cmp"
	"slices"

	"github.com/efgen/efgen/validate/rule"
)

type row = rule.Row[*comparison]

// A place is what brings a risk: a field of the object of a difference.
type place struct {
	difference            *difference
	file, manifest, field string
	// weight tells which of many environments has most of the risk.
	weight int
}

// at is the place of a field of the difference's object, by index; empty is the object.
func (d *difference) at(field string) place {
	return place{d, d.object().file, d.object().manifest(), field, 0}
}

// weighing is the place with a weight.
func (p place) weighing(weight int) place {
	p.weight = weight
	return p
}

// causedBy is the place of a risk that a field of another file brings.
func (p place) causedBy(file, manifest, field string) place {
	p.file, p.manifest, p.field = file, manifest, field
	return p
}

func (p place) File() string     { return p.file }
func (p place) Manifest() string { return p.manifest }
func (p place) Field() string    { return p.field }

// Position is not known: what brings a risk is in an environment file.
func (p place) Position() (line, column int) { return 0, 0 }

// A found risk is one without its line.
type found struct {
	rule    string
	message string
	// general is the message without what the environment has of its own.
	general string
	at      place
}

// maxRisks bounds what one rule says of one object: nobody reads more.
const maxRisks = 50

// take adds the findings of a row to their differences.
func (c *comparison) take(findings []rule.Finding) {
	for _, finding := range findings {
		at := finding.At.(place)
		risks := &at.difference.risks
		if n := len(*risks); n < maxRisks || (*risks)[n-maxRisks].rule != finding.Rule {
			*risks = append(*risks, &found{rule: finding.Rule, message: shownText(finding.Message), at: at})
		}
	}
}

// levelOf is told by the first digit of a rule's ID.
func levelOf(id string) Level { return Blocking - Level(id[2]-'1') }

func (r *found) in(environment string) *groupRisk {
	return &groupRisk{
		Risk:        Risk{Rule: r.rule, Level: levelOf(r.rule), Message: r.message},
		environment: environment, weight: r.at.weight, general: r.general, uniform: true,
	}
}

// Rules documents every risk, by ID. Their severity is the level of the risk.
var Rules = documented()

// rows are all risks, by ID: the last ones are for what has no risk of its own.
func rows() []row {
	return slices.Concat(blockingRows, highRows, mediumRows, lowRows)
}

func documented() []rule.Rule {
	var all []rule.Rule
	for _, c := range rows() {
		c.Rule.Severity = rule.Severity(levelOf(c.ID).String())
		all = append(all, c.Rule)
	}
	return all
}

// findRisks runs every row; the last rows give the lowest level to the differences that have no risk yet.
func (c *comparison) findRisks() {
	for _, row := range rows() {
		c.take(rule.Find("", []rule.Row[*comparison]{row}, c))
	}
	for _, d := range c.differences {
		slices.SortStableFunc(d.risks, func(a, b *found) int {
			return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.message, b.message))
		})
	}
}
