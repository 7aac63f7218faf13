package review

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/efgen/efgen/validate/manifest"
)

// A difference is one changed object on its way to a Difference.
type difference struct {
	old, new *object
	changes  []change
	risks    []*found
	// isMoved says that the object was in another namespace, where from is what it was.
	isMoved bool
	from    *manifest.Object
}

// object is what the difference is about: the new one, if there is one.
func (d *difference) object() *object {
	if d.new != nil {
		return d.new
	}
	return d.old
}

func (d *difference) action() Action {
	switch {
	case d.old == nil:
		return Added
	case d.new == nil:
		return Removed
	case d.isMoved:
		return Moved
	}
	return Modified
}

// A comparison is what one environment was and is to be, and what differs.
type comparison struct {
	old, new    *side
	differences []*difference
	// move is nil if the environment stays in its namespace.
	move *move
	// isolated is nil until isolation is called.
	isolated *isolation
	// gained is nil until gains is called.
	gained map[*difference][]gained
}

func compare(old, new *manifest.Set) *comparison {
	old = asApplied(old, new)
	m := moveOf(old, new)
	if m != nil {
		old = m.apply(old)
	}
	namespace := cmp.Or(old.Facts().Namespace, new.Facts().Namespace, namespaceOf(old), namespaceOf(new))
	c := &comparison{
		move: m,
		old:  &side{old, cmp.Or(old.Facts().Namespace, namespace)},
		new:  &side{new, cmp.Or(new.Facts().Namespace, namespace)},
	}
	c.findDifferences()
	c.dropEchoes()
	return c
}

// namespaceOf is empty for an environment that is not there.
func namespaceOf(set *manifest.Set) string {
	if len(set.Paths()) == 0 {
		return ""
	}
	return set.Home()
}

// changed are the paths of the files that are not the same on both sides.
func (c *comparison) changed() (paths []string) {
	for _, path := range c.new.Paths() {
		before, found := c.old.File(path)
		if after, _ := c.new.File(path); !skipped(path) && (!found || !bytes.Equal(before.Data, after.Data)) {
			paths = append(paths, path)
		}
	}
	for _, path := range c.old.Paths() {
		if !skipped(path) && !c.new.has(path) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// findDifferences reads the changed files only: an object of any other is the same.
func (c *comparison) findDifferences() {
	pairs := map[manifest.Identity]*difference{}
	pair := func(o *object) *difference {
		d := pairs[o.identity()]
		if d == nil {
			d = &difference{}
			pairs[o.identity()] = d
		}
		return d
	}
	for _, path := range c.changed() {
		for _, o := range c.old.at(path) {
			pair(o).old = o
		}
		for _, o := range c.new.at(path) {
			pair(o).new = o
		}
	}
	for _, d := range pairs {
		c.move.mark(d)
		if d.findChanges(); d.action() != Modified || len(d.changes) > 0 {
			c.differences = append(c.differences, d)
		}
	}
	slices.SortFunc(c.differences, func(a, b *difference) int { return a.object().identity().Compare(b.object().identity()) })
}

func (d *difference) findChanges() {
	if d.old == nil || d.new == nil {
		return
	}
	differ := &differ{foreign: d.new.foreign(), configMap: d.new.kind == "ConfigMap" && d.new.group() == ""}
	if d.old.fields != nil && d.new.fields != nil {
		differ.mappings(fieldPath{}, d.old.fields, d.new.fields)
	} else if d.old.text != d.new.text {
		differ.texts(fieldPath{}, d.new.file, d.old.text, d.new.text)
	}
	// Both sides are in one namespace: whether it is written says nothing.
	d.changes = slices.DeleteFunc(differ.changes, func(ch change) bool { return ch.at == "metadata.namespace" || d.isMoved && isHash(ch.at) })
	if d.isMoved && d.from.Namespace != d.new.namespace {
		moved := change{Field{"metadata.namespace", d.from.Namespace, d.new.namespace}, "metadata.namespace"}
		d.changes = slices.Insert(d.changes, 0, moved)
	}
	if differ.more {
		d.changes = append(d.changes, change{Field: Field{Path: "…", New: "more fields change than are listed here"}})
	}
}
