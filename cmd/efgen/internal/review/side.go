package review

import (
	"path"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/efgen/efgen/generate/tree"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/streaming"
)

// A side is an environment as it was, or as it is to be.
type side struct {
	*manifest.Set
	// namespace is the environment's own.
	namespace string
}

// at are the objects of one file, or the file itself if it holds none, or one that does
// not read.
func (s *side) at(name string) (all []*object) {
	file, found := s.File(name)
	if !found {
		return nil
	}
	asText := !manifest.IsYAML(name) || len(file.Data) > manifest.MaxFile
	for _, o := range s.In(name) {
		switch {
		case len(o.Fields.Keys()) > 0:
			all = append(all, newObject(o))
		case o.Fields == nil && !o.InList():
			asText = true
		}
	}
	if asText {
		all = append(all, newFile(file))
	}
	return all
}

// skipped are files that say again what others say: the ledger lists them all.
func skipped(file string) bool { return path.Base(file) == tree.LedgerName }

// has reports whether a file is there.
func (s *side) has(file string) bool {
	_, found := s.File(file)
	return found
}

// selected are the workloads of a side whose pods a selector selects.
func (s *side) selected(namespace string, selector *metav1.LabelSelector) []*manifest.Workload {
	return slices.DeleteFunc(slices.Clone(s.MaySelect(namespace, selector)), func(w *manifest.Workload) bool { return !w.SelectedBy(selector) })
}

// known are the nodes of a side.
type known map[manifest.Identity]*streaming.Node

// node is the one with the identity of another side's, nil if there is none.
func (s *side) node(of *streaming.Node) *streaming.Node {
	return manifest.Index(s.Set, knownNodes)[of.Identity()]
}

func knownNodes(set *manifest.Set) known {
	all := known{}
	for _, n := range streaming.NodesOf(set) {
		all[n.Identity()] = n
	}
	return all
}
