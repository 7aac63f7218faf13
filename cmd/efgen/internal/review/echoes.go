package review

import (
	"cmp"
	"path"
	"slices"

	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

// dropEchoes leaves out what another Difference says: the list in kustomization.yaml
// of files that come or go, and a security.conf that a node deploy file embeds.
func (c *comparison) dropEchoes() {
	c.differences = slices.DeleteFunc(c.differences, func(d *difference) bool {
		switch {
		case d.object().group() == "kustomize.config.k8s.io":
			return d.dropListed(c)
		case d.object().kind == kindFile && streaming.IsFile(d.object().file):
			return embedded(d.old, c.old) && embedded(d.new, c.new)
		}
		return false
	})
}

// dropListed drops the files from kustomization.yaml that come or go themselves. It
// is true if nothing else is left.
func (d *difference) dropListed(c *comparison) bool {
	listed := func(o *object, s *side) bool {
		if o == nil {
			return true
		}
		for _, item := range o.fields.List("resources") {
			file, _ := item.(string)
			if !s.has(path.Join(path.Dir(o.file), file)) {
				return false
			}
		}
		return true
	}
	if d.action() != Modified {
		return listed(d.old, c.old) && listed(d.new, c.new)
	}
	folder := path.Dir(d.new.file)
	d.changes = slices.DeleteFunc(d.changes, func(ch change) bool {
		steps, _ := rule.Steps(ch.at)
		if len(steps) != 2 || steps[0].Key != "resources" {
			return false
		}
		come, _ := ch.New.(string)
		gone, _ := ch.Old.(string)
		file := path.Join(folder, cmp.Or(come, gone))
		was, is := c.old.has(file), c.new.has(file)
		return come != "" && !was && is || gone != "" && was && !is
	})
	return len(d.changes) == 0
}

// embedded reports whether a node deploy file in the same folder embeds a security.conf,
// but for its version; what is not there is not missed.
func embedded(o *object, s *side) bool {
	if o == nil {
		return true
	}
	want := configuration(o.text)
	if want == nil {
		return false
	}
	return slices.ContainsFunc(streaming.ConfigurationsOf(s.Set), func(c *streaming.Configuration) bool {
		return c.Embedded && path.Dir(c.At.File()) == o.folder() && c.Fault == nil &&
			c.Text("name") == want.Text("name") && c.Text("type") == want.Text("type") &&
			same(fromHOCON(c.Root.Get("configuration")), want.Get("configuration"))
	})
}
