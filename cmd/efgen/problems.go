package main

import (
	"cmp"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/validate/rule"
)

// judge prints settled problems beside a result and says whether the run may go on.
func (c *cli) judge(problems []rule.Problem) (int, error) {
	code := exitDone
	if rule.Failed(problems) {
		code = exitProblems
	}
	if c.Format == "github" {
		return code, report.GitHub(c.stdout(), c.fromRoot(problems))
	}
	if c.Quiet {
		problems = slices.DeleteFunc(slices.Clone(problems), func(p rule.Problem) bool { return p.Severity != rule.Error })
	}
	return code, c.tell(c.streams.err, problems)
}

// settle puts problems in order, after --strict has made warnings errors. What is
// wrong in a file that many environments extend is one problem, of the first.
func (c *cli) settle(problems []rule.Problem) []rule.Problem {
	for i := range problems {
		if c.Strict && problems[i].Severity == rule.Warning {
			problems[i].Severity = rule.Error
		}
	}
	rule.Sort(problems)
	return slices.CompactFunc(problems, func(a, b rule.Problem) bool {
		a.Environment, a.Manifest = b.Environment, b.Manifest
		return a == b && a.Line > 0
	})
}

// tell prints problems for people. In a workflow they become annotations, too,
// and nothing in their text is taken for a command.
func (c *cli) tell(w io.Writer, problems []rule.Problem) error {
	style := report.Style{Color: c.colored(w), Columns: c.columns(w)}
	if style.Columns > 0 {
		style.Line = c.lineReader()
	}
	if len(problems) == 0 {
		return nil
	}
	err := c.quoted(w, func() error { return report.Text(w, problems, style) })
	if err != nil || !c.inWorkflow() || c.Format != "text" {
		return err
	}
	return report.GitHub(w, c.fromRoot(report.Shown(problems)))
}

// colored tells whether colours are wanted: the flag decides, then NO_COLOR,
// then FORCE_COLOR and CLICOLOR_FORCE, then what w is.
func (c *cli) colored(w io.Writer) bool {
	getenv := c.streams.getenv
	force := cmp.Or(getenv("FORCE_COLOR"), getenv("CLICOLOR_FORCE"))
	switch {
	case c.Color != "auto":
		return c.Color == "always"
	case getenv("NO_COLOR") != "":
		return false
	case force != "":
		return force != "0"
	}
	return c.columns(w) > 0 && getenv("TERM") != "dumb"
}

// columns is the width of a terminal, 0 of anything else.
func (c *cli) columns(w io.Writer) int {
	if c.streams.columns == nil {
		return 0
	}
	return c.streams.columns(w)
}

// lineReader looks up lines of files. It keeps the last file, for problems of
// one file mostly follow each other.
func (c *cli) lineReader() func(file string, line int) (string, bool) {
	var kept string
	var lines []string
	return func(file string, line int) (string, bool) {
		if file != kept {
			kept, lines = file, readLines(c.in(file))
		}
		if line > len(lines) {
			return "", false
		}
		return strings.TrimSuffix(lines[line-1], "\r"), true
	}
}

// readLines returns the lines of a file, none if it cannot be read.
func readLines(name string) []string {
	// A pipe would block.
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, err := readFile(name)
	if err != nil {
		return nil
	}
	return strings.Split(string(data), "\n")
}
