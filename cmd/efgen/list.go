package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/generate/config"
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

// listed is one environment as `list --format json` prints it.
type listed struct {
	Name         string   `json:"name"`
	File         string   `json:"file"`
	Namespace    string   `json:"namespace"`
	Applications []string `json:"applications"`
	Secrets      []string `json:"secrets"`
	// Repository is where `efgen pr` proposes the environment, empty if nowhere.
	Repository string `json:"repository"`
}

func (l listCommand) Run(c *cli) error {
	format, err := c.formatIn("text", "json", "matrix")
	if err != nil {
		return err
	}
	folder, err := c.openEnvironments()
	if err != nil {
		return err
	}
	defer folder.Close()
	names, problems, err := l.orAll().names(c, folder)
	if err != nil {
		return err
	}
	if format == "matrix" {
		err = printMatrix(c.stdout(), names)
	} else {
		var found []rule.Problem
		found, err = c.printEnvironments(format, folder, names)
		problems = append(problems, found...)
	}
	if err != nil {
		return err
	}
	code, err := c.judge(c.settle(problems))
	return cmp.Or(err, exit(code))
}

// printMatrix prints names alone, on one line: what is inside is for the jobs to read.
func printMatrix(w io.Writer, names []string) error {
	return json.NewEncoder(w).Encode(map[string][]string{"environment": append([]string{}, names...)})
}

func (c *cli) printEnvironments(format string, folder *config.Folder, names []string) ([]rule.Problem, error) {
	all, problems := make([]*listed, len(names)), make([][]rule.Problem, len(names))
	err := c.each(len(names), func(i int) error {
		env, found := folder.Read(names[i])
		if problems[i] = found; env != nil {
			one := describe(env)
			all[i] = &one
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	environments := []listed{}
	for _, one := range all {
		if one != nil {
			environments = append(environments, *one)
		}
	}
	return slices.Concat(problems...), printList(c.stdout(), format, environments)
}

func describe(env *config.Environment) listed {
	l := listed{
		Name: env.Name, File: env.File, Namespace: env.Namespace,
		Applications: slices.Sorted(maps.Keys(env.Applications)),
		Secrets:      env.Secrets(),
	}
	if env.Deploy != nil {
		l.Repository = env.Deploy.Repository
	}
	return l
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
