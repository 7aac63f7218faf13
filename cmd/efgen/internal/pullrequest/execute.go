package pullrequest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"unicode/utf8"

	"github.com/google/go-github/v60/github"

	"github.com/efgen/efgen/generate/tree"
)

// GitHub gives up on trees of some hundred files or 2.5 MB at once.
const (
	maxChunkEntries = 100
	maxChunkBytes   = 1 << 20
	// maxInline bounds, in bytes, a file that is sent inside a tree, as text, which JSON
	// may make six times as long; other files are sent before, as blobs.
	maxInline = maxChunkBytes / 8
	// chunkFrame bounds, in bytes, the part of a request that is not its entries.
	chunkFrame = 1 << 10
)

// execute does what a plan says. If it stops after any step, the next call continues.
func (c *Client) execute(ctx context.Context, s *observation, w Want, p *plan, o Options, result *Result) error {
	if err := c.closeOtherBase(ctx, s); err != nil {
		return err
	}
	if p.pull == closePull {
		if err := c.commentAndClose(ctx, s.repository, s.open, closingComment, p.body); err != nil {
			return err
		}
	}
	switch p.branch {
	case keepBranch:
	case setBranch:
		made, err := c.storeCommit(ctx, s, w, p)
		if err != nil {
			return err
		}
		if o.RequireVerified && !made.verified {
			return &BlockedError{
				Reason: fmt.Sprintf("GitHub has not verified the commit's signature: %s", oneLine(c.redact(made.unverifiedReason))),
				Hint:   "use the token of an App, whose commits GitHub signs",
			}
		}
		if err := c.moveBranch(ctx, s.repository, w.branch(), s.branchSHA(), made.sha); err != nil {
			return err
		}
		result.HeadSHA, result.Verified = made.sha, made.verified
	case removeBranch:
		result.HeadSHA, result.Verified = "", false
		return c.moveBranch(ctx, s.repository, w.branch(), s.branchSHA(), "")
	}
	switch p.pull {
	case openPull:
		return c.open(ctx, s, w, p, result)
	case editPull:
		return c.edit(ctx, s, w, p, result)
	}
	return nil
}

func (s *observation) branchSHA() string {
	if s.branchHead == nil {
		return ""
	}
	return s.branchHead.sha
}

// storeCommit stores the trees and the commit; no branch points to them yet.
func (c *Client) storeCommit(ctx context.Context, s *observation, w Want, p *plan) (*commit, error) {
	r := s.repository
	expected := expectedTree(s, w, p.changes)
	entries, err := c.entries(ctx, r, w, p.changes)
	if err != nil {
		return nil, err
	}
	made := s.baseHead.tree
	for _, some := range chunks(entries) {
		stored, _, err := c.github.Git.CreateTree(ctx, r.owner, r.name, made, some)
		if err != nil {
			return nil, c.explain(ctx, "store files in "+r.String(), err)
		}
		made = stored.GetSHA()
	}
	if made != expected {
		return nil, &RemoteError{Status: 200, Reason: fmt.Sprintf("store files in %s: GitHub made tree %q, not %q; nothing is proposed", r, made, expected)}
	}
	// GitHub signs the commit of an App only if it may choose author and committer.
	stored, _, err := c.github.Git.CreateCommit(ctx, r.owner, r.name, &github.Commit{
		Message: github.String(w.commitMessage(p.title, s, expected)),
		Tree:    &github.Tree{SHA: &expected}, Parents: []*github.Commit{{SHA: &s.baseHead.sha}},
	}, nil)
	if err != nil {
		return nil, c.explain(ctx, "commit to "+r.String(), err)
	}
	return commitOf(stored), nil
}

// expectedTree is the ID of the base's tree with the changes.
func expectedTree(s *observation, w Want, changes []change) string {
	files := maps.Clone(s.files)
	if files == nil {
		files = map[string]entry{}
	}
	for _, change := range changes {
		if change.Kind == tree.Removed {
			delete(files, change.Path)
		} else {
			files[change.Path] = entry{modeFile, blobSHA(change.data)}
		}
	}
	return rootSHA(s.folder.parents, w.Path, treeSHA(files))
}

// entries are the changes in GitHub's form, removals first. It stores files before that
// are long, or are not text, which JSON would damage.
func (c *Client) entries(ctx context.Context, r repository, w Want, changes []change) ([]*github.TreeEntry, error) {
	var removed, written []*github.TreeEntry
	for _, change := range changes {
		e := &github.TreeEntry{Path: github.String(path.Join(w.Path, change.Path)), Mode: github.String(modeFile), Type: github.String("blob")}
		switch {
		case change.Kind == tree.Removed:
			removed = append(removed, e) // GitHub removes an entry without SHA and content
			continue
		case utf8.Valid(change.data) && len(change.data) <= maxInline:
			e.Content = github.String(string(change.data))
		default:
			if err := c.storeBlob(ctx, r, change.data); err != nil {
				return nil, err
			}
			e.SHA = github.String(blobSHA(change.data))
		}
		written = append(written, e)
	}
	return append(removed, written...), nil
}

func (c *Client) storeBlob(ctx context.Context, r repository, data []byte) error {
	_, _, err := c.github.Git.CreateBlob(ctx, r.owner, r.name, &github.Blob{
		Content: github.String(base64.StdEncoding.EncodeToString(data)), Encoding: github.String("base64"),
	})
	return c.explain(ctx, "store a file in "+r.String(), err)
}

// chunks divides entries into what GitHub accepts at once. Removals are apart, because a
// file may replace a folder, or a folder a file.
func chunks(entries []*github.TreeEntry) [][]*github.TreeEntry {
	var all [][]*github.TreeEntry
	size := 0
	for i, e := range entries {
		text, _ := json.Marshal(e) // of strings only
		writes := e.SHA != nil || e.Content != nil
		last := len(all) - 1
		size += len(text) + 1
		if i == 0 || len(all[last]) == maxChunkEntries || size > maxChunkBytes-chunkFrame ||
			writes && entries[i-1].SHA == nil && entries[i-1].Content == nil {
			all, size, last = append(all, nil), len(text)+1, last+1
		}
		all[last] = append(all[last], e)
	}
	return all
}
