package pullrequest

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-github/v60/github"

	"github.com/efgen/efgen/generate/tree"
)

// An observation is everything that a decision depends on.
type observation struct {
	repository repository
	base       string // the name of the branch that the proposal is made against
	baseHead   commit
	folder     deployFolder // on the base
	files      map[string]entry
	ledger     tree.Ledger // of the files that are efgen's
	// ledgerError says why the ledger cannot be trusted.
	ledgerError error
	// differing are the bytes of efgen's files that are not as wanted, by their blob's ID.
	differing map[string][]byte

	branchHead *commit // of the proposal's branch, nil if there is no such branch
	// beforeMerges is the commit below branchHead, if everything above it is merges of
	// the base.
	beforeMerges *commit
	// offBase says that the parent of efgen's commit is not on the base.
	offBase bool

	open      *pull   // nil if there is none
	closed    *pull   // the newest one that is not open, nil if there is none
	otherBase []*pull // efgen's open ones against another base
}

// A repository has the name that it has on GitHub now.
type repository struct{ owner, name, id, base string }

func (r repository) String() string { return r.owner + "/" + r.name }

// replaces is the tree that the deploy path has on the base.
func (s *observation) replaces() string {
	if s.folder.tree == "" {
		return noTree
	}
	return s.folder.tree
}

// isOwnFile reports whether a file is efgen's: the ledger, or listed there.
func (s *observation) isOwnFile(path string) bool {
	_, listed := s.ledger[path]
	return listed || path == tree.LedgerName && s.ledger != nil
}

// observe reads everything and changes nothing.
func (c *Client) observe(ctx context.Context, w Want) (*observation, error) {
	r, err := c.findRepository(ctx, w.Repository)
	if err != nil {
		return nil, err
	}
	s := &observation{repository: r, base: w.Base}
	if s.base == "" {
		s.base = r.base
	}
	if s.base == w.branch() {
		return nil, &RefusedError{[]string{fmt.Sprintf("%s: both the base in %s and the branch that efgen proposes from; write another branch into deploy.base", s.base, r)}}
	}
	head, err := c.readBranch(ctx, r, s.base)
	if err != nil {
		return nil, err
	}
	if head == nil {
		return nil, &RemoteError{
			Status: http.StatusNotFound, Reason: fmt.Sprintf("%s has no branch %q", r, s.base),
			Hint: "look at deploy.base; an empty repository needs a first commit",
		}
	}
	s.baseHead = *head
	for _, look := range []func(context.Context, *observation, Want) error{
		c.observeFiles, c.observeLedger, c.observeDiffering, c.observeBranch, c.observePulls,
	} {
		if err := look(ctx, s, w); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// findRepository returns the present name of a repository: from an old name, GitHub
// redirects reads, but no writes.
func (c *Client) findRepository(ctx context.Context, name string) (repository, error) {
	if r, known := c.repositories[name]; known {
		return r, nil
	}
	owner, short, _ := strings.Cut(name, "/")
	found, _, err := c.github.Repositories.Get(ctx, owner, short)
	if err != nil {
		return repository{}, c.explain(ctx, "look for repository "+name, err)
	}
	r := repository{owner: found.GetOwner().GetLogin(), name: found.GetName(), id: found.GetNodeID(), base: found.GetDefaultBranch()}
	if !ownerAndName().MatchString(r.String()) {
		return r, &RemoteError{Reason: fmt.Sprintf("look for repository %s: the answer is not one of GitHub's", name)}
	}
	if !strings.EqualFold(r.owner, owner) {
		// Whoever owns the new place is not whom the environment trusts with its manifests.
		return r, &RefusedError{[]string{c.redact(fmt.Sprintf("%s: GitHub answers with %s, of another owner: if it was moved there, write that into deploy.repository", name, r))}}
	}
	if found.GetArchived() {
		return r, &RemoteError{Status: http.StatusForbidden, Reason: fmt.Sprintf("repository %s is archived", r), Hint: "nothing can be proposed there"}
	}
	c.repositories[name] = r
	return r, nil
}

// readBranch returns the commit that a branch points to, nil if there is no such branch.
func (c *Client) readBranch(ctx context.Context, r repository, name string) (*commit, error) {
	sha, err := c.headSHA(ctx, r, name)
	if err != nil || sha == "" {
		return nil, err
	}
	return c.readCommit(ctx, r, sha)
}

// headSHA returns the ID of the commit that a branch points to, empty if there is no such
// branch.
func (c *Client) headSHA(ctx context.Context, r repository, branch string) (string, error) {
	ref, _, err := c.github.Git.GetRef(ctx, r.owner, r.name, "heads/"+branch)
	err = c.explain(ctx, "read branch "+branch, err)
	if hasStatus(err, http.StatusNotFound) || hasStatus(err, http.StatusConflict) {
		return "", nil // 409 is an empty repository
	}
	return ref.GetObject().GetSHA(), err
}

func (c *Client) readCommit(ctx context.Context, r repository, sha string) (*commit, error) {
	found, _, err := c.github.Git.GetCommit(ctx, r.owner, r.name, sha)
	if err != nil {
		return nil, c.explain(ctx, "read commit "+sha, err)
	}
	return commitOf(found), nil
}

func commitOf(c *github.Commit) *commit {
	found := &commit{
		sha: c.GetSHA(), tree: c.GetTree().GetSHA(), message: c.GetMessage(),
		verified: c.GetVerification().GetVerified(), unverifiedReason: c.GetVerification().GetReason(),
	}
	for _, parent := range c.Parents {
		found.parents = append(found.parents, parent.GetSHA())
	}
	return found
}
