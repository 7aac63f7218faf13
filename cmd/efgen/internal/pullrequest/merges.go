package pullrequest

import (
	"context"
	"maps"
	"net/http"

	"github.com/google/go-github/v60/github"
)

// observeBranch reads the commits of the proposal's branch, if its head alone does not
// show who made them, or whether they are on the base.
func (c *Client) observeBranch(ctx context.Context, s *observation, w Want) (err error) {
	if s.branchHead, err = c.readBranch(ctx, s.repository, w.branch()); err != nil || s.branchHead == nil {
		return err
	}
	own := s.branchHead.isOwn(w.Environment)
	if own && s.branchHead.parents[0] == s.baseHead.sha || !own && len(s.branchHead.parents) != 2 {
		return nil
	}
	ahead, err := c.commitsAhead(ctx, s)
	if err != nil {
		return err
	}
	if own {
		s.offBase = len(ahead) != 1
		return nil
	}
	first := commitBeforeMerges(s.branchHead.sha, ahead)
	if first == nil || !first.isOwn(w.Environment) {
		return nil
	}
	plain, err := c.isPlainMerge(ctx, s.repository, s.branchHead, first)
	if plain {
		s.beforeMerges = first
	}
	return err
}

// maxAhead bounds how many commits are read: one page of GitHub's.
const maxAhead = 100

// commitsAhead returns the commits of the branch that are not on the base; nil if there
// are too many, or if the two branches have no commit in common.
func (c *Client) commitsAhead(ctx context.Context, s *observation) ([]*commit, error) {
	r := s.repository
	found, _, err := c.github.Repositories.CompareCommits(ctx, r.owner, r.name, s.baseHead.sha, s.branchHead.sha, &github.ListOptions{PerPage: maxAhead})
	if err = c.explain(ctx, "compare the branch with "+s.base, err); hasStatus(err, http.StatusNotFound) {
		return nil, nil
	}
	if err != nil || found.GetTotalCommits() > len(found.Commits) {
		return nil, err
	}
	var all []*commit
	for _, one := range found.Commits {
		inner := one.GetCommit()
		all = append(all, commitOf(&github.Commit{
			SHA: one.SHA, Parents: one.Parents, Tree: inner.Tree, Message: inner.Message, Verification: inner.Verification,
		}))
	}
	return all, nil
}

// commitBeforeMerges returns the one commit into which the base was merged, as GitHub's
// button "Update branch" does. It returns nil if the branch has any other commit, for
// instance because another branch was merged.
func commitBeforeMerges(head string, ahead []*commit) *commit {
	left := map[string]*commit{}
	for _, c := range ahead {
		left[c.sha] = c
	}
	for at := head; left[at] != nil; {
		c := left[at]
		delete(left, at)
		switch {
		case len(c.parents) == 1 && len(left) == 0:
			return c
		case len(c.parents) != 2:
			return nil
		}
		at = c.parents[0]
	}
	return nil
}

// isPlainMerge reports whether a merge of the base into efgen's commit contains nothing
// else: the tree of the base, with efgen's changes in the deploy path.
func (c *Client) isPlainMerge(ctx context.Context, r repository, merge, own *commit) (bool, error) {
	merged, err := c.readCommit(ctx, r, merge.parents[1])
	if err != nil {
		return false, err
	}
	theirs, err := c.findDeployFolder(ctx, r, merged.tree, own.path())
	if err != nil {
		return false, err
	}
	ours, err := c.findDeployFolder(ctx, r, own.tree, own.path())
	if err != nil || ours.tree == "" {
		return false, err
	}
	isMerge := func(folder string) bool { return rootSHA(theirs.parents, own.path(), folder) == merge.tree }
	if isMerge(ours.tree) {
		return true, nil
	}
	combined, err := c.combine(ctx, r, own, ours, theirs)
	return combined != "" && isMerge(combined), err
}

// combine returns the tree of the deploy path on the base with the changes of efgen's
// commit: other people may have added files there on the base.
func (c *Client) combine(ctx context.Context, r repository, own *commit, ours, theirs deployFolder) (string, error) {
	parent, err := c.readCommit(ctx, r, own.parents[0])
	if err != nil {
		return "", err
	}
	before, err := c.findDeployFolder(ctx, r, parent.tree, own.path())
	if err != nil {
		return "", err
	}
	var files [3]map[string]entry
	for i, folder := range []deployFolder{before, ours, theirs} {
		if files[i], err = c.filesIn(ctx, r, folder); err != nil {
			return "", err
		}
	}
	old, new, combined := files[0], files[1], map[string]entry{}
	maps.Copy(combined, files[2])
	for file, e := range new {
		if old[file] != e {
			combined[file] = e
		}
	}
	maps.DeleteFunc(combined, func(file string, _ entry) bool {
		_, was := old[file]
		_, is := new[file]
		return was && !is
	})
	return treeSHA(combined), nil
}
