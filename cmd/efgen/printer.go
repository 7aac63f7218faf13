package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/validate/rule"
)

// A printer prints for commands: results on stdout, all else on stderr.
type printer struct {
	streams
	format, color  string
	quiet, verbose bool
	// path is where a path of the command line lies, seen from this process.
	path func(name string) string
}

// Notice prints what is neither a result nor an error.
func (out *printer) Notice(format string, args ...any) {
	if !out.quiet {
		out.complain(fmt.Sprintf(format, args...))
	}
}

// detail prints what is for --verbose only.
func (out *printer) detail(format string, args ...any) {
	if out.verbose {
		out.Notice(format, args...)
	}
}

// complain prints a text as one line on stderr.
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

// problems prints the problems of a run beside its result, and returns the exit code. The
// error is that of the run, or of printing.
func (out *printer) problems(problems []rule.Problem, err error) (int, error) {
	code := codeFor(problems)
	if out.format == "github" {
		return code, cmp.Or(err, report.GitHub(out.stdout, out.fromRoot(problems)))
	}
	if out.quiet {
		problems = slices.DeleteFunc(slices.Clone(problems), func(p rule.Problem) bool { return p.Severity != rule.Error })
	}
	return code, cmp.Or(err, out.text(out.stderr, problems))
}

// text prints problems for people. In a workflow they become annotations, too, and
// nothing in their text is taken for a command.
func (out *printer) text(w io.Writer, problems []rule.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	style := report.Style{Color: out.colored(w), Columns: out.columns(w)}
	if style.Columns > 0 {
		style.Line = report.LineReader(out.path)
	}
	err := out.quoted(w, func() error { return report.Text(w, problems, style) })
	if err != nil || !out.inWorkflow() || out.format != "text" {
		return err
	}
	return report.GitHub(w, out.fromRoot(report.Shown(problems)))
}

// colored reports whether colours are wanted: the flag decides, then NO_COLOR,
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
	return out.columns(w) > 0 && out.getenv("TERM") != "dumb"
}

const (
	// progressAfter is how long work may take without a word.
	progressAfter = time.Second
	// progressEvery is how often the word is renewed.
	progressEvery = 100 * time.Millisecond
	// eraseLine returns to the start of a terminal's line and clears it.
	eraseLine = "\r\x1b[K"
)

// Progress shows on a terminal how much of the work is done once it takes a while, until
// stop erases it. It is silent without a terminal.
func (out *printer) Progress(total int, done *atomic.Int64) (stop func()) {
	if !out.watched() {
		return func() {}
	}
	stopping, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(progressAfter)
		defer ticker.Stop()
		shown := ""
		for {
			select {
			case <-ticker.C:
				ticker.Reset(progressEvery)
				shown = eraseLine
				fmt.Fprintf(out.stderr, "%sefgen: %d of %d environments", eraseLine, done.Load(), total)
			case <-stopping:
				fmt.Fprint(out.stderr, shown)
				return
			}
		}
	}()
	return func() {
		close(stopping)
		<-stopped
	}
}

// watched reports whether somebody sits before a terminal that can erase a line.
func (out *printer) watched() bool {
	return out.columns(out.stderr) > 0 && out.getenv("TERM") != "dumb" && out.getenv("CI") == "" && !out.quiet
}
