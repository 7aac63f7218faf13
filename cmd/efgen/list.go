package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/validate/rule"
)

type listCommand struct {
	selection
}

func (listCommand) Help() string {
	return `Examples:
  efgen list
  efgen list --env 'prod*' --format json    # with the Secrets that each one needs
  echo "matrix=$(efgen list --format matrix)" >> "$GITHUB_OUTPUT"`
}

func (l listCommand) Run(ctx context.Context, p app.Project, out *printer) error {
	list := l.environments
	if out.format == "matrix" {
		list = l.matrix
	}
	problems, err := list(ctx, p, out)
	code, err := out.problems(problems, err)
	return cmp.Or(err, exit(code))
}

// maxMatrix is how many jobs GitHub makes of one matrix
// (https://docs.github.com/en/actions/reference/limits).
const maxMatrix = 256

// matrix prints names alone, on one line: what is inside is for the jobs to read.
func (l listCommand) matrix(ctx context.Context, p app.Project, out *printer) ([]rule.Problem, error) {
	names, problems, err := p.Names(ctx, app.Selection(l.orAll()))
	if err != nil {
		return nil, err
	}
	if len(names) > maxMatrix {
		return problems, &app.Error{
			Err: fmt.Errorf("%d environments are more than the %d jobs that GitHub makes of one matrix", len(names), maxMatrix), Hint: "choose some with --env or --changed-since",
		}
	}
	return problems, json.NewEncoder(out.stdout).Encode(map[string][]string{"environment": names})
}

func (l listCommand) environments(ctx context.Context, p app.Project, out *printer) ([]rule.Problem, error) {
	all, problems, err := p.List(ctx, app.Selection(l.orAll()))
	if err != nil {
		return nil, err
	}
	if out.format == "json" {
		return problems, report.JSON(out.stdout, map[string]any{"environments": all})
	}
	table := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ENVIRONMENT\tNAMESPACE\tAPPLICATIONS")
	for _, env := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\n", env.Name, report.Plain(env.Namespace), report.Plain(strings.Join(env.Applications, ", ")))
	}
	return problems, table.Flush()
}
