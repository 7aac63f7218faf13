package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/pullrequest"
	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/cmd/efgen/internal/review"
)

// proposal is one environment as `pr --format json` prints it.
type proposal struct {
	Environments []string              `json:"environments"`
	Operation    pullrequest.Operation `json:"operation"`
	Number       int                   `json:"number"`
	URL          string                `json:"url"`
	Branch       string                `json:"branch"`
	HeadSHA      string                `json:"headSHA"`
	Verified     bool                  `json:"verified"`
	Risk         review.Level          `json:"risk"`
	Message      string                `json:"message"`
	Warnings     []string              `json:"warnings"`

	result pullrequest.Result
}

func (cmd prCommand) print(out *printer, all []proposal) error {
	w := out.stdout
	if out.format == "json" {
		return report.JSON(w, map[string]any{"proposals": all})
	}
	if len(all) == 0 {
		return nil
	}
	return out.quoted(w, func() error {
		for _, one := range all {
			if _, err := io.WriteString(w, cmd.text(one)); err != nil {
				return err
			}
		}
		return nil
	})
}

// text is a proposal for people; after a dry run with all that would be done.
func (cmd prCommand) text(one proposal) string {
	var b strings.Builder
	would := ""
	if cmd.DryRun {
		would = "would be "
	}
	fmt.Fprintf(&b, "%s: %s%s: %s\n", strings.Join(one.Environments, ", "), would, one.Operation, report.Plain(cmp.Or(one.URL, one.Message)))
	if !cmd.DryRun {
		return b.String()
	}
	for _, step := range one.result.Steps {
		fmt.Fprintf(&b, "  %s\n", report.Plain(step))
	}
	for _, change := range one.result.Changes {
		fmt.Fprintf(&b, "  %-8s  %s\n", change.Kind, report.Plain(change.Path))
	}
	if one.result.Body != "" {
		fmt.Fprintf(&b, "\n%s\n\n", report.Plain(one.result.Title))
		for line := range strings.Lines(one.result.Body) {
			fmt.Fprintln(&b, report.Plain(strings.TrimSuffix(line, "\n")))
		}
	}
	return b.String()
}

// proposalsMarkdown is a list of what was done.
func proposalsMarkdown(all []proposal) string {
	var b strings.Builder
	for _, one := range all {
		fmt.Fprintf(&b, "- **%s** %s", report.Plain(strings.Join(one.Environments, ", ")), one.Operation)
		if one.Number > 0 {
			fmt.Fprintf(&b, " [#%d](%s)", one.Number, one.URL)
		}
		if one.Risk > review.None {
			fmt.Fprintf(&b, ", %s risk", one.Risk)
		}
		fmt.Fprintf(&b, ": %s\n", "`"+strings.ReplaceAll(report.Plain(one.Message), "`", "'")+"`")
	}
	return b.String()
}

// stepOfProposals tells the step of a workflow what was done. With several
// environments an output has a line for each.
func stepOfProposals(out *printer, all []proposal) error {
	lines := func(value func(proposal) any) string {
		var values []string
		for _, one := range all {
			values = append(values, fmt.Sprint(value(one)))
		}
		return strings.Join(values, "\n")
	}
	changed, risk := false, review.None
	for _, one := range all {
		changed = changed || one.Operation == pullrequest.Created || one.Operation == pullrequest.Updated || one.Operation == pullrequest.Closed
		risk = max(risk, one.Risk)
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return out.writeStep("### efgen pr\n\n"+proposalsMarkdown(all)+"\n",
		"changed", changed, "risk", risk, "proposals", string(text),
		"operation", lines(func(p proposal) any { return p.Operation }),
		"pr-number", lines(func(p proposal) any { return p.Number }),
		"pr-url", lines(func(p proposal) any { return p.URL }),
		"head-sha", lines(func(p proposal) any { return p.HeadSHA }),
		"verified", lines(func(p proposal) any { return p.Verified }),
	)
}
