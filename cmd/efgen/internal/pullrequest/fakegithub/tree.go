package fakegithub

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"iter"
	"maps"
	"slices"
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
	return s.writeTree(leaves)
}

// writeTree stores a tree; git keeps no empty directory in another.
func (s *store) writeTree(leaves map[string]leaf) string {
	maps.DeleteFunc(leaves, func(_ string, l leaf) bool { return l.sha == "" || l.sha == emptyTree })
	// Git compares the name of a directory as if it ended in a slash.
	key := func(name string) string {
		if leaves[name].mode == directory {
			return name + "/"
		}
		return name
	}
	var content []byte
	for _, name := range slices.SortedFunc(maps.Keys(leaves), func(a, b string) int { return strings.Compare(key(a), key(b)) }) {
		id, err := hex.DecodeString(leaves[name].sha)
		s.check(err)
		content = fmt.Appendf(content, "%s %s\x00%s", leaves[name].mode, name, id)
	}
	return s.write("tree", content)
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

// flat lists every file of a commit or tree by its path.
func (s *store) flat(tree, prefix string) map[string]leaf {
	files := map[string]leaf{}
	for name, leaf := range s.each(tree) {
		if leaf.mode != directory {
			files[prefix+name] = leaf
			continue
		}
		maps.Copy(files, s.flat(leaf.sha, prefix+name+"/"))
	}
	return files
}

// files reads every file of a commit or tree.
func (s *store) files(tree string) map[string]string {
	files := map[string]string{}
	for path, leaf := range s.flat(tree, "") {
		_, _, content := s.object(leaf.sha)
		files[path] = string(content)
	}
	return files
}
