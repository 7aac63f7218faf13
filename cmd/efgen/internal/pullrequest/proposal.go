// Package pullrequest keeps one pull request in a repository of GitHub in step
// with the files that an environment renders to: the proposal.
//
// It is a reconciler. Every call observes what is there, decides, and does what is
// missing. So the next call finishes what a killed one has left, and a call that was not
// the only one starts again.
package pullrequest

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"

	"github.com/efgen/efgen/generate/tree"
)

// A Want says what a proposal is to contain.
type Want struct {
	// Environment names the proposal: its branch is efgen/<environment>.
	Environment string
	// Repository is owner/name.
	Repository string
	// Base is the branch that the proposal is made against. Default: the
	// repository's default branch.
	Base string
	// Path is the folder for Files, the deploy path; nothing outside it changes.
	Path string
	// Files are the files below Path, without the ledger, which is derived from them.
	Files []tree.File
	// Labels, Reviewers, TeamReviewers and Assignees are added when the pull request is
	// opened; later only people change them.
	Labels, Reviewers, TeamReviewers, Assignees []string
	// Draft opens the pull request as a draft.
	Draft bool
	// Source is what Files were made from; its fields are empty if unknown.
	Source Source
}

// A Source says which commit and which run Files come from, so that an older run does not
// replace the proposal of a newer one.
type Source struct {
	// Commit is the ID of a commit.
	Commit string
	// Workflow names the workflow that Run belongs to.
	Workflow string
	// Run is the number of the workflow's run, from 1.
	Run int
}

// Options allow what efgen does not do unasked.
type Options struct {
	// Overwrite replaces other people's commits on the proposal's branch, efgen's files
	// that somebody has edited in the deploy path, proposals of newer runs, and
	// proposals for another deploy path.
	Overwrite bool
	// Reopen proposes content again whose pull request a person has closed.
	Reopen bool
	// RequireVerified proposes only commits whose signature GitHub has verified.
	RequireVerified bool
	// DryRun writes nothing.
	DryRun bool
}

// A Description says what a proposal changes, for people.
type Description struct {
	// Title is one line.
	Title string
	// Text is Markdown. The part beyond MaxText is left out.
	Text string
}

// A Describe describes the change from old to the wanted files; old are efgen's files
// that are in the deploy path now, without the ledger.
type Describe func(old []tree.File) (Description, error)

// An Operation is the outcome of a call.
type Operation string

// The operations.
const (
	Created Operation = "created"
	Updated Operation = "updated"
	Closed  Operation = "closed"
	None    Operation = "none"
	Blocked Operation = "blocked"
	Failed  Operation = "failed"
)

// A Result says what a call did, or would do. Its texts contain no token.
type Result struct {
	Operation Operation
	// Number and URL belong to the pull request; they are zero if there is none.
	Number int
	URL    string
	Branch string
	// HeadSHA is the commit that is proposed.
	HeadSHA string
	// Verified says whether GitHub has verified the signature of that commit.
	Verified bool
	// Message gives the reason for Operation.
	Message string
	// Title and Body belong to the pull request.
	Title, Body string
	// Changes are the changes in the deploy path.
	Changes []Change
	// Steps are what the call does, in order.
	Steps []string
	// Warnings name what GitHub did not do, and what the proposal can do without.
	Warnings []string
}

// A Change is what happens to a file of the deploy path.
type Change struct {
	Path string
	Kind tree.ChangeKind
}

var ownerAndName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$`)
})

// check refuses values that no valid environment file contains; the rest of the package
// relies on that.
func (w Want) check() error {
	switch {
	case !ownerAndName().MatchString(w.Repository):
		return fmt.Errorf("repository %q: want owner/name", w.Repository)
	case !fs.ValidPath(w.Path) || w.Path == "." || hasGitFolder(w.Path):
		return fmt.Errorf("deploy path %q: want a folder inside the repository", w.Path)
	case w.Environment == "" || len(w.Files) == 0:
		return fmt.Errorf("environment %q: there is nothing to propose", w.Environment)
	}
	for _, f := range w.Files {
		if !fs.ValidPath(f.Path) || f.Path == "." || hasGitFolder(f.Path) {
			return fmt.Errorf("file %q: not inside the deploy path", f.Path)
		}
	}
	return nil
}

// hasGitFolder reports whether a path contains .git, which no tree of git may contain.
func hasGitFolder(path string) bool {
	for name := range strings.SplitSeq(path, "/") {
		if strings.EqualFold(name, ".git") {
			return true
		}
	}
	return false
}

func (w Want) branch() string { return "efgen/" + w.Environment }

// contents are the wanted bytes by path, with those of the ledger.
func (w Want) contents() map[string][]byte {
	all := map[string][]byte{tree.LedgerName: tree.LedgerOf(w.Files).Text()}
	for _, f := range w.Files {
		all[f.Path] = f.Data
	}
	return all
}

// digest identifies the wanted content.
func (w Want) digest() string {
	return tree.HashOf(tree.LedgerOf(w.Files).Text()).String()
}
