package config

import (
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// A node is one value of an environment file. Nodes never change once they are
// built, so that merged trees of many environments share what they have in common.
type node struct {
	kind kind
	// text is what a scalar says.
	text string
	// class is what readers of YAML make of a scalar; quotes make it a text.
	class scalarClass
	// entries are those of a mapping, sorted by key: merging is one pass and a
	// look-up a binary search.
	entries []entry
	items   []*node
	at      place
	// previous is the value that this one overrode, in another file or in `defaults`.
	previous *node
	// size counts the nodes of this value, height its levels, aliases written out.
	size   int
	height uint8
}

type kind uint8

const (
	scalar kind = iota
	mapping
	sequence
)

// An entry is one key of a mapping with its value.
type entry struct {
	key   string
	at    place
	value *node
}

// A place is a position in one of the files of a Folder.
type place struct {
	file         *source
	line, column int32
}

func (p place) position() rule.Position {
	return rule.Position{File: p.file.display, Line: int(p.line), Column: int(p.column)}
}

// isNull tells whether the node is YAML's null, which removes what lies under it.
func (n *node) isNull() bool {
	return n.class == nullScalar
}

// find looks a key up in a mapping; in any other node there is none.
func (n *node) find(key string) (entry, bool) {
	i, found := slices.BinarySearchFunc(n.entries, key, func(e entry, key string) int {
		return strings.Compare(e.key, key)
	})
	if !found {
		return entry{}, false
	}
	return n.entries[i], true
}

// step goes one step of a field path down.
func (n *node) step(s rule.Step) (entry, bool) {
	if s.Key != "" || s.Index < 0 {
		return n.find(s.Key)
	}
	if s.Index >= len(n.items) {
		return entry{}, false
	}
	item := n.items[s.Index]
	return entry{at: item.at, value: item}, true
}

// lookup follows a path of keys, nil where it ends early.
func (n *node) lookup(keys ...string) *node {
	for _, key := range keys {
		e, found := n.find(key)
		if !found {
			return nil
		}
		n = e.value
	}
	return n
}

// grow counts a child in while a node is being built.
func (n *node) grow(child *node) {
	n.size += child.size
	n.height = max(n.height, child.height+1)
}

// withEntries is a mapping like n with other entries.
func (n *node) withEntries(entries []entry) *node {
	made := *n
	made.entries, made.size = entries, 1
	for _, e := range entries {
		made.grow(e.value)
	}
	return &made
}
