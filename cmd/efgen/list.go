package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/generate/config"
)

type listCommand struct {
	selection
}

func (listCommand) Help() string {
	return `Examples:
  efgen list
  efgen list --env 'prod*' --format json    # with the Secrets that each one needs`
}

// listed is one environment as `list --format json` prints it.
type listed struct {
	Name         string   `json:"name"`
	File         string   `json:"file"`
	Namespace    string   `json:"namespace"`
	Applications []string `json:"applications"`
	Secrets      []string `json:"secrets"`
}

func (l listCommand) Run(c *cli) error {
	format, err := c.formatIn("text", "json")
	if err != nil {
		return err
	}
	folder, err := c.openEnvironments()
	if err != nil {
		return err
	}
	defer folder.Close()
	names, problems, err := l.orAll().names(folder)
	if err != nil {
		return err
	}
	environments := []listed{}
	for _, name := range names {
		env, found := folder.Read(name)
		problems = append(problems, found...)
		if env != nil {
			environments = append(environments, describe(env))
		}
	}
	if err := printList(c.stdout(), format, environments); err != nil {
		return err
	}
	code, err := c.judge(problems)
	return cmp.Or(err, exit(code))
}

func describe(env *config.Environment) listed {
	return listed{
		Name: env.Name, File: env.File, Namespace: env.Namespace,
		Applications: slices.Sorted(maps.Keys(env.Applications)),
		Secrets:      env.Secrets(),
	}
}

func printList(w io.Writer, format string, environments []listed) error {
	if format == "json" {
		return report.JSON(w, map[string]any{"environments": environments})
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ENVIRONMENT\tNAMESPACE\tAPPLICATIONS")
	for _, env := range environments {
		fmt.Fprintf(table, "%s\t%s\t%s\n", env.Name, report.Plain(env.Namespace), report.Plain(strings.Join(env.Applications, ", ")))
	}
	return table.Flush()
}
