package pullrequest

import (
	"context"
	"maps"
	"net/http"

	"github.com/google/go-github/v60/github"
)

// observeBranch looks at the commits of the proposal's branch where the head alone does
// not tell whose they are, or whether they are on the base.
func (c *Client) observeBranch(ctx context.Context, s *observation, w Want) (err error) {
	if s.branch, err = c.branch(ctx, s.repository, w.branch()); err != nil || s.branch == nil {
		return err
	}
	ours := s.branch.isOurs(w.Environment)
	if ours && s.branch.parents[0] == s.head.sha || !ours && len(s.branch.parents) != 2 {
		return nil
	}
	ahead, err := c.ahead(ctx, s)
	if err != nil {
		return err
	}
	if ours {
		s.adrift = len(ahead) != 1
		return nil
	}
	below := belowMerges(s.branch.sha, ahead)
	if below == nil || !below.isOurs(w.Environment) {
		return nil
	}
	pure, err := c.addsNothing(ctx, s.repository, s.branch, below)
	if pure {
		s.below = below
	}
	return err
}

// maxAhead bounds how many commits are looked at: a page of GitHub's.
const maxAhead = 100

// ahead returns the commits of the branch that the base does not hold, nil if there
// are too many, or if the two have nothing in common.
func (c *Client) ahead(ctx context.Context, s *observation) ([]*commit, error) {
	r := s.repository
	found, _, err := c.github.Repositories.CompareCommits(ctx, r.owner, r.name, s.head.sha, s.branch.sha, &github.ListOptions{PerPage: maxAhead})
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

// belowMerges returns the one commit below merges of the base into it, as GitHub's button
// "Update branch" makes them; nil if anything else is ahead of the base, as it is after
// the merge of another branch.
func belowMerges(head string, ahead []*commit) *commit {
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

// addsNothing tells whether a merge holds nothing of its own: what was merged, with what
// is below it in the deploy path.
func (c *Client) addsNothing(ctx context.Context, r repository, merge, below *commit) (bool, error) {
	merged, err := c.commitAt(ctx, r, merge.parents[1])
	if err != nil {
		return false, err
	}
	around, err := c.descend(ctx, r, merged.tree, below.path())
	if err != nil {
		return false, err
	}
	inside, err := c.descend(ctx, r, below.tree, below.path())
	if err != nil || inside.managed == "" {
		return false, err
	}
	if rootSHA(around.folders, below.path(), inside.managed) == merge.tree {
		return true, nil
	}
	inside.managed, err = c.carriedOver(ctx, r, below, inside, around)
	return inside.managed != "" && rootSHA(around.folders, below.path(), inside.managed) == merge.tree, err
}

// carriedOver is the deploy path of what was merged with the changes of efgen's commit in
// it: the base may have got files of other people there.
func (c *Client) carriedOver(ctx context.Context, r repository, below *commit, inside, around descent) (string, error) {
	parent, err := c.commitAt(ctx, r, below.parents[0])
	if err != nil {
		return "", err
	}
	before, err := c.descend(ctx, r, parent.tree, below.path())
	if err != nil {
		return "", err
	}
	var files [3]map[string]entry
	for i, d := range []descent{before, inside, around} {
		if d.managed != "" {
			if files[i], err = c.listAll(ctx, r, d.managed); err != nil {
				return "", err
			}
		}
	}
	old, new, whole := files[0], files[1], map[string]entry{}
	maps.Copy(whole, files[2])
	for file, e := range new {
		if old[file] != e {
			whole[file] = e
		}
	}
	maps.DeleteFunc(whole, func(file string, _ entry) bool {
		_, was := old[file]
		_, is := new[file]
		return was && !is
	})
	return treeSHA(whole), nil
}
