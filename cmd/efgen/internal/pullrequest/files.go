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

// A deployFolder is the folder at the deploy path, with the folders that lead to it.
type deployFolder struct {
	// parents are the entries of the root and of each folder above, as far as they exist.
	parents []map[string]entry
	// obstacle is the path of a file or link in the place of one of these folders.
	obstacle string
	// tree is the ID of the folder's tree, empty if there is no such folder.
	tree string
}

// findDeployFolder looks for the deploy path in the tree of a commit.
func (c *Client) findDeployFolder(ctx context.Context, r repository, root, deployPath string) (deployFolder, error) {
	found, id, at := deployFolder{}, root, ""
	for name := range strings.SplitSeq(deployPath, "/") {
		entries, err := c.list(ctx, r, id)
		if err != nil {
			return found, err
		}
		found.parents = append(found.parents, entries)
		at = path.Join(at, name)
		next, exists := entries[name]
		if !exists {
			return found, nil
		}
		if next.mode != modeFolder {
			found.obstacle = at
			return found, nil
		}
		id = next.sha
	}
	found.tree = id
	return found, nil
}

// list returns the entries of one folder.
func (c *Client) list(ctx context.Context, r repository, id string) (map[string]entry, error) {
	found, err := c.readTree(ctx, r, id, false)
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

// filesIn returns everything below a deploy folder except folders, none if there is no
// such folder. If GitHub truncates the list, it lists folder by folder: a file that is
// missing in a list would look as if somebody had removed it.
func (c *Client) filesIn(ctx context.Context, r repository, folder deployFolder) (map[string]entry, error) {
	if folder.tree == "" {
		return nil, nil
	}
	found, err := c.readTree(ctx, r, folder.tree, true)
	if err != nil {
		return nil, err
	}
	if found.GetTruncated() {
		return c.walk(ctx, r, folder.tree)
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

func (c *Client) readTree(ctx context.Context, r repository, id string, recursive bool) (*github.Tree, error) {
	found, _, err := c.github.Git.GetTree(ctx, r.owner, r.name, id, recursive)
	return found, c.explain(ctx, fmt.Sprintf("list the files of %s", r), err)
}

func (c *Client) observeFiles(ctx context.Context, s *observation, w Want) (err error) {
	if s.folder, err = c.findDeployFolder(ctx, s.repository, s.baseHead.tree, w.Path); err != nil {
		return err
	}
	s.files, err = c.filesIn(ctx, s.repository, s.folder)
	return err
}

func (c *Client) observeLedger(ctx context.Context, s *observation, _ Want) error {
	file, found := s.files[tree.LedgerName]
	if !found || !file.isFile() {
		return nil
	}
	text, err := c.readBlob(ctx, s.repository, file.sha)
	if err != nil {
		return err
	}
	s.ledger, s.ledgerError = tree.ParseLedger(text)
	return nil
}

// observeDiffering reads efgen's files that are not as wanted: only their bytes show
// whether somebody has edited them.
func (c *Client) observeDiffering(ctx context.Context, s *observation, w Want) error {
	wanted := w.contents()
	var ids []string
	for p := range s.ledger {
		if file, exists := s.files[p]; exists && file.isFile() && !s.isAsWanted(p, wanted) {
			ids = append(ids, file.sha)
		}
	}
	slices.Sort(ids)
	var err error
	s.differing, err = c.readBlobs(ctx, s.repository, slices.Compact(ids))
	return err
}
