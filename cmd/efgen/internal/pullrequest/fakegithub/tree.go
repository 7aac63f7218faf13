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

// entry is what a tree holds at a path, empty if there is nothing.
type entry struct{ mode, sha string }

// changedTree returns a tree after changes by path; base may be "", for none.
func (s *store) changedTree(base string, changes map[string]entry) string {
	changed := maps.Collect(s.entries(base))
	nested := map[string]map[string]entry{}
	for path, change := range changes {
		name, rest, isNested := strings.Cut(path, "/")
		if !isNested {
			changed[name] = change
			continue
		}
		if nested[name] == nil {
			nested[name] = map[string]entry{}
		}
		nested[name][rest] = change
	}
	for name, changes := range nested {
		folder := ""
		if changed[name].mode == directory {
			folder = changed[name].sha
		}
		changed[name] = entry{directory, s.changedTree(folder, changes)}
	}
	return s.writeTree(changed)
}

// writeTree stores a tree; as in git, it holds no empty directory.
func (s *store) writeTree(entries map[string]entry) string {
	maps.DeleteFunc(entries, func(_ string, e entry) bool { return e.sha == "" || e.sha == emptyTree })
	// Git sorts the name of a directory as if it ended in a slash.
	key := func(name string) string {
		if entries[name].mode == directory {
			return name + "/"
		}
		return name
	}
	var content []byte
	for _, name := range slices.SortedFunc(maps.Keys(entries), func(a, b string) int { return strings.Compare(key(a), key(b)) }) {
		id, err := hex.DecodeString(entries[name].sha)
		s.check(err)
		content = fmt.Appendf(content, "%s %s\x00%s", entries[name].mode, name, id)
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

// entries are those of one tree, or of a commit's, by name and in git's order.
func (s *store) entries(tree string) iter.Seq2[string, entry] {
	_, kind, rest := s.object(tree)
	if kind == "commit" {
		_, _, rest = s.object(s.treeOf(tree))
	}
	return func(yield func(string, entry) bool) {
		for len(rest) > 0 {
			mode, after, _ := bytes.Cut(rest, []byte(" "))
			name, after, _ := bytes.Cut(after, []byte{0})
			if !yield(string(name), entry{string(mode), hex.EncodeToString(after[:20])}) {
				return
			}
			rest = after[20:]
		}
	}
}

// entryAt is what a tree holds at a path.
func (s *store) entryAt(tree, path string) entry {
	found := entry{directory, tree}
	for name := range strings.SplitSeq(path, "/") {
		if found.mode != directory {
			return entry{}
		}
		found = maps.Collect(s.entries(found.sha))[name]
	}
	return found
}

// flat lists every file of a commit or tree by its path.
func (s *store) flat(tree, prefix string) map[string]entry {
	files := map[string]entry{}
	for name, e := range s.entries(tree) {
		if e.mode == directory {
			maps.Copy(files, s.flat(e.sha, prefix+name+"/"))
		} else {
			files[prefix+name] = e
		}
	}
	return files
}

// files reads every file of a commit or tree.
func (s *store) files(tree string) map[string]string {
	files := map[string]string{}
	for path, e := range s.flat(tree, "") {
		_, _, content := s.object(e.sha)
		files[path] = string(content)
	}
	return files
}
