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
	if s.empty() {
		return emptyRepository()
	}
	if kind != "tree" && kind != "commit" {
		return notFound(r)
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

func (s *Server) entries(listed []object, tree, prefix string, recursive bool) []object {
	for name, leaf := range s.store.each(tree) {
		kind := kindOf(leaf.mode)
		entry := object{"path": prefix + name, "mode": fmt.Sprintf("%06s", leaf.mode), "type": kind, "sha": leaf.sha}
		if kind == "blob" {
			_, _, content := s.store.object(leaf.sha)
			entry["size"] = len(content)
		}
		if kind != "commit" {
			entry["url"] = s.api("git/"+kind+"s/", leaf.sha)
		}
		listed = append(listed, entry)
		if kind == "tree" && recursive {
			listed = s.entries(listed, leaf.sha, prefix+name+"/", recursive)
		}
	}
	return listed
}

type treeEntry struct {
	Path, Mode, Type string
	Content          *string
	SHA              json.RawMessage // absent, null, or a text
}

func (s *Server) createTree(r *http.Request) answer {
	request, readable := read[struct {
		Base string      `json:"base_tree"`
		Tree []treeEntry `json:"tree"`
	}](r)
	switch {
	case !readable:
		return unreadable()
	case s.empty():
		return emptyRepository()
	case len(request.Tree) == 0:
		return unprocessable("Invalid tree info")
	case len(request.Tree) > maxEntries || r.ContentLength > maxTreeBytes:
		return failure(http.StatusBadGateway, "Sorry, your request timed out. It's likely that your input was too large to process. Consider building the tree incrementally.")
	}
	base, kind, _ := s.store.object(request.Base)
	if request.Base != "" && kind != "tree" && kind != "commit" {
		return notFound(r)
	}
	if kind == "commit" {
		base = s.store.treeOf(base)
	}
	changes := map[string]leaf{}
	for _, entry := range request.Tree {
		change, problem := s.change(base, entry)
		if problem != "" {
			return unprocessable(problem)
		}
		changes[entry.Path] = change // of several for one path, the last one counts
	}
	return created(s.tree(s.store.graft(base, changes), false))
}

// change is what an entry asks for, or what GitHub says against it.
func (s *Server) change(base string, entry treeEntry) (change leaf, problem string) {
	switch {
	case !properPath(entry.Path):
		return leaf{}, "tree.path contains a malformed path component"
	case string(entry.SHA) == "null" && entry.Content == nil:
		if s.store.at(base, entry.Path).sha == "" {
			return leaf{}, "GitRPC::BadObjectState"
		}
		return leaf{}, ""
	case !slices.Contains([]string{"100644", "100755", "120000", "040000", "160000"}, entry.Mode):
		return leaf{}, "Must supply a valid tree.mode"
	case (entry.SHA == nil) == (entry.Content == nil):
		return leaf{}, "Must supply either tree.sha or tree.content"
	case entry.Content != nil:
		return leaf{entry.Mode, s.store.write("blob", []byte(*entry.Content))}, ""
	}
	sha := strings.Trim(string(entry.SHA), `"`)
	if kind := kindOf(entry.Mode); kind != "commit" && !s.store.is(kind, sha) {
		return leaf{}, "tree.sha " + sha + " is not a valid " + kind
	}
	return leaf{strings.TrimPrefix(entry.Mode, "0"), sha}, ""
}

func properPath(path string) bool {
	for name := range strings.SplitSeq(path, "/") {
		if slices.Contains([]string{"", ".", "..", ".git"}, strings.ToLower(name)) {
			return false
		}
	}
	return !strings.ContainsRune(path, 0)
}
