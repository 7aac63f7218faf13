package fakegithub

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// GitHub documents no such limits: above them people saw 502 and "timed out".
const (
	maxEntries   = 200
	maxTreeBytes = 2_500_000
)

func (s *Server) getTree(r *http.Request) answer {
	name := r.PathValue("tree")
	sha, kind, _ := s.store.object(name)
	if sha == "" {
		sha, kind, _ = s.store.object("refs/heads/" + name)
	}
	if kind != "tree" && kind != "commit" {
		return notFound()
	}
	return ok(s.tree(sha, r.URL.Query().Has("recursive")))
}

// tree describes a tree under the name that was asked for, that of a commit too.
func (s *Server) tree(sha string, recursive bool) object {
	entries := s.entries([]object{}, sha, "", recursive)
	truncated := recursive && s.TruncateAfter > 0 && len(entries) > s.TruncateAfter
	if truncated {
		entries = entries[:s.TruncateAfter]
	}
	return object{"sha": sha, "url": s.api("git/trees/", sha), "tree": entries, "truncated": truncated}
}

// entries appends the entries of a tree to those that are listed already.
func (s *Server) entries(listed []object, tree, prefix string, recursive bool) []object {
	for name, e := range s.store.entries(tree) {
		kind := kindOf(e.mode)
		shown := object{"path": prefix + name, "mode": fmt.Sprintf("%06s", e.mode), "type": kind, "sha": e.sha}
		if kind == "blob" {
			_, _, content := s.store.object(e.sha)
			shown["size"] = len(content)
		}
		if kind != "commit" {
			shown["url"] = s.api("git/"+kind+"s/", e.sha)
		}
		listed = append(listed, shown)
		if kind == "tree" && recursive {
			listed = s.entries(listed, e.sha, prefix+name+"/", recursive)
		}
	}
	return listed
}

type treeRequest struct {
	Base string       `json:"base_tree"`
	Tree []treeChange `json:"tree"`
}

type treeChange struct {
	Path, Mode, Type string
	Content          *string
	SHA              json.RawMessage // absent, null, or a text
}

func (s *Server) createTree(r *http.Request, request treeRequest) answer {
	switch {
	case len(request.Tree) == 0:
		return unprocessable("Invalid tree info")
	case len(request.Tree) > maxEntries || r.ContentLength > maxTreeBytes:
		return failure(http.StatusBadGateway, "Sorry, your request timed out. It's likely that your input was too large to process. Consider building the tree incrementally.")
	}
	base, kind, _ := s.store.object(request.Base)
	if request.Base != "" && kind != "tree" && kind != "commit" {
		return notFound()
	}
	if kind == "commit" {
		base = s.store.treeOf(base)
	}
	changes := map[string]entry{}
	for _, change := range request.Tree {
		changed, problem := s.changedEntry(base, change)
		if problem != "" {
			return unprocessable(problem)
		}
		changes[change.Path] = changed // of several for one path, the last one counts
	}
	return created(s.tree(s.store.changedTree(base, changes), false))
}

// changedEntry is the entry that a change asks for, or GitHub's words against it.
func (s *Server) changedEntry(base string, change treeChange) (changed entry, problem string) {
	switch {
	case !isProperPath(change.Path):
		return entry{}, "tree.path contains a malformed path component"
	case string(change.SHA) == "null" && change.Content == nil:
		if s.store.entryAt(base, change.Path).sha == "" {
			return entry{}, "GitRPC::BadObjectState"
		}
		return entry{}, ""
	case !slices.Contains([]string{"100644", "100755", "120000", "040000", "160000"}, change.Mode):
		return entry{}, "Must supply a valid tree.mode"
	case (change.SHA == nil) == (change.Content == nil):
		return entry{}, "Must supply either tree.sha or tree.content"
	case change.Content != nil:
		return entry{change.Mode, s.store.write("blob", []byte(*change.Content))}, ""
	}
	sha := strings.Trim(string(change.SHA), `"`)
	if kind := kindOf(change.Mode); kind != "commit" && !s.store.is(kind, sha) {
		return entry{}, "tree.sha " + sha + " is not a valid " + kind
	}
	return entry{strings.TrimPrefix(change.Mode, "0"), sha}, ""
}

func isProperPath(path string) bool {
	for name := range strings.SplitSeq(path, "/") {
		if slices.Contains([]string{"", ".", "..", ".git"}, strings.ToLower(name)) {
			return false
		}
	}
	return !strings.ContainsRune(path, 0)
}
