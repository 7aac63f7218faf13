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

func (s *Server) empty() bool {
	return len(s.store.references()) == 0
}

func emptyRepository() answer {
	return failure(http.StatusConflict, "Git Repository is empty.")
}

// seen is the commit that a reader sees at a reference, which may lag behind.
func (s *Server) seen(ref string) string {
	if late := s.lagging[ref]; late != nil && late.reads > 0 {
		late.reads--
		return late.old
	}
	return s.head(ref)
}

// move lets a reference name another commit; "" is none, for creating and deleting.
func (s *Server) move(ref, from, to string) bool {
	if s.store.point(ref, to) != nil {
		return false
	}
	s.lagging[ref] = &lag{old: from, reads: s.Lag}
	if branch, isBranch := strings.CutPrefix(ref, branches); isBranch {
		s.pushed(branch, from, to)
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
	if s.empty() {
		return emptyRepository()
	}
	sha := s.seen(ref)
	if sha == "" {
		return notFound(r)
	}
	return ok(s.reference(ref, sha))
}

func (s *Server) matchingRefs(r *http.Request) answer {
	if s.empty() {
		return emptyRepository()
	}
	found := []object{}
	for _, ref := range slices.Sorted(maps.Keys(s.store.references())) {
		if strings.HasPrefix(ref, "refs/"+r.PathValue("ref")) {
			if sha := s.seen(ref); sha != "" {
				found = append(found, s.reference(ref, sha))
			}
		}
	}
	return page(r, s.URL, found)
}

func (s *Server) createRef(r *http.Request) answer {
	request, readable := read[struct{ Ref, SHA string }](r)
	switch {
	case !readable:
		return unreadable()
	case s.empty():
		return emptyRepository()
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

func (s *Server) updateRef(r *http.Request) answer {
	ref := "refs/" + r.PathValue("ref")
	request, readable := read[struct {
		SHA   string
		Force bool
	}](r)
	old := s.head(ref)
	switch {
	case !readable:
		return unreadable()
	case s.empty():
		return emptyRepository()
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
	if s.empty() {
		return emptyRepository()
	}
	if old := s.head(ref); old == "" || !s.move(ref, old, "") {
		return unprocessable("Reference does not exist")
	}
	return answer{status: http.StatusNoContent}
}

// pushed tells the proposals that a branch has moved.
func (s *Server) pushed(branch, from, to string) {
	for _, pull := range s.pulls {
		switch {
		case pull.HeadOwner == Owner && pull.Head == branch:
			s.headMoved(pull, from, to)
		case pull.Base == branch && pull.State == open && to != "" && s.store.ancestor(pull.HeadSHA, to):
			s.close(pull, true)
			pull.MergeSHA = to
		}
	}
}

// headMoved follows a branch, and closes its proposal as GitHub does when nothing is
// left between branch and base. GitHub reopens no proposal whose branch was replaced.
func (s *Server) headMoved(pull *Pull, from, to string) {
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
