package pullrequest

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-github/v60/github"

	"github.com/efgen/efgen/generate/tree"
)

// An observation is all that a decision is made from.
type observation struct {
	repository repository
	base       string
	head       commit // of the base
	descent
	// files are those of the deploy path, by path.
	files map[string]entry
	// ledger lists those of them that are efgen's.
	ledger tree.Ledger
	// ledgerError says why the ledger cannot be trusted.
	ledgerError error
	// old are the bytes of files that are efgen's, by their ID, where they are not
	// the wanted ones.
	old map[string][]byte

	branch *commit // nil if there is no such branch
	below  *commit // what is below merges of the base, if those are the branch's head
	// adrift says that efgen's commit is not on a commit of the base.
	adrift bool
	open   *pull   // nil if there is none
	closed *pull   // the last one that is not open, nil if there is none
	strays []*pull // open ones of efgen's against another base
}

// A repository has the name that GitHub knows it by now.
type repository struct{ owner, name, id, base string }

func (r repository) String() string { return r.owner + "/" + r.name }

// replaces names what the base has in the deploy path.
func (s *observation) replaces() string {
	if s.managed == "" {
		return nothing
	}
	return s.managed
}

// owned says which of the files are efgen's: those in the ledger, and itself.
func (s *observation) owned(path string) bool {
	_, listed := s.ledger[path]
	return listed || path == tree.LedgerName && s.ledger != nil
}

// observe looks at everything and changes nothing.
func (c *Client) observe(ctx context.Context, w Want) (*observation, error) {
	r, err := c.find(ctx, w.Repository)
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
	head, err := c.branch(ctx, r, s.base)
	if err != nil {
		return nil, err
	}
	if head == nil {
		return nil, &RemoteError{
			Status: http.StatusNotFound, Reason: fmt.Sprintf("%s has no branch %q", r, s.base),
			Hint: "look at deploy.base; an empty repository needs a first commit",
		}
	}
	s.head = *head
	for _, look := range []func(context.Context, *observation, Want) error{
		c.observeFiles, c.observeLedger, c.observeOld, c.observeBranch, c.observePulls,
	} {
		if err := look(ctx, s, w); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// find learns a repository's present name, for GitHub redirects from an old one,
// which only reads survive.
func (c *Client) find(ctx context.Context, name string) (repository, error) {
	if r, known := c.known[name]; known {
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
	if found.GetArchived() {
		return r, &RemoteError{Status: http.StatusForbidden, Reason: fmt.Sprintf("repository %s is archived", r), Hint: "nothing can be proposed there"}
	}
	c.known[name] = r
	return r, nil
}

// branch returns the head of a branch, nil if there is no such branch.
func (c *Client) branch(ctx context.Context, r repository, name string) (*commit, error) {
	sha, err := c.ref(ctx, r, name)
	if err != nil || sha == "" {
		return nil, err
	}
	return c.commitAt(ctx, r, sha)
}

func (c *Client) commitAt(ctx context.Context, r repository, sha string) (*commit, error) {
	found, _, err := c.github.Git.GetCommit(ctx, r.owner, r.name, sha)
	if err != nil {
		return nil, c.explain(ctx, "read commit "+sha, err)
	}
	return commitOf(found), nil
}

// ref returns the commit that a branch points to, empty if there is no such branch.
func (c *Client) ref(ctx context.Context, r repository, branch string) (string, error) {
	ref, _, err := c.github.Git.GetRef(ctx, r.owner, r.name, "heads/"+branch)
	err = c.explain(ctx, "read branch "+branch, err)
	if hasStatus(err, http.StatusNotFound) || hasStatus(err, http.StatusConflict) {
		return "", nil // 409 is an empty repository
	}
	return ref.GetObject().GetSHA(), err
}

func commitOf(c *github.Commit) *commit {
	found := &commit{
		sha: c.GetSHA(), tree: c.GetTree().GetSHA(), message: c.GetMessage(),
		verified: c.GetVerification().GetVerified(), reason: c.GetVerification().GetReason(),
	}
	for _, parent := range c.Parents {
		found.parents = append(found.parents, parent.GetSHA())
	}
	return found
}
