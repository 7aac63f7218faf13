package pullrequest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/tree"
)

// refusals says why the deploy path is not efgen's to write, nil if it is.
func refusals(s *observation, w Want) []string {
	at := func(p string) string { return path.Join(w.Path, p) }
	if s.obstacle != "" {
		return []string{fmt.Sprintf("%s: a file or link on the way to the deploy path; choose another deploy.path", s.obstacle)}
	}
	if s.ledgerError != nil {
		return []string{fmt.Sprintf("%s: %v; restore it from the history of the repository", at(tree.LedgerName), s.ledgerError)}
	}
	var reasons []string
	wanted := w.contents()
	for _, p := range slices.Sorted(maps.Keys(s.files)) {
		if reason := s.controllers(p); reason != "" {
			reasons = append(reasons, at(p)+": "+reason)
		} else if reason := s.inTheWay(p, wanted); reason != "" {
			reasons = append(reasons, at(p)+": "+reason)
		}
	}
	return reasons
}

// controllers knows the files by which Flux or kustomize would take efgen's for
// something else. With Flux's own beside it, an efgen kustomization.yaml makes
// Flux remove itself.
func (s *observation) controllers(p string) string {
	first, _, nested := strings.Cut(p, "/")
	base := path.Base(p)
	switch {
	case s.owned(p):
		return ""
	case nested && first == "flux-system", strings.HasPrefix(base, "gotk-") && path.Ext(base) == ".yaml":
		return "Flux's own; choose another deploy.path, for efgen's kustomization.yaml would make Flux remove itself"
	case slices.Contains([]string{"kustomization.yaml", "kustomization.yml", "Kustomization"}, p):
		return "not efgen's; choose another deploy.path, for there can be only one kustomization in a folder"
	}
	return ""
}

// inTheWay says why a file that is there keeps efgen from writing its own.
func (s *observation) inTheWay(p string, wanted map[string][]byte) string {
	data, isWanted := wanted[p]
	owned := s.owned(p)
	switch {
	case (isWanted || owned) && !s.files[p].isFile():
		return "neither a file nor a folder of efgen's; move it away"
	case isWanted && !owned && blobSHA(data) != s.files[p].sha:
		return "not efgen's: its ledger does not list this file; move it away or choose another deploy.path"
	case isWanted || owned:
		return ""
	}
	for other := range wanted {
		switch {
		case strings.HasPrefix(other, p+"/"):
			return "a file where a folder should be; move it away"
		case strings.HasPrefix(p, other+"/"):
			return "in a folder where a file should be; move it away"
		case strings.EqualFold(p, other):
			return fmt.Sprintf("differs from %q in case only; some systems take the two for one, so move it away", other)
		}
	}
	return ""
}

// edited lists the files of efgen's in the deploy path that are neither as efgen
// wrote them nor as they are to be.
func edited(s *observation, w Want) []string {
	var paths []string
	wanted := w.contents()
	for p := range s.ledger {
		if data, differs := s.old[s.files[p].sha]; differs && !s.asWanted(p, wanted) && !s.ledger.Owns(p, tree.HashOf(data)) {
			paths = append(paths, path.Join(w.Path, p))
		}
	}
	slices.Sort(paths)
	return paths
}

func (s *observation) asWanted(p string, wanted map[string][]byte) bool {
	data, isWanted := wanted[p]
	return isWanted && blobSHA(data) == s.files[p].sha
}
