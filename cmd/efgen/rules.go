package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

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

// listedRule is one rule as `rules --format json` prints it.
type listedRule struct {
	ID       string        `json:"id"`
	Severity rule.Severity `json:"severity"`
	Title    string        `json:"title"`
	Why      string        `json:"why"`
	Example  string        `json:"example"`
	Fix      string        `json:"fix"`
}

// rules are the rules of all rooms, by ID: those of problems, and those of risks.
func rules() []rule.Rule {
	all := slices.Concat(config.Rules, generate.Rules, validate.Rules(), review.Rules)
	slices.SortFunc(all, func(a, b rule.Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func (rulesCommand) formats() []string { return []string{"text", "json"} }

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
		listed := make([]listedRule, len(chosen))
		for i, one := range chosen {
			listed[i] = listedRule(one)
		}
		return report.JSON(out.stdout, map[string]any{"rules": listed})
	case r.ID != "":
		return explainRule(out.stdout, chosen[0])
	}
	return listRules(out.stdout, chosen)
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

// nearRules lists the rules whose IDs begin most like id, beyond the EF of all.
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

func listRules(w io.Writer, rules []rule.Rule) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tSEVERITY\tTITLE")
	for _, r := range rules {
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.ID, r.Severity, r.Title)
	}
	return table.Flush()
}

func explainRule(w io.Writer, r rule.Rule) error {
	_, err := fmt.Fprintf(w, "%s (%s): %s\n", r.ID, r.Severity, r.Title)
	for _, part := range [][2]string{{"why", wrapped(r.Why)}, {"example", r.Example}, {"fix", r.Fix}} {
		fmt.Fprintf(w, "\n%s\n  %s\n", part[0], strings.ReplaceAll(part[1], "\n", "\n  "))
	}
	return err
}

// wrapped breaks a sentence into lines that fit a screen.
func wrapped(text string) string {
	const width = 76
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		switch {
		case column == 0:
		case column+1+len(word) > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
