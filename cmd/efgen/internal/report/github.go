package report

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"io"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// annotationsShown is how many annotations of one kind GitHub shows for a step.
const annotationsShown = 10

// GitHub prints one workflow command for each problem: GitHub shows it as an
// annotation of its line. Files are relative to the root of the repository.
func GitHub(w io.Writer, problems []rule.Problem) error {
	b := bufio.NewWriter(w)
	for _, p := range problems {
		fmt.Fprintln(b, command(p))
	}
	return b.Flush()
}

// Quoted prints text, in which a runner of GitHub Actions then looks for no commands.
func Quoted(w io.Writer, print func() error) error {
	token := rand.Text()
	fmt.Fprintf(w, "::stop-commands::%s\n", token)
	err := print()
	fmt.Fprintf(w, "::%s::\n", token)
	return err
}

// Shown is what GitHub shows of annotations: the first ten of each severity.
func Shown(problems []rule.Problem) []rule.Problem {
	var shown []rule.Problem
	seen := map[rule.Severity]int{}
	for _, p := range problems {
		if seen[p.Severity]++; seen[p.Severity] <= annotationsShown {
			shown = append(shown, p)
		}
	}
	return shown
}

// The runner undoes these escapes, those of properties in addition to those of
// data; it takes a new line for a new command.
var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func command(p rule.Problem) string {
	name := string(p.Severity)
	if p.Severity == rule.Note {
		name = "notice"
	}
	var properties []string
	if p.File != "" {
		properties = append(properties, "file="+commandProperty.Replace(Plain(p.File)))
	}
	if p.Line > 0 {
		properties = append(properties, fmt.Sprintf("line=%d", p.Line))
	}
	if p.Column > 0 {
		properties = append(properties, fmt.Sprintf("col=%d", p.Column))
	}
	properties = append(properties, "title="+commandProperty.Replace(Plain(p.Rule)))
	return fmt.Sprintf("::%s %s::%s", name, strings.Join(properties, ","), commandData.Replace(sentence(p)))
}
