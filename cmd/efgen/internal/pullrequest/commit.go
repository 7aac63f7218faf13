package pullrequest

import (
	"fmt"
	"strconv"
	"strings"
)

// The trailers of a commit say that efgen made it, and from what. They count only if they
// name the commit's tree and parent: when a person amends or rebases efgen's commit, the
// trailers stay, but tree or parent change.
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

// noTree means the tree of a folder that does not exist.
const noTree = "none"

// A commit is a commit of the repository.
type commit struct {
	sha, tree string
	parents   []string
	message   string
	// verified says whether GitHub has verified the signature.
	verified bool
	// unverifiedReason is a word of GitHub's that says why it has not.
	unverifiedReason string
}

// commitMessage is the message of the commit that adds the wanted files to the base.
func (w Want) commitMessage(title string, s *observation, root string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", oneLine(title))
	line := func(name, value string) { fmt.Fprintf(&b, "%s: %s\n", name, value) }
	line(trailerEnvironment, w.Environment)
	line(trailerPath, w.Path)
	line(trailerContent, w.digest())
	line(trailerReplaces, s.replaces())
	line(trailerBase, s.baseHead.sha)
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

// isOwn reports whether efgen made exactly this commit.
func (c *commit) isOwn(environment string) bool {
	t := c.trailers()
	return t[trailerEnvironment] == environment && t[trailerTree] == c.tree &&
		len(c.parents) == 1 && t[trailerBase] == c.parents[0]
}

// path is the deploy path that efgen's commit is for.
func (c *commit) path() string { return c.trailers()[trailerPath] }

// isCurrent reports whether efgen's commit proposes what is wanted now, and the deploy
// path on the base has not changed since.
func (c *commit) isCurrent(w Want, s *observation) bool {
	t := c.trailers()
	return c.path() == w.Path && t[trailerContent] == w.digest() && t[trailerReplaces] == s.replaces()
}

// isNewer reports whether efgen's commit is from a later run of the same workflow. Only
// runs of one workflow are counted together.
func (c *commit) isNewer(source Source) bool {
	t := c.trailers()
	run, err := strconv.Atoi(t[trailerRun])
	return err == nil && source.Run > 0 && run > source.Run && t[trailerWorkflow] == oneLine(source.Workflow)
}
