package yamltree

import (
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// Merge lays one value over another: mappings deeply, everything else replaces.
// A null stays as a mark that keeps what lies under it away; see UselessNulls.
func Merge(over, under *Node) *Node {
	if over.kind != mapping || under.kind != mapping {
		return over.above(under)
	}
	entries := make([]Entry, 0, max(len(over.entries), len(under.entries)))
	a, b := over.entries, under.entries
	for len(a) > 0 && len(b) > 0 {
		switch order := strings.Compare(a[0].Key, b[0].Key); {
		case order < 0:
			entries, a = append(entries, a[0]), a[1:]
		case order > 0:
			entries, b = append(entries, b[0]), b[1:]
		default:
			e := a[0]
			e.Value = Merge(e.Value, b[0].Value)
			entries, a, b = append(entries, e), a[1:], b[1:]
		}
	}
	entries = append(append(entries, a...), b...)
	return over.withEntries(entries).above(under)
}

// above is n with under at the bottom of what it replaced.
func (n *Node) above(under *Node) *Node {
	made := *n
	if made.replaced = under; n.replaced != nil {
		made.replaced = n.replaced.above(under)
	}
	return &made
}

// MergeUnderEach merges each value of the mapping key over the mapping base; nil is over MaxValues.
func (n *Node) MergeUnderEach(base, key string) *Node {
	under, hasBase := n.Find(base)
	over, hasKey := n.Find(key)
	size := n.size
	if hasBase && hasKey {
		size += len(over.Value.entries) * under.Value.size
	}
	switch {
	case size > MaxValues:
		return nil
	case !hasBase || !hasKey || under.Value.kind != mapping || over.Value.kind != mapping:
		return n
	}
	values, entries := slices.Clone(over.Value.entries), slices.Clone(n.entries)
	for i, e := range values {
		if e.Value.kind == mapping {
			values[i].Value = Merge(e.Value, under.Value)
		}
	}
	i := slices.IndexFunc(entries, func(e Entry) bool { return e.Key == key })
	entries[i].Value = over.Value.withEntries(values)
	return n.withEntries(entries)
}

// UselessNulls visits every null below n that replaced no value; field is the path of n. Lists are
// not merged, so their nulls are values.
func (n *Node) UselessNulls(field string, visit func(field string, null *Node)) {
	for _, e := range n.entries {
		path := rule.Key(field, e.Key)
		for value := e.Value; value != nil; value = value.replaced {
			if value.removesNothing() {
				visit(path, value)
			}
		}
		e.Value.UselessNulls(path, visit)
	}
}

// removesNothing reports whether n and all that it replaced are null.
func (n *Node) removesNothing() bool { return n == nil || n.IsNull() && n.replaced.removesNothing() }
