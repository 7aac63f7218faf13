package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/efgen/efgen/validate/rule"
)

// Rules lists rules for people.
func Rules(w io.Writer, rules []rule.Rule) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tSEVERITY\tTITLE")
	for _, r := range rules {
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.ID, r.Severity, r.Title)
	}
	return table.Flush()
}

// Rule tells people all about one rule.
func Rule(w io.Writer, r rule.Rule) error {
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

// jsonRule is a rule for programs.
type jsonRule struct {
	ID       string        `json:"id"`
	Severity rule.Severity `json:"severity"`
	Title    string        `json:"title"`
	Why      string        `json:"why"`
	Example  string        `json:"example"`
	Fix      string        `json:"fix"`
}

// RulesJSON prints rules for programs.
func RulesJSON(w io.Writer, rules []rule.Rule) error {
	all := make([]jsonRule, len(rules))
	for i, r := range rules {
		all[i] = jsonRule(r)
	}
	return JSON(w, map[string]any{"rules": all})
}
