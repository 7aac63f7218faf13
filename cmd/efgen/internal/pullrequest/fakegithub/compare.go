package fakegithub

import (
	"net/http"
	"slices"
	"strings"
)

func (s *Server) compare(r *http.Request) answer {
	from, to, _ := strings.Cut(r.PathValue("basehead"), "...")
	base, head := s.resolveCommit(from), s.resolveCommit(to)
	if base == "" || head == "" {
		return notFound()
	}
	behind, ahead := s.store.history(base), s.store.history(head)
	common := mergeBase(behind, ahead)
	if common == "" {
		return notFound()
	}
	behind, ahead = without(behind, ahead), without(ahead, behind)
	commits := []object{}
	for _, sha := range ahead {
		commits = append(commits, s.repositoryCommit(s.store.commitOf(sha)))
	}
	self := "compare/" + from + "..." + to
	return ok(object{
		"url": s.api(self), "html_url": s.html(self), "permalink_url": s.html(self),
		"diff_url": s.html(self, ".diff"), "patch_url": s.html(self, ".patch"),
		"base_commit": s.repositoryCommit(s.store.commitOf(base)), "merge_base_commit": s.repositoryCommit(s.store.commitOf(common)),
		"status": relation(len(ahead), len(behind)), "ahead_by": len(ahead), "behind_by": len(behind),
		"total_commits": len(ahead), "commits": commits,
	})
}

func without(commits, others []string) []string {
	return slices.DeleteFunc(slices.Clone(commits), func(sha string) bool { return slices.Contains(others, sha) })
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
