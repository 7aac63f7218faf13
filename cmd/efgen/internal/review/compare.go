package review

import (
	"bytes"
	"cmp"
	"slices"
)

// A difference is one changed object on its way to a Difference.
type difference struct {
	old, new *object
	changes  []change
	risks    []*finding
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
	}
	return Modified
}

// A comparison is what one environment was and is to be, and what differs.
type comparison struct {
	old, new    *side
	differences []*difference
	// isolated is nil until isolation is called.
	isolated *isolation
}

func compare(old, new Side) *comparison {
	c := &comparison{old: newSide(old), new: newSide(new)}
	c.findDifferences()
	c.dropEchoes()
	c.old.namespace = cmp.Or(c.old.namespace, c.new.namespace)
	if c.old.namespace == "" {
		c.old.namespace = cmp.Or(home(c.old.all()), home(c.new.all()))
	}
	c.new.namespace = cmp.Or(c.new.namespace, c.old.namespace)
	return c
}

// changed are the paths of the files that are not the same on both sides.
func (c *comparison) changed() (paths []string) {
	for path, file := range c.new.files {
		if before, found := c.old.files[path]; !found || !bytes.Equal(before.Data, file.Data) {
			paths = append(paths, path)
		}
	}
	for path := range c.old.files {
		if _, found := c.new.files[path]; !found {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// findDifferences reads the changed files only: an object of any other is the same.
func (c *comparison) findDifferences() {
	pairs := map[identity]*difference{}
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
		if d.findChanges(); d.action() != Modified || len(d.changes) > 0 {
			c.differences = append(c.differences, d)
		}
	}
	slices.SortFunc(c.differences, func(a, b *difference) int { return compareIdentities(a.object().identity(), b.object().identity()) })
}

func (d *difference) findChanges() {
	if d.action() != Modified {
		return
	}
	differ := &differ{foreign: d.new.foreign(), configMap: d.new.kind == "ConfigMap" && d.new.group() == ""}
	if d.old.fields != nil && d.new.fields != nil {
		differ.mappings(spot{}, d.old.fields, d.new.fields)
	} else if d.old.text != d.new.text {
		differ.texts(spot{}, d.new.file, d.old.text, d.new.text)
	}
	d.changes = differ.changes
	if differ.more {
		d.changes = append(d.changes, change{Field: Field{Path: "…", New: "more fields change than are listed here"}})
	}
}
