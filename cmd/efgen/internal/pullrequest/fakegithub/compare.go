package fakegithub

import (
	"net/http"
	"strings"
)

func (s *Server) compare(r *http.Request) answer {
	from, to, _ := strings.Cut(r.PathValue("basehead"), "...")
	base, head := s.resolveCommit(from), s.resolveCommit(to)
	if base == "" || head == "" {
		return notFound(r)
	}
	fork, err := s.store.git("merge-base", base, head)
	if err != nil {
		return notFound(r) // no common ancestor
	}
	ahead := strings.Fields(s.store.must("rev-list", "--reverse", base+".."+head))
	behind := strings.Fields(s.store.must("rev-list", head+".."+base))
	commits := []object{}
	for _, sha := range ahead {
		commits = append(commits, s.repositoryCommit(s.store.commitOf(sha)))
	}
	self := "compare/" + from + "..." + to
	return ok(object{
		"url": s.api(self), "html_url": s.html(self), "permalink_url": s.html(self),
		"diff_url": s.html(self, ".diff"), "patch_url": s.html(self, ".patch"),
		"base_commit": s.repositoryCommit(s.store.commitOf(base)), "merge_base_commit": s.repositoryCommit(s.store.commitOf(fork)),
		"status": relation(len(ahead), len(behind)), "ahead_by": len(ahead), "behind_by": len(behind),
		"total_commits": len(ahead), "commits": commits,
	})
}

func (s *Server) resolveCommit(name string) string {
	if sha := s.head(branches + name); sha != "" {
		return sha
	}
	return s.store.commitOf(name).sha
}

func relation(ahead, behind int) string {
	switch {
	case ahead > 0 && behind > 0:
		return "diverged"
	case ahead > 0:
		return "ahead"
	case behind > 0:
		return "behind"
	}
	return "identical"
}
