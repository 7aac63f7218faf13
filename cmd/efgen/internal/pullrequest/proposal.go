// Package pullrequest keeps one pull request in a repository of GitHub in step
// with the files that an environment renders to: the proposal.
//
// It is a reconciler. Every call looks at what is there, decides without asking
// anybody, and does what is missing; so a call that was killed, or that somebody
// raced, is finished by the next one.
package pullrequest

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"

	"github.com/efgen/efgen/generate/tree"
)

// A Want is what a proposal is to hold.
type Want struct {
	// Environment names the proposal: its branch is efgen/<environment>.
	Environment string
	// Repository is owner/name.
	Repository string
	// Base is the branch that the proposal is made against. Default: the
	// repository's default branch.
	Base string
	// Path is the folder that holds Files; nothing outside it is touched.
	Path string
	// Files are those of Path, without the ledger, which comes from them.
	Files []tree.File
	// Labels, Reviewers, TeamReviewers and Assignees are added when the pull
	// request is opened, and left to people from then on.
	Labels, Reviewers, TeamReviewers, Assignees []string
	// Draft opens the pull request as a draft.
	Draft bool
	// Source is what Files were made from, as far as it is known.
	Source Source
}

// A Source tells which of two runs is the newer one.
type Source struct {
	// Commit is the ID of a commit.
	Commit string
	// Workflow names what Run counts the runs of.
	Workflow string
	// Run counts the runs of a workflow from 1.
	Run int
}

// Options say what may be done that is not done on efgen's own account.
type Options struct {
	// Overwrite replaces the commits of others on the proposal's branch, files of
	// efgen's that were edited in the deploy path, and proposals of newer runs or for
	// another deploy path.
	Overwrite bool
	// Reopen proposes again what a person has closed.
	Reopen bool
	// RequireVerified proposes only commits whose signature GitHub has verified.
	RequireVerified bool
	// DryRun writes nothing.
	DryRun bool
}

// A Description tells people what a proposal changes.
type Description struct {
	// Title is one line.
	Title string
	// Text is Markdown. What is over MaxText is left out.
	Text string
}

// A Describe describes the change from old to the wanted files. Old are the files
// of efgen's that are in the deploy path now, without the ledger.
type Describe func(old []tree.File) (Description, error)

// An Operation is how a proposal went.
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

// A Result is how a proposal went, or would go. Its texts hold no token.
type Result struct {
	Operation Operation
	// Number and URL are those of the pull request, zero if there is none.
	Number int
	URL    string
	Branch string
	// HeadSHA is the commit that is proposed.
	HeadSHA string
	// Verified says whether GitHub has verified the signature of that commit.
	Verified bool
	// Message says in a sentence why that is so.
	Message string
	// Title and Body are those of the pull request.
	Title, Body string
	// Changes are those to the deploy path.
	Changes []Change
	// Steps are what is done, in order.
	Steps []string
	// Warnings are about what was left undone.
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

// check refuses what no environment file lets pass: the rest of the package
// relies on it.
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

// hasGitFolder knows the one name that no tree of git's may hold.
func hasGitFolder(path string) bool {
	for name := range strings.SplitSeq(path, "/") {
		if strings.EqualFold(name, ".git") {
			return true
		}
	}
	return false
}

func (w Want) branch() string { return "efgen/" + w.Environment }

// contents are the wanted bytes by path, those of the ledger among them.
func (w Want) contents() map[string][]byte {
	all := map[string][]byte{tree.LedgerName: tree.LedgerOf(w.Files).Text()}
	for _, f := range w.Files {
		all[f.Path] = f.Data
	}
	return all
}

// digest names the wanted content.
func (w Want) digest() string {
	return tree.HashOf(tree.LedgerOf(w.Files).Text()).String()
}
