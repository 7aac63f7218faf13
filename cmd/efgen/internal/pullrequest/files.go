package pullrequest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"

	"github.com/efgen/efgen/generate/tree"
)

// maxFolders bounds how many folders of a deploy path are listed one by one.
const maxFolders = 1000

// A descent is what lies between the root of a tree and the deploy path.
type descent struct {
	// folders are the entries of the root and of each folder on the way, as far as they
	// exist.
	folders []map[string]entry
	// obstacle is what stands where a folder on the way should be.
	obstacle string
	// managed is the tree of the deploy path, empty if there is none.
	managed string
}

func (c *Client) observeFiles(ctx context.Context, s *observation, w Want) (err error) {
	if s.descent, err = c.descend(ctx, s.repository, s.head.tree, w.Path); err != nil || s.managed == "" {
		return err
	}
	s.files, err = c.listAll(ctx, s.repository, s.managed)
	return err
}

// descend goes down from a root to the deploy path.
func (c *Client) descend(ctx context.Context, r repository, id, deployPath string) (descent, error) {
	d, at := descent{}, ""
	for name := range strings.SplitSeq(deployPath, "/") {
		entries, err := c.list(ctx, r, id)
		if err != nil {
			return d, err
		}
		d.folders = append(d.folders, entries)
		at = path.Join(at, name)
		below, found := entries[name]
		if !found {
			return d, nil
		}
		if below.mode != modeFolder {
			d.obstacle = at
			return d, nil
		}
		id = below.sha
	}
	d.managed = id
	return d, nil
}

// list returns the entries of one folder.
func (c *Client) list(ctx context.Context, r repository, id string) (map[string]entry, error) {
	found, err := c.tree(ctx, r, id, false)
	if err != nil {
		return nil, err
	}
	if found.GetTruncated() {
		return nil, &RemoteError{Status: http.StatusOK, Reason: fmt.Sprintf("%s has a folder with more files than GitHub lists", r)}
	}
	entries := map[string]entry{}
	for _, e := range found.Entries {
		entries[e.GetPath()] = entry{e.GetMode(), e.GetSHA()}
	}
	return entries, nil
}

// listAll returns everything below a folder but the folders themselves. What
// GitHub lists only in part is listed folder by folder: what is missing in a list
// would look as if it had been removed.
func (c *Client) listAll(ctx context.Context, r repository, id string) (map[string]entry, error) {
	found, err := c.tree(ctx, r, id, true)
	if err != nil {
		return nil, err
	}
	if found.GetTruncated() {
		return c.walk(ctx, r, id)
	}
	files := map[string]entry{}
	for _, e := range found.Entries {
		if e.GetMode() != modeFolder {
			files[e.GetPath()] = entry{e.GetMode(), e.GetSHA()}
		}
	}
	return files, nil
}

func (c *Client) walk(ctx context.Context, r repository, id string) (map[string]entry, error) {
	type folder struct{ path, id string }
	files := map[string]entry{}
	listed := 0
	for folders := []folder{{"", id}}; len(folders) > 0; folders = folders[1:] {
		if listed++; listed > maxFolders {
			return nil, &RefusedError{[]string{fmt.Sprintf("the deploy path in %s has more than %d folders; choose one that is efgen's own", r, maxFolders)}}
		}
		entries, err := c.list(ctx, r, folders[0].id)
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			at := path.Join(folders[0].path, name)
			if entries[name].mode == modeFolder {
				folders = append(folders, folder{at, entries[name].sha})
			} else {
				files[at] = entries[name]
			}
		}
	}
	return files, nil
}

func (c *Client) tree(ctx context.Context, r repository, id string, recursive bool) (*github.Tree, error) {
	found, _, err := c.github.Git.GetTree(ctx, r.owner, r.name, id, recursive)
	return found, c.explain(ctx, fmt.Sprintf("list the files of %s", r), err)
}

func (c *Client) observeLedger(ctx context.Context, s *observation, _ Want) error {
	file, found := s.files[tree.LedgerName]
	if !found || !file.isFile() {
		return nil
	}
	text, err := c.blob(ctx, s.repository, file.sha)
	if err != nil {
		return err
	}
	s.ledger, s.ledgerError = tree.ParseLedger(text)
	return nil
}

// observeOld reads the files of efgen's that are not as wanted: whether somebody
// has edited them shows only in their bytes.
func (c *Client) observeOld(ctx context.Context, s *observation, w Want) error {
	wanted := w.contents()
	var ids []string
	for p := range s.ledger {
		file, there := s.files[p]
		data, isWanted := wanted[p]
		if there && file.isFile() && !(isWanted && blobSHA(data) == file.sha) {
			ids = append(ids, file.sha)
		}
	}
	slices.Sort(ids)
	var err error
	s.old, err = c.blobs(ctx, s.repository, slices.Compact(ids))
	return err
}
