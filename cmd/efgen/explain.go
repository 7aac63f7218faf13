package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/generate/config"
)

type explainCommand struct {
	Environment string `arg:"" help:"Name of the environment."`
	Field       string `arg:"" optional:"" help:"Path of a field, such as applications.flow.replicas; without it, all that is written is listed."`
}

func (explainCommand) Help() string {
	return `Shows the value that counts, who set it, what that overrode, and what the field means.
Keys with other characters than letters, digits, dashes and underscores are quoted, items of lists counted from 0.

Examples:
  efgen explain production
  efgen explain production applications.ef-kubernetes-app.replicas
  efgen explain production 'applications.ef-kubernetes-app.files.resources["logback-test.xml"]'
  efgen explain production 'applications.ef-kubernetes-app.ports[0]' --format json`
}

func (e explainCommand) Run(p app.Project, out *printer) error {
	explainer, problems, err := p.Explain(e.Environment)
	code, err := out.problems(problems, err)
	switch {
	case err != nil || explainer == nil:
	case out.format == "json":
		err = e.print(out, explainer)
	default:
		err = out.quoted(out.stdout, func() error { return e.print(out, explainer) })
	}
	return cmp.Or(err, exit(code))
}

func (e explainCommand) print(out *printer, explainer *config.Explainer) error {
	if e.Field == "" {
		return printWritten(out.stdout, out.format, explainer.Written())
	}
	return explainField(out.stdout, out.format, explainer, e.Field)
}

func printWritten(w io.Writer, format string, fields []config.Explanation) error {
	if format == "json" {
		return report.JSON(w, map[string]any{"fields": fields})
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "FIELD\tVALUE\tSET BY")
	for _, field := range fields {
		fmt.Fprintf(table, "%s\t%s\t%s\n", report.Plain(field.Field), inline(field.Value), setBy(field.Field, field.Origin))
	}
	return table.Flush()
}

func explainField(w io.Writer, format string, explainer *config.Explainer, field string) error {
	explained, err := explainer.Field(field)
	var unknown *config.UnknownFieldError
	switch {
	case errors.As(err, &unknown) && unknown.Near == "" && len(unknown.Known) > 0:
		return &app.Error{Err: err, Hint: "the fields here are " + strings.Join(unknown.Known, ", ")}
	case err != nil:
		return err
	case format == "json":
		return report.JSON(w, explained)
	}
	return printField(w, explained)
}

func printField(w io.Writer, e config.Explanation) error {
	value, err := yaml.Marshal(e.Value)
	if err != nil { // the library cannot write some control characters
		if value, err = json.MarshalIndent(e.Value, "", "  "); err != nil {
			return err
		}
	}
	for line := range strings.Lines(string(value)) {
		fmt.Fprintln(w, report.Plain(strings.TrimSuffix(line, "\n")))
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "set by\t%s\n", setBy(e.Field, e.Origin))
	for _, s := range e.Overrode {
		if isMapping(s.Value) && isMapping(e.Origin.Value) {
			fmt.Fprintf(table, "merged with\t%s\n", setBy(e.Field, s))
		} else {
			fmt.Fprintf(table, "overrides\t%s of %s\n", inline(s.Value), setBy(e.Field, s))
		}
	}
	fmt.Fprintf(table, "type\t%s\n", e.Type)
	if len(e.Fields) > 0 {
		fmt.Fprintf(table, "fields\t%s\n", report.Plain(strings.Join(e.Fields, ", ")))
	}
	if e.Doc != "" {
		fmt.Fprintf(table, "meaning\t%s\n", e.Doc)
	}
	return table.Flush()
}

func isMapping(value any) bool {
	_, ok := value.(map[string]any)
	return ok
}

// setBy says who gave a field its value, and under which name if it was another.
func setBy(field string, s config.Setting) string {
	switch {
	case s.By != config.ByFile:
		return s.By
	case s.Field != field:
		return report.Plain(fmt.Sprintf("%s (%s)", s.Position, s.Field))
	}
	return report.Plain(s.Position.String())
}

// inline is a value on one line, cut where a table would lose its shape.
func inline(value any) string {
	const most = 60
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	line := []rune(report.Plain(string(text)))
	if len(line) > most {
		return string(line[:most]) + "…"
	}
	return string(line)
}
