// Package rule is the vocabulary of checking: what a rule is, what a problem is,
// and how a field is named. It imports the standard library only, so that the
// generator and the checker can share it without sharing anything else.
package rule

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says what a Problem does to a run.
type Severity string

const (
	// Error stops the run: exit 1, and nothing is written.
	Error Severity = "error"
	// Warning is printed and changes nothing, unless --strict makes it an error.
	Warning Severity = "warning"
	// Note is printed and changes nothing.
	Note Severity = "note"
)

// rank orders severities from the worst.
func (s Severity) rank() int {
	return slices.Index([]Severity{Error, Warning, Note}, s)
}

// A Rule documents one kind of Problem. A room that can find the Problem by
// looking embeds it in a row that adds the check.
type Rule struct {
	// ID is "EF" and three digits; it never changes its meaning.
	ID string
	// Severity is what a Problem of this rule has, unless it says otherwise itself.
	Severity Severity
	// Title says in a few words what is wrong.
	Title string
	// Why says what happens in a cluster when the rule is broken.
	Why string
	// Example is a piece of YAML or HOCON that breaks the rule.
	Example string
	// Fix is the same piece as it should be, or what to do.
	Fix string
}

// Position is a place in a text file. Line and Column count from 1, columns in
// characters; 0 means that the place is not known more closely.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// String is "file:line:column", as far as it is known.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// A Problem is something that a check found. All its keys are always present in
// JSON, empty ones too.
type Problem struct {
	// Rule is the ID of the Rule.
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	// Environment is the name of the environment, empty for loose files.
	Environment string `json:"environment"`
	File        string `json:"file"`
	Line        int    `json:"line"`
	Column      int    `json:"column"`
	// Field is the path of the value inside File, as in `a.b[0]["c.d"]`.
	Field string `json:"field"`
	// Manifest is "Kind/name" of the Kubernetes object, empty if there is none.
	Manifest string `json:"manifest"`
	// Message says what is wrong: lower case, no full stop.
	Message string `json:"message"`
	// Hint says what to do, where that is known.
	Hint string `json:"hint"`
}

// Position is where the Problem points.
func (p Problem) Position() Position {
	return Position{File: p.File, Line: p.Line, Column: p.Column}
}

// String is the one line that stands for the Problem in text output.
func (p Problem) String() string {
	var b strings.Builder
	if at := p.Position().String(); at != "" {
		b.WriteString(at + ": ")
	}
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	if p.Severity == Warning || p.Severity == Note {
		b.WriteString(string(p.Severity) + ": ")
	}
	fmt.Fprintf(&b, "%s [%s]", p.Message, p.Rule)
	return b.String()
}

// Sort puts the worst Problem first; equals are ordered by place, so that the
// order never depends on which worker found what.
func Sort(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Severity.rank(), b.Severity.rank()),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Environment, b.Environment),
			cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Message, b.Message),
		)
	})
}

// Failed reports whether one of the problems is an Error.
func Failed(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}
