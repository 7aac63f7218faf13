package pullrequest

import (
	"fmt"
	"strconv"
	"strings"
)

// The trailers of a commit say whose it is and what it holds. They are believed
// only with the very tree and parent that they name: a commit that a person made
// from efgen's keeps the trailers, but not those.
const (
	trailerEnvironment = "Efgen-Environment"
	trailerPath        = "Efgen-Path"
	// trailerContent is the digest of the wanted content.
	trailerContent = "Efgen-Content"
	// trailerReplaces is the tree that the deploy path had on the base branch.
	trailerReplaces = "Efgen-Replaces"
	trailerBase     = "Efgen-Base"
	trailerTree     = "Efgen-Tree"
	trailerSource   = "Efgen-Source"
	trailerWorkflow = "Efgen-Workflow"
	trailerRun      = "Efgen-Run"
)

// nothing stands for a tree that does not exist.
const nothing = "none"

// A commit is what is known of a commit.
type commit struct {
	sha, tree string
	parents   []string
	message   string
	// verified says whether GitHub has verified the signature, reason why not.
	verified bool
	reason   string
}

// message is that of the commit that brings the wanted files onto the base.
func (w Want) message(title string, s *observation, root string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", oneLine(title))
	line := func(name, value string) { fmt.Fprintf(&b, "%s: %s\n", name, value) }
	line(trailerEnvironment, w.Environment)
	line(trailerPath, w.Path)
	line(trailerContent, w.digest())
	line(trailerReplaces, s.replaces())
	line(trailerBase, s.head.sha)
	line(trailerTree, root)
	if w.Source.Commit != "" {
		line(trailerSource, oneLine(w.Source.Commit))
	}
	if w.Source.Run > 0 {
		line(trailerRun, strconv.Itoa(w.Source.Run))
	}
	if w.Source.Workflow != "" {
		line(trailerWorkflow, oneLine(w.Source.Workflow))
	}
	return b.String()
}

// trailers reads the last paragraph of a message.
func (c *commit) trailers() map[string]string {
	message := strings.TrimSpace(strings.ReplaceAll(c.message, "\r\n", "\n"))
	if i := strings.LastIndex(message, "\n\n"); i >= 0 {
		message = message[i+2:]
	}
	found := map[string]string{}
	for line := range strings.SplitSeq(message, "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			found[name] = strings.TrimSpace(value)
		}
	}
	return found
}

// isOurs tells whether efgen made this very commit, on a commit of the base.
func (c *commit) isOurs(environment string) bool {
	t := c.trailers()
	return t[trailerEnvironment] == environment && t[trailerTree] == c.tree &&
		len(c.parents) == 1 && t[trailerBase] == c.parents[0]
}

// path is the deploy path that a commit of efgen's proposes.
func (c *commit) path() string { return c.trailers()[trailerPath] }

// isCurrent tells whether a commit of efgen's proposes what is wanted now, on a
// base whose deploy path is the same as then.
func (c *commit) isCurrent(w Want, s *observation) bool {
	t := c.trailers()
	return c.path() == w.Path && t[trailerContent] == w.digest() && t[trailerReplaces] == s.replaces()
}

// isNewer tells whether a commit of efgen's is from a later run than this one. Runs of
// two workflows cannot be compared, nor those of one that no trailer names.
func (c *commit) isNewer(source Source) bool {
	t := c.trailers()
	run, err := strconv.Atoi(t[trailerRun])
	return err == nil && source.Run > 0 && run > source.Run && t[trailerWorkflow] == oneLine(source.Workflow)
}
