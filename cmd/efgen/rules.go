package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/cmd/efgen/internal/review"
	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate"
	"github.com/efgen/efgen/validate/rule"
)

type rulesCommand struct {
	ID string `arg:"" optional:"" name:"rule" help:"Rule to explain, such as EF401."`
}

func (rulesCommand) Help() string {
	return `Examples:
  efgen rules
  efgen rules EF401     # why, an example, and what to do`
}

// rules are the rules of all rooms, by ID: those of problems, and those of risks.
func rules() []rule.Rule {
	all := slices.Concat(config.Rules, generate.Rules, validate.Rules(), review.Rules)
	slices.SortFunc(all, func(a, b rule.Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func (r rulesCommand) Run(out *printer) error {
	chosen := rules()
	if r.ID != "" {
		var err error
		if chosen, err = ruleNamed(chosen, r.ID); err != nil {
			return err
		}
	}
	switch {
	case out.format == "json":
		return report.RulesJSON(out.stdout, chosen)
	case r.ID != "":
		return report.Rule(out.stdout, chosen[0])
	}
	return report.Rules(out.stdout, chosen)
}

// ruleNamed finds one rule; its error names those of the same kind.
func ruleNamed(all []rule.Rule, id string) ([]rule.Rule, error) {
	for _, r := range all {
		if r.ID == strings.ToUpper(id) {
			return []rule.Rule{r}, nil
		}
	}
	hint := "efgen rules lists them all"
	if near := nearRules(all, strings.ToUpper(id)); len(near) > 0 {
		hint = "there are " + app.Abbreviated(near)
	}
	return nil, &app.Error{Err: fmt.Errorf("there is no rule %q", id), Hint: hint}
}

// nearRules lists the rules whose IDs share the longest beginning with id, if it is more than EF.
func nearRules(all []rule.Rule, id string) []string {
	for length := min(len(id), len("EF000")); length > len("EF"); length-- {
		var near []string
		for _, r := range all {
			if strings.HasPrefix(r.ID, id[:length]) {
				near = append(near, r.ID)
			}
		}
		if len(near) > 0 {
			return near
		}
	}
	return nil
}
