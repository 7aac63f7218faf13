package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/efgen/efgen/cmd/efgen/internal/app"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/validate/rule"
)

type verifyCommand struct {
	selection
}

func (verifyCommand) Help() string {
	return `Renders the environments again and compares every byte with the output folder, the ledgers included.
Where something differs, the exit code is 3. In JSON each environment has its digest, the SHA-256 of
its efgen.lock on disk, and its differences: objects of path and change, which is what generating
would do to the file (added, modified or removed).

Examples:
  efgen verify
  efgen verify --env production --format json`
}

func (v verifyCommand) Run(ctx context.Context, p app.Project, out *printer) error {
	selected, err := v.orAll().selected()
	if err != nil {
		return err
	}
	all, problems, err := p.Verify(ctx, selected)
	code, err := out.problems(problems, err)
	if err != nil {
		return err
	}
	differ := 0
	for _, one := range all {
		if !one.Match {
			differ, code = differ+1, max(code, exitStale)
		}
	}
	if err := printVerified(out, all, problems); err != nil {
		return err
	}
	heading := fmt.Sprintf("efgen verify: %d of %d environments differ", differ, len(all))
	return cmp.Or(out.step(heading, problems, "changed", differ > 0), exit(code))
}

func printVerified(out *printer, all []app.Verified, problems []rule.Problem) error {
	if out.format == "json" {
		return report.JSON(out.stdout, map[string]any{"environments": all, "problems": problems})
	}
	for _, one := range all {
		verdict := "matches " + one.Digest
		if !one.Match {
			verdict = "differs"
		}
		for _, change := range one.Changes {
			verdict += fmt.Sprintf("\n  %-8s  %s", change.Kind, report.Plain(change.Path))
		}
		if _, err := fmt.Fprintf(out.stdout, "%s: %s\n", one.Name, verdict); err != nil {
			return err
		}
	}
	return nil
}
