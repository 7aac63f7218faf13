package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/efgen/efgen/cmd/efgen/internal/report"
	"github.com/efgen/efgen/generate/tree"
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

// verified is one environment as verify prints it.
type verified struct {
	Name        string      `json:"name"`
	Match       bool        `json:"match"`
	Digest      string      `json:"digest"`
	Differences []differing `json:"differences"`
}

// differing is a file that is not what would be generated.
type differing struct {
	Path   string          `json:"path"`
	Change tree.ChangeKind `json:"change"`
}

func (v verifyCommand) Run(c *cli) error {
	format, err := c.formatIn("text", "json")
	if err != nil {
		return err
	}
	v.selection = v.orAll()
	if err := v.selection.check(); err != nil {
		return err
	}
	all, problems, err := v.verify(c)
	if err != nil {
		return err
	}
	problems = c.settle(problems)
	code, err := c.judge(problems)
	if err != nil {
		return err
	}
	differ := 0
	for _, one := range all {
		if !one.Match {
			differ, code = differ+1, max(code, exitStale)
		}
	}
	heading := fmt.Sprintf("efgen verify: %d of %d environments differ", differ, len(all))
	if err := printVerified(c.stdout(), format, all, problems); err != nil {
		return err
	}
	return cmp.Or(c.tellStep(heading, problems, "changed", differ > 0), exit(code))
}

// verify leaves out the environments that could not be rendered.
func (v verifyCommand) verify(c *cli) ([]verified, []rule.Problem, error) {
	p, err := c.openPipeline(true)
	if err != nil {
		return nil, nil, err
	}
	defer p.close()
	names, problems, err := v.names(c, p.folder)
	if err != nil {
		return nil, nil, err
	}
	all, some := make([]verified, len(names)), make([][]rule.Problem, len(names))
	err = p.each(len(names), func(i int) error {
		_, files, found := p.render(names[i])
		if some[i] = found; rule.Failed(found) {
			return nil
		}
		comparison, err := p.tree.Compare(names[i], files)
		if err == nil {
			all[i], err = c.verified(comparison)
		}
		return err
	})
	all = slices.DeleteFunc(all, func(one verified) bool { return one.Name == "" })
	if err == nil && v.All {
		all, err = p.verifyVanished(all)
	}
	problems = slices.Concat(append(some, problems)...)
	if err == nil && len(all)+len(problems) == 0 && v.ChangedSince == "" {
		err = p.nothingThere()
	}
	return all, problems, err
}

// verifyVanished adds the environments that have files and no environment file.
func (p *pipeline) verifyVanished(all []verified) ([]verified, error) {
	gone, err := p.vanished()
	for _, one := range gone {
		if err != nil {
			break
		}
		var added verified
		added, err = p.verified(one.comparison)
		all = append(all, added)
	}
	return all, err
}

// verified says what differs on disk. Refusals lie where generating would have
// to be told what to do, so they differ, too.
func (c *cli) verified(comparison *tree.Comparison) (verified, error) {
	found := verified{Name: comparison.Environment, Match: true, Differences: []differing{}}
	seen := map[string]bool{}
	differ := func(path string, change tree.ChangeKind) {
		if found.Match = false; !seen[path] {
			seen[path] = true
			found.Differences = append(found.Differences, differing{path, change})
		}
	}
	for _, change := range comparison.Changes {
		if change.Kind != tree.Unchanged {
			differ(change.Path, change.Kind)
		}
	}
	folder := filepath.Join(c.in(c.Out), comparison.Environment)
	for _, refusal := range comparison.Refusals {
		differ(strings.TrimPrefix(refusal.Path, filepath.ToSlash(folder)+"/"), tree.Modified)
	}
	digest, err := digestOf(filepath.Join(folder, tree.LedgerName))
	if found.Digest = digest; found.Match && comparison.Stale() {
		change := tree.Modified
		if digest == "" {
			change = tree.Added
		}
		differ(tree.LedgerName, change)
	}
	return found, err
}

// digestOf is the SHA-256 of a file's bytes, empty if there is no such file.
func digestOf(name string) (string, error) {
	// A pipe would block.
	info, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return "", nil
	}
	data, err := readFile(name)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

func printVerified(w io.Writer, format string, all []verified, problems []rule.Problem) error {
	if format == "json" {
		return report.JSON(w, map[string]any{"environments": notNil(all), "problems": notNil(problems)})
	}
	for _, one := range all {
		verdict := "matches " + one.Digest
		if !one.Match {
			verdict = "differs"
		}
		for _, d := range one.Differences {
			verdict += fmt.Sprintf("\n  %-8s  %s", d.Change, report.Plain(d.Path))
		}
		if _, err := fmt.Fprintf(w, "%s: %s\n", one.Name, verdict); err != nil {
			return err
		}
	}
	return nil
}
