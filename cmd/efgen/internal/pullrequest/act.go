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
	// maxInline bounds in bytes what goes into a tree as text, which JSON may make
	// six times as long; the rest goes before it as blobs.
	maxInline = maxChunkBytes / 8
	// chunkFrame is what a request holds beside its entries, at most.
	chunkFrame = 1 << 10
)

// act carries out a plan. Each step leaves what the next call understands.
func (c *Client) act(ctx context.Context, s *observation, w Want, p *plan, o Options, result *Result) error {
	if err := c.closeStrays(ctx, s); err != nil {
		return err
	}
	if p.pull == closePull {
		if err := c.closePull(ctx, s.repository, s.open, closingComment, p.body); err != nil {
			return err
		}
	}
	switch p.branch {
	case setBranch:
		made, err := c.commit(ctx, s, w, p)
		if err != nil {
			return err
		}
		if o.RequireVerified && !made.verified {
			return &BlockedError{
				Reason: fmt.Sprintf("GitHub has not verified the commit's signature: %s", oneLine(c.redact(made.reason))),
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
	if s.branch == nil {
		return ""
	}
	return s.branch.sha
}

// commit stores the trees and the commit; nothing points to them yet.
func (c *Client) commit(ctx context.Context, s *observation, w Want, p *plan) (*commit, error) {
	r := s.repository
	expected := expectedTree(s, w, p.changes)
	entries, err := c.entries(ctx, r, w, p.changes)
	if err != nil {
		return nil, err
	}
	made := s.head.tree
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
	// Author and committer are left to GitHub, which then signs what an App commits.
	stored, _, err := c.github.Git.CreateCommit(ctx, r.owner, r.name, &github.Commit{
		Message: github.String(w.message(p.title, s, expected)),
		Tree:    &github.Tree{SHA: &expected}, Parents: []*github.Commit{{SHA: &s.head.sha}},
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
	return rootSHA(s.folders, w.Path, treeSHA(files))
}

// entries are the changes as GitHub takes them, removals first. What is no text,
// which JSON would spoil, or long, is stored before.
func (c *Client) entries(ctx context.Context, r repository, w Want, changes []change) ([]*github.TreeEntry, error) {
	var removed, written []*github.TreeEntry
	for _, change := range changes {
		e := &github.TreeEntry{Path: github.String(path.Join(w.Path, change.Path)), Mode: github.String(modeFile), Type: github.String("blob")}
		switch {
		case change.Kind == tree.Removed:
			removed = append(removed, e) // neither SHA nor content: GitHub removes it
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

// chunks cuts entries into what GitHub takes at once. Removals go on their own: a
// file may take the place of a folder, or the other way round.
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
