// Command foreign measures false alarms. It runs efgen validate over manifests that
// others wrote, and holds each error against Kubernetes' own validation. An error must be
// shared by it, or explained in explained.txt.
package main

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/efgen/efgen/.ci/oracle/judge"
)

func main() {
	if len(os.Args) != 2 && len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: foreign EFGEN [errors]")
		os.Exit(2)
	}
	if err := run(os.Args[1], len(os.Args) == 3, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "foreign:", err)
		os.Exit(1)
	}
}

func run(efgen string, list bool, out io.Writer) error {
	explained, err := readExplanations("foreign/explained.txt")
	if err != nil {
		return err
	}
	rendered, err := os.MkdirTemp("", "foreign-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(rendered)
	units, schemas, err := readSources("foreign/sources.txt", "foreign/modules", rendered)
	if err != nil {
		return err
	}
	findings, err := judgeAll(efgen, units, schemas)
	if err != nil {
		return err
	}
	for i := range findings {
		findings[i].explain(explained)
	}
	if list {
		printErrors(out, findings)
	}
	printTable(out, units, findings)
	return unexplained(out, findings, explained)
}

// atOnce is how many units are judged at a time.
const atOnce = 2

// judgeAll judges every unit, and returns the findings in the order of the units.
func judgeAll(efgen string, units []unit, schemas schemas) (all []finding, err error) {
	oracle := judge.New()
	found, errs := make([][]finding, len(units)), make([]error, len(units))
	var wait sync.WaitGroup
	free := make(chan struct{}, atOnce)
	for i := range units {
		free <- struct{}{}
		wait.Go(func() {
			defer func() { <-free }()
			found[i], errs[i] = units[i].judge(oracle, efgen, schemas)
		})
	}
	wait.Wait()
	for i := range units {
		if errs[i] != nil {
			return nil, fmt.Errorf("%s: %w", units[i].name, errs[i])
		}
		all = append(all, found[i]...)
	}
	return all, nil
}
