// Package yamltree reads YAML strictly into trees of nodes, merges trees, and decodes them into Go
// values. It reports all mistakes with their positions. Nodes keep the origin of every value.
package yamltree

import (
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// A Node is one value of a file. Nodes are immutable, so that merged trees can share them.
type Node struct {
	kind kind
	// text is what a scalar says.
	text string
	// class is what readers of YAML make of a scalar; quotes make it a text.
	class scalarClass
	// entries are those of a mapping, sorted by key.
	entries []Entry
	items   []*Node
	at      rule.Position
	// replaced is the value that this one was laid over.
	replaced *Node
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

// An Entry is one key of a mapping with its value.
type Entry struct {
	Key   string
	Value *Node
	// At is where the key was written.
	At rule.Position
}

// Position is where the value was written. A block of YAML begins at its key.
func (n *Node) Position() rule.Position { return n.at }

// IsNull reports whether the node is YAML's null, which removes what it is laid over.
func (n *Node) IsNull() bool { return n.class == nullScalar }

// Text is what a scalar says; ok is false for mappings and lists.
func (n *Node) Text() (text string, ok bool) { return n.text, n.kind == scalar }

// Items are those of a list.
func (n *Node) Items() []*Node { return n.items }

// Len is the number of entries of a mapping, or of items of a list.
func (n *Node) Len() int { return len(n.entries) + len(n.items) }

// Replaced is the value that this one was laid over, nil if there is none.
func (n *Node) Replaced() *Node { return n.replaced }

// Find looks a key up in a mapping; in any other node there is none.
func (n *Node) Find(key string) (Entry, bool) {
	i, found := slices.BinarySearchFunc(n.entries, key, func(e Entry, key string) int {
		return strings.Compare(e.Key, key)
	})
	if !found {
		return Entry{}, false
	}
	return n.entries[i], true
}

// Follow walks along a field path as far as there are values, and counts the steps.
func (n *Node) Follow(steps []rule.Step) (last Entry, followed int) {
	last = Entry{Value: n, At: n.at}
	for _, step := range steps {
		next, found := last.Value.step(step)
		if !found {
			break
		}
		last = next
		followed++
	}
	return last, followed
}

func (n *Node) step(s rule.Step) (Entry, bool) {
	if isKey(s) {
		return n.Find(s.Key)
	}
	if s.Index >= len(n.items) {
		return Entry{}, false
	}
	item := n.items[s.Index]
	return Entry{Value: item, At: item.at}, true
}

func isKey(s rule.Step) bool { return s.Key != "" || s.Index < 0 }

// Join appends steps to a field path.
func Join(path string, steps ...rule.Step) string {
	for _, s := range steps {
		if isKey(s) {
			path = rule.Key(path, s.Key)
		} else {
			path = rule.Index(path, s.Index)
		}
	}
	return path
}

// Leaves visits the path of every value below n that holds no other; field is the path of n.
func (n *Node) Leaves(field string, visit func(field string)) {
	for _, e := range n.entries {
		e.Value.Leaves(rule.Key(field, e.Key), visit)
	}
	for i, item := range n.items {
		item.Leaves(rule.Index(field, i), visit)
	}
	if n.Len() == 0 && field != "" {
		visit(field)
	}
}

// Without is a mapping that lacks one key.
func (n *Node) Without(key string) *Node {
	if _, found := n.Find(key); !found {
		return n
	}
	return n.withEntries(slices.DeleteFunc(slices.Clone(n.entries), func(e Entry) bool { return e.Key == key }))
}

// withEntries is a mapping like n with other entries.
func (n *Node) withEntries(entries []Entry) *Node {
	made := *n
	made.entries, made.size = entries, 1
	for _, e := range entries {
		made.grow(e.Value)
	}
	return &made
}

// grow counts a child in while a node is being built.
func (n *Node) grow(child *Node) {
	n.size += child.size
	n.height = max(n.height, child.height+1)
}
