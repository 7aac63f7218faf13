package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/validate/rule"
)

// A printer prints what commands have to say: results on stdout, all else on stderr.
type printer struct {
	streams
	format, color  string
	quiet, verbose bool
	// path is a path of the command line as the operating system has to be asked for it.
	path func(name string) string
}

// Notice prints what is neither a result nor an error.
func (out *printer) Notice(format string, args ...any) {
	if !out.quiet {
		out.complain(fmt.Sprintf(format, args...))
	}
}

// detail prints what only those want to know who ask for it.
func (out *printer) detail(format string, args ...any) {
	if out.verbose {
		out.Notice(format, args...)
	}
}

// complain prints one line on stderr, whatever text it holds.
func (out *printer) complain(line string) {
	fmt.Fprintf(out.stderr, "efgen: %s\n", report.Plain(line))
}

// failed prints the lines of an error that has not been printed yet, each after a
// prefix, and returns the exit code.
func (out *printer) failed(prefix string, err error) int {
	if errors.Is(err, context.Canceled) {
		err = &app.Error{Err: errors.New("interrupted"), Hint: "run it again: it goes on from where it stopped"}
	}
	code, hint := codeAndHint(err)
	if err == nil || errors.Is(err, errSaid) {
		return code
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		out.complain(prefix + line)
	}
	if hint != "" {
		out.complain("hint: " + hint)
	}
	return code
}

// problems prints problems beside a result, and returns the exit code.
func (out *printer) problems(problems []rule.Problem) (int, error) {
	code := codeFor(problems)
	if out.format == "github" {
		return code, report.GitHub(out.stdout, out.fromRoot(problems))
	}
	if out.quiet {
		problems = slices.DeleteFunc(slices.Clone(problems), func(p rule.Problem) bool { return p.Severity != rule.Error })
	}
	return code, out.text(out.stderr, problems)
}

// text prints problems for people. In a workflow they become annotations, too, and
// nothing in their text is taken for a command.
func (out *printer) text(w io.Writer, problems []rule.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	style := report.Style{Color: out.colored(w), Columns: out.width(w)}
	if style.Columns > 0 {
		style.Line = out.lineReader()
	}
	err := out.quoted(w, func() error { return report.Text(w, problems, style) })
	if err != nil || !out.inWorkflow() || out.format != "text" {
		return err
	}
	return report.GitHub(w, out.fromRoot(report.Shown(problems)))
}

// colored tells whether colours are wanted: the flag decides, then NO_COLOR,
// then FORCE_COLOR and CLICOLOR_FORCE, then what w is.
func (out *printer) colored(w io.Writer) bool {
	force := cmp.Or(out.getenv("FORCE_COLOR"), out.getenv("CLICOLOR_FORCE"))
	switch {
	case out.color != "auto":
		return out.color == "always"
	case out.getenv("NO_COLOR") != "":
		return false
	case force != "":
		return force != "0"
	}
	return out.width(w) > 0 && out.getenv("TERM") != "dumb"
}

// width is that of a terminal in characters, 0 of anything else.
func (out *printer) width(w io.Writer) int {
	if out.columns == nil {
		return 0
	}
	return out.columns(w)
}

// lineReader looks up lines of files. It keeps the last file, for problems of one file
// mostly follow each other.
func (out *printer) lineReader() func(file string, line int) (string, bool) {
	var kept string
	var lines []string
	return func(file string, line int) (string, bool) {
		if file != kept {
			kept, lines = file, readLines(out.path(file))
		}
		if line > len(lines) {
			return "", false
		}
		return strings.TrimSuffix(lines[line-1], "\r"), true
	}
}

// readLines returns the lines of a file, none if it cannot be read.
func readLines(name string) []string {
	const most = 8 << 20 // no file that is checked has more bytes
	// A pipe would block.
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() || info.Size() > most {
		return nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return strings.Split(string(data), "\n")
}

// notNil makes JSON's [] of no items, not null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
