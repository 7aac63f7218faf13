package rule

import "fmt"

// A Row is a Rule with the check that finds where it is broken, in what the check is
// given: a set of manifests, or a comparison of two.
type Row[T any] struct {
	Rule
	Check func(T, *Finder)
}

// A Place is what a Problem points at.
type Place interface {
	// File is the path of the file, empty if no file shows the Problem.
	File() string
	// Manifest is "Kind/name" of the Kubernetes object, empty if there is none.
	Manifest() string
	// Field is the path of the value inside the file or the environment.
	Field() string
	// Position is the line and the column in the file, from 1; 0 is not known. It is
	// asked only for Problems that remain, since finding it may mean reading the file again.
	Position() (line, column int)
}

// A Finding is a Problem whose position has not been looked up yet.
type Finding struct {
	Problem
	At Place
}

// Located is the Problem with its position.
func (f Finding) Located() Problem {
	f.Line, f.Column = f.At.Position()
	return f.Problem
}

// A Finder collects what the check of one Rule finds. It carries the Rule, so that a
// check need not name the row that names the check.
type Finder struct {
	environment string
	rule        Rule
	findings    *[]Finding
}

// NewFinder returns a Finder of a Rule that appends to findings. The environment is
// the name of the one that is checked, empty for loose files.
func NewFinder(environment string, rule Rule, findings *[]Finding) *Finder {
	return &Finder{environment, rule, findings}
}

// As returns a Finder of the same Rule with another severity.
func (f *Finder) As(severity Severity) *Finder {
	other := *f
	other.rule.Severity = severity
	return &other
}

// Report adds a Problem. The hint says what to do, and may be empty.
func (f *Finder) Report(at Place, hint, format string, args ...any) {
	p := Problem{
		Rule: f.rule.ID, Severity: f.rule.Severity, Environment: f.environment,
		File: at.File(), Manifest: at.Manifest(), Field: at.Field(),
		Message: fmt.Sprintf(format, args...), Hint: hint,
	}
	if p.Manifest == "" {
		p.Manifest = EnvironmentManifest(f.environment)
	}
	*f.findings = append(*f.findings, Finding{p, at})
}

// EnvironmentManifest is the Manifest of a Problem that no manifest shows: exceptions
// name it. It is empty for loose files.
func EnvironmentManifest(environment string) string {
	if environment == "" {
		return ""
	}
	return "Environment/" + environment
}

// Find runs the checks of rows on a subject, and returns what they find in their order.
func Find[T any](environment string, rows []Row[T], subject T) []Finding {
	var findings []Finding
	for _, row := range rows {
		row.Check(subject, NewFinder(environment, row.Rule, &findings))
	}
	return findings
}
