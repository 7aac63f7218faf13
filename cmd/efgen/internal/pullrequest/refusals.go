package pullrequest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/tree"
)

// refusals lists why efgen must not write to the deploy path.
func refusals(s *observation, w Want) []string {
	at := func(p string) string { return path.Join(w.Path, p) }
	if s.folder.obstacle != "" {
		return []string{fmt.Sprintf("%s: a file or link on the way to the deploy path; choose another deploy.path", s.folder.obstacle)}
	}
	if s.ledgerError != nil {
		return []string{fmt.Sprintf("%s: %v; restore it from the history of the repository", at(tree.LedgerName), s.ledgerError)}
	}
	var reasons []string
	wanted := w.contents()
	for _, p := range slices.Sorted(maps.Keys(s.files)) {
		if reason := s.controllerConflict(p); reason != "" {
			reasons = append(reasons, at(p)+": "+reason)
		} else if reason := s.pathConflict(p, wanted); reason != "" {
			reasons = append(reasons, at(p)+": "+reason)
		}
	}
	return reasons
}

// controllerConflict says why a file of Flux or kustomize must not be beside efgen's: with
// efgen's kustomization.yaml beside its own files, Flux removes itself.
func (s *observation) controllerConflict(p string) string {
	first, _, nested := strings.Cut(p, "/")
	base := path.Base(p)
	switch {
	case s.isOwnFile(p):
		return ""
	case nested && first == "flux-system", strings.HasPrefix(base, "gotk-") && path.Ext(base) == ".yaml":
		return "Flux's own; choose another deploy.path, for efgen's kustomization.yaml would make Flux remove itself"
	case slices.Contains([]string{"kustomization.yaml", "kustomization.yml", "Kustomization"}, p):
		return "not efgen's; choose another deploy.path, for there can be only one kustomization in a folder"
	}
	return ""
}

// pathConflict says why efgen cannot write its files while this one is there.
func (s *observation) pathConflict(p string, wanted map[string][]byte) string {
	data, isWanted := wanted[p]
	own := s.isOwnFile(p)
	switch {
	case (isWanted || own) && !s.files[p].isFile():
		return "neither a file nor a folder of efgen's; move it away"
	case isWanted && !own && blobSHA(data) != s.files[p].sha:
		return "not efgen's: its ledger does not list this file; move it away or choose another deploy.path"
	case isWanted || own:
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

// editedFiles lists efgen's files in the deploy path that are neither as efgen wrote them
// nor as wanted.
func editedFiles(s *observation, w Want) []string {
	var paths []string
	wanted := w.contents()
	for p := range s.ledger {
		if data, differs := s.differing[s.files[p].sha]; differs && !s.isAsWanted(p, wanted) && !s.ledger.Owns(p, tree.HashOf(data)) {
			paths = append(paths, path.Join(w.Path, p))
		}
	}
	slices.Sort(paths)
	return paths
}

func (s *observation) isAsWanted(p string, wanted map[string][]byte) bool {
	data, isWanted := wanted[p]
	return isWanted && blobSHA(data) == s.files[p].sha
}
