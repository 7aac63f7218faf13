package review

import (
	"cmp"
	"path"
	"slices"

	"github.com/efgen/efgen/validate/rule"
)

// dropEchoes leaves out what another Difference says: the list in kustomization.yaml
// of files that come or go, and a security.conf that a node deploy file embeds.
func (c *comparison) dropEchoes() {
	c.differences = slices.DeleteFunc(c.differences, func(d *difference) bool {
		switch {
		case d.object().group() == "kustomize.config.k8s.io":
			return d.dropListed(c)
		case d.object().kind == kindFile && isConfiguration(d.object().file):
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
		resources, _ := o.fields.values["resources"].([]any)
		for _, item := range resources {
			file, _ := item.(string)
			if _, found := s.files[path.Join(path.Dir(o.file), file)]; !found {
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
		_, was := c.old.files[path.Join(folder, cmp.Or(come, gone))]
		_, is := c.new.files[path.Join(folder, cmp.Or(come, gone))]
		return come != "" && !was && is || gone != "" && was && !is
	})
	return len(d.changes) == 0
}

// embedded tells whether a node deploy file in the same folder embeds a security.conf,
// but for its version; what is not there is not missed.
func embedded(o *object, s *side) bool {
	if o == nil {
		return true
	}
	want := configuration(o.text)
	if want == nil {
		return false
	}
	for _, c := range s.configurations(path.Dir(o.file)) {
		if !c.embedded || c.fields.text("name") != want.text("name") || c.fields.text("type") != want.text("type") {
			continue
		}
		if same(c.fields.get("configuration"), want.get("configuration")) {
			return true
		}
	}
	return false
}
