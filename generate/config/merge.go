package config

import (
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// merge lays one value over another: mappings deeply, everything else replaces.
// A null stays as a mark that keeps what lies under it away; see checkNulls.
func merge(over, under *node) *node {
	if over.kind != mapping || under.kind != mapping {
		return over.above(under)
	}
	entries := make([]entry, 0, max(len(over.entries), len(under.entries)))
	a, b := over.entries, under.entries
	for len(a) > 0 && len(b) > 0 {
		switch order := strings.Compare(a[0].key, b[0].key); {
		case order < 0:
			entries, a = append(entries, a[0]), a[1:]
		case order > 0:
			entries, b = append(entries, b[0]), b[1:]
		default:
			e := a[0]
			e.value = merge(e.value, b[0].value)
			entries, a, b = append(entries, e), a[1:], b[1:]
		}
	}
	entries = append(append(entries, a...), b...)
	return over.withEntries(entries).above(under)
}

// above is n with under at the bottom of what it overrode.
func (n *node) above(under *node) *node {
	made := *n
	if made.previous == nil {
		made.previous = under
	} else {
		made.previous = made.previous.above(under)
	}
	return &made
}

// mergeDefaults lays every application over `defaults`.
func mergeDefaults(root *node) *node {
	defaults, applications := root.lookup("defaults"), root.lookup("applications")
	if defaults == nil || applications == nil || defaults.kind != mapping || applications.kind != mapping {
		return root
	}
	entries := make([]entry, len(applications.entries))
	for i, e := range applications.entries {
		if e.value.kind == mapping {
			e.value = merge(e.value, defaults)
		}
		entries[i] = e
	}
	merged := make([]entry, len(root.entries))
	for i, e := range root.entries {
		if e.key == "applications" {
			e.value = applications.withEntries(entries)
		}
		merged[i] = e
	}
	return root.withEntries(merged)
}

// sizeWithDefaults is what mergeDefaults could make of a tree at most.
func sizeWithDefaults(root *node) int {
	defaults, applications := root.lookup("defaults"), root.lookup("applications")
	if defaults == nil || applications == nil {
		return root.size
	}
	return root.size + len(applications.entries)*defaults.size
}

// checkNulls reports every null that has nothing to remove: a misspelt key, or one
// that nobody sets any more. Lists are not merged, so a null in one is a value.
func (c *collector) checkNulls(n *node, field string) {
	for _, e := range n.entries {
		path := rule.Key(field, e.key)
		for null := e.value; null != nil; null = null.previous {
			if null.isNull() && !null.hidesValue() {
				hint := "remove the line, or write the value that is wanted"
				if null.text == "" {
					hint = "write {} for the defaults, or remove the line"
				}
				c.add(uselessNull, null.at.position(), path, hint, "null removes nothing: no extended file and no default sets this")
			}
		}
		c.checkNulls(e.value, path)
	}
}

// hidesValue tells whether a value that is not null lies under n.
func (n *node) hidesValue() bool {
	for under := n.previous; under != nil; under = under.previous {
		if !under.isNull() {
			return true
		}
	}
	return false
}
