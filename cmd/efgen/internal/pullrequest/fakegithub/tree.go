package fakegithub

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"iter"
	"strings"
)

// emptyTree is git's tree without entries.
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

const directory = "40000" // the mode, as tree objects write it

// leaf is what a tree holds at a path; its zero value is nothing there.
type leaf struct{ mode, sha string }

// graft returns the tree that a base, "" for none, becomes with changes by path.
func (s *store) graft(base string, changes map[string]leaf) string {
	leaves := s.leaves(base)
	below := map[string]map[string]leaf{}
	for path, change := range changes {
		name, rest, deeper := strings.Cut(path, "/")
		if !deeper {
			leaves[name] = change
			continue
		}
		if below[name] == nil {
			below[name] = map[string]leaf{}
		}
		below[name][rest] = change
	}
	for name, changes := range below {
		subtree := ""
		if leaves[name].mode == directory {
			subtree = leaves[name].sha
		}
		leaves[name] = leaf{directory, s.graft(subtree, changes)}
	}
	return s.write(leaves)
}

// write stores a tree; git keeps no empty directory in another.
func (s *store) write(leaves map[string]leaf) string {
	var lines strings.Builder
	for name, leaf := range leaves {
		if leaf.sha != "" && leaf.sha != emptyTree {
			fmt.Fprintf(&lines, "%s %s %s\t%s\x00", leaf.mode, kindOf(leaf.mode), leaf.sha, name)
		}
	}
	return s.ask(s.trees, lines.String()+"\x00")
}

func kindOf(mode string) string {
	switch strings.TrimPrefix(mode, "0") {
	case directory:
		return "tree"
	case "160000":
		return "commit"
	}
	return "blob"
}

// leaves lists one tree, or none.
func (s *store) leaves(tree string) map[string]leaf {
	leaves := map[string]leaf{}
	for name, leaf := range s.each(tree) {
		leaves[name] = leaf
	}
	return leaves
}

// each goes through one tree in git's order.
func (s *store) each(tree string) iter.Seq2[string, leaf] {
	_, kind, rest := s.object(tree)
	if kind == "commit" {
		_, _, rest = s.object(s.treeOf(tree))
	}
	return func(yield func(string, leaf) bool) {
		for len(rest) > 0 {
			mode, after, _ := bytes.Cut(rest, []byte(" "))
			name, after, _ := bytes.Cut(after, []byte{0})
			if !yield(string(name), leaf{string(mode), hex.EncodeToString(after[:20])}) {
				return
			}
			rest = after[20:]
		}
	}
}

// at finds what a tree holds at a path.
func (s *store) at(tree, path string) leaf {
	found := leaf{directory, tree}
	for name := range strings.SplitSeq(path, "/") {
		if found.mode != directory {
			return leaf{}
		}
		found = s.leaves(found.sha)[name]
	}
	return found
}

// files reads every file of a commit or tree.
func (s *store) files(tree, prefix string) map[string]string {
	files := map[string]string{}
	for name, leaf := range s.leaves(tree) {
		if leaf.mode != directory {
			_, _, content := s.object(leaf.sha)
			files[prefix+name] = string(content)
			continue
		}
		for path, content := range s.files(leaf.sha, prefix+name+"/") {
			files[path] = content
		}
	}
	return files
}
