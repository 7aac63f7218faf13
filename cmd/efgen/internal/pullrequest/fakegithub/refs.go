package fakegithub

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

const branches = "refs/heads/"

// head is the commit that a reference names now, "" for none.
func (s *Server) head(ref string) string {
	sha, _, _ := s.store.object(ref)
	return sha
}

// visibleHead is the commit that a reader sees at a reference, for a while the old one.
func (s *Server) visibleHead(ref string) string {
	if late := s.lagging[ref]; late != nil && late.reads > 0 {
		late.reads--
		return late.old
	}
	return s.head(ref)
}

// move points a reference to another commit, "" for none, and reports whether it could.
func (s *Server) move(ref, from, to string) bool {
	if s.store.setReference(ref, to) != nil {
		return false
	}
	s.lagging[ref] = &lag{old: from, reads: s.Lag}
	if branch, isBranch := strings.CutPrefix(ref, branches); isBranch {
		s.updatePulls(branch, from, to)
	}
	return true
}

func orZero(sha string) string {
	if sha == "" {
		return zero
	}
	return sha
}

func (s *Server) reference(ref, sha string) object {
	_, kind, _ := s.store.object(sha)
	return object{
		"ref": ref, "node_id": "REF_" + ref, "url": s.api("git/", ref),
		"object": object{"type": kind, "sha": sha, "url": s.api("git/"+kind+"s/", sha)},
	}
}

func (s *Server) getRef(r *http.Request) answer {
	ref := "refs/" + r.PathValue("ref")
	sha := s.visibleHead(ref)
	if sha == "" {
		return notFound()
	}
	return ok(s.reference(ref, sha))
}

func (s *Server) matchingRefs(r *http.Request) answer {
	found := []object{}
	for _, ref := range slices.Sorted(maps.Keys(s.store.references())) {
		if strings.HasPrefix(ref, "refs/"+r.PathValue("ref")) {
			if sha := s.visibleHead(ref); sha != "" {
				found = append(found, s.reference(ref, sha))
			}
		}
	}
	return page(r, s.URL, found)
}

func (s *Server) createRef(_ *http.Request, request struct{ Ref, SHA string }) answer {
	switch {
	case !strings.HasPrefix(request.Ref, "refs/") || strings.Count(request.Ref, "/") < 2:
		return unprocessable("Reference name must start with 'refs/' and contain at least two slashes")
	case s.head(request.Ref) != "":
		return unprocessable("Reference already exists")
	case !s.store.is("commit", request.SHA):
		return unprocessable("Object does not exist")
	case !s.move(request.Ref, "", request.SHA):
		return unprocessable("Reference update failed")
	}
	return created(s.reference(request.Ref, request.SHA))
}

func (s *Server) updateRef(r *http.Request, request struct {
	SHA   string
	Force bool
}) answer {
	ref := "refs/" + r.PathValue("ref")
	old := s.head(ref)
	switch {
	case old == "":
		return unprocessable("Reference does not exist")
	case !s.store.is("commit", request.SHA):
		return unprocessable("Object does not exist")
	case !request.Force && !s.store.ancestor(old, request.SHA):
		return unprocessable("Update is not a fast forward")
	case old != request.SHA && !s.move(ref, old, request.SHA):
		return unprocessable("Reference update failed")
	}
	return ok(s.reference(ref, request.SHA))
}

func (s *Server) deleteRef(r *http.Request) answer {
	ref := "refs/" + r.PathValue("ref")
	if old := s.head(ref); old == "" || !s.move(ref, old, "") {
		return unprocessable("Reference does not exist")
	}
	return answer{status: http.StatusNoContent}
}

// updatePulls updates the pull requests from and to a branch that has moved.
func (s *Server) updatePulls(branch, from, to string) {
	for _, pull := range s.pulls {
		switch {
		case pull.HeadOwner == Owner && pull.Head == branch:
			s.updateHead(pull, from, to)
		case pull.Base == branch && pull.State == open && to != "" && s.store.ancestor(pull.HeadSHA, to):
			s.close(pull, true)
			pull.MergeSHA = to
		}
	}
}

// updateHead updates a pull request whose branch has moved. As on GitHub, it closes when
// nothing is left between branch and base, and cannot be reopened when the branch was
// replaced.
func (s *Server) updateHead(pull *Pull, from, to string) {
	if pull.State == closed {
		pull.replaced = pull.replaced || to == "" || !s.store.ancestor(pull.HeadSHA, to)
		return
	}
	base := s.head(branches + pull.Base)
	if to == "" || s.store.ancestor(to, base) {
		s.close(pull, false)
		pull.replaced = to != "" && !s.store.ancestor(from, to)
		return
	}
	pull.HeadSHA, pull.BaseSHA = to, base
}
