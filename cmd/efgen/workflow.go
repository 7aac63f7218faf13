package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/validate/rule"
)

// quoted prints text, in which a runner then looks for no commands.
func (out *printer) quoted(w io.Writer, print func() error) error {
	if !out.inWorkflow() {
		return print()
	}
	return report.Quoted(w, print)
}

// inWorkflow reports whether a runner of GitHub Actions reads what is printed.
func (out *printer) inWorkflow() bool {
	return out.getenv("GITHUB_ACTIONS") == "true"
}

// fromRoot is the problems with their files as seen from the root of the
// repository: the workspace of a workflow, elsewhere the current folder. Links are
// resolved on both sides: the folders of a runner may be behind one.
func (out *printer) fromRoot(problems []rule.Problem) []rule.Problem {
	problems = slices.Clone(problems)
	root, err := filepath.Abs(out.getenv("GITHUB_WORKSPACE"))
	if err != nil {
		return problems
	}
	root = resolved(root)
	for i, p := range problems {
		at, err := filepath.Abs(out.path(p.File))
		if err != nil || p.File == "" {
			continue
		}
		// A file that is a link itself is what the reader of the repository sees.
		at = filepath.Join(resolved(filepath.Dir(at)), filepath.Base(at))
		if file, err := filepath.Rel(root, at); err == nil {
			problems[i].File = filepath.ToSlash(file)
		}
	}
	return problems
}

// resolved is a folder without links in its path, as it is if there is no such folder.
func resolved(folder string) string {
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		return real
	}
	return folder
}

// step tells the step of a workflow how a command ended: in its summary, and
// as outputs for other steps, namely how many problems there are of each
// severity and the given names and values.
func (out *printer) step(heading string, problems []rule.Problem, outputs ...any) error {
	for _, severity := range []rule.Severity{rule.Error, rule.Warning, rule.Note} {
		outputs = append(outputs, severity+"s", report.Count(problems, severity))
	}
	return out.writeStep(report.Summary(heading, problems), outputs...)
}

// writeStep appends Markdown to the summary of a workflow's step, and names and
// values to its outputs.
func (out *printer) writeStep(summary string, outputs ...any) error {
	if err := appendTo(out.getenv("GITHUB_STEP_SUMMARY"), summary); err != nil {
		return fmt.Errorf("step summary: %w", err)
	}
	var b strings.Builder
	for pair := range slices.Chunk(outputs, 2) {
		end := rand.Text() // no value can hold it
		fmt.Fprintf(&b, "%v<<%s\n%v\n%s\n", pair[0], end, pair[1], end)
	}
	if err := appendTo(out.getenv("GITHUB_OUTPUT"), b.String()); err != nil {
		return fmt.Errorf("step outputs: %w", err)
	}
	return nil
}

// appendTo adds text to a file that other commands write to as well; without a
// name there is none.
func appendTo(name, text string) error {
	if name == "" {
		return nil
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := file.WriteString(text); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
