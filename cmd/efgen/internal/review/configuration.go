package review

import (
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/efgen/efgen/validate/hocon"
)

// typeNode is the type of a node deploy file.
const typeNode = "com.tibco.ep.dtm.configuration.node"

// derivedVersion is what efgen makes of the hash of a configuration: it changes with
// any of it, and says nothing more.
var derivedVersion = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^1\.\d{1,10}\.0$`)
})

// isConfiguration tells Streaming's configuration files by their suffix, as the
// product does.
func isConfiguration(file string) bool { return path.Ext(file) == ".conf" }

// configuration reads a Streaming configuration file, with those embedded in it; it
// is nil if the text is none.
func configuration(text string) *mapping {
	root, err := hocon.Parse([]byte(text))
	if err != nil {
		return nil
	}
	fields, _ := fromHOCON(root).(*mapping)
	if fields.text("type") == typeNode {
		dropDerivedVersion(fields)
		for _, embedded := range embeddedLists(fields) {
			embed(embedded)
		}
	}
	return fields
}

func fromHOCON(v *hocon.Value) any {
	switch v.Kind {
	case hocon.Object:
		m := newMapping(len(v.Keys()))
		for _, key := range v.Keys() {
			if value := fromHOCON(v.Get(key)); value != nil {
				m.set(key, value)
			}
		}
		return m
	case hocon.List:
		list := make([]any, len(v.Items))
		for i, item := range v.Items {
			list[i] = fromHOCON(item)
		}
		return list
	case hocon.Text:
		return v.Text
	}
	return nil
}

// embeddedLists are the lists of configuration files in a node deploy file: for all
// nodes, and for each.
func embeddedLists(fields *mapping) [][]any {
	deploy, _ := fields.get("configuration", "NodeDeploy").(*mapping)
	global, _ := deploy.get("globalConfiguration").([]any)
	lists := [][]any{global}
	nodes, _ := deploy.get("nodes").(*mapping)
	if nodes == nil {
		return lists
	}
	for _, name := range nodes.keys {
		own, _ := nodes.get(name, "configuration").([]any)
		lists = append(lists, own)
	}
	return lists
}

// embed puts configurations in the place of their texts.
func embed(list []any) {
	for i, item := range list {
		text, _ := item.(string)
		if root, err := hocon.Parse([]byte(text)); text != "" && err == nil {
			fields := fromHOCON(root).(*mapping)
			if fields.get("configuration", "TrustedHosts") != nil {
				dropDerivedVersion(fields)
			}
			list[i] = fields
		}
	}
}

func dropDerivedVersion(fields *mapping) {
	const key = "version"
	if !derivedVersion().MatchString(fields.text(key)) {
		return
	}
	delete(fields.values, key)
	for i, k := range fields.keys {
		if k == key {
			fields.keys = append(fields.keys[:i:i], fields.keys[i+1:]...)
			return
		}
	}
}

// A streamingConfiguration is one of a folder: a file, a key of a ConfigMap, or a
// text embedded in either.
type streamingConfiguration struct {
	object   *object
	key      string
	fields   *mapping
	embedded bool
}

// configurations are those in the files of a folder, embedded ones after the file
// around them.
func (s *side) configurations(folder string) (all []streamingConfiguration) {
	add := func(o *object, key, text string) {
		fields := configuration(text)
		if fields == nil {
			return
		}
		all = append(all, streamingConfiguration{o, key, fields, false})
		for _, list := range embeddedLists(fields) {
			for _, item := range list {
				if inner, ok := item.(*mapping); ok {
					all = append(all, streamingConfiguration{o, key, inner, true})
				}
			}
		}
	}
	for _, o := range s.beside(folder) {
		if o.kind == kindFile && isConfiguration(o.file) {
			add(o, "", o.text)
		}
		for _, key := range o.dataKeys() {
			if text := o.fields.text("data", key); strings.HasSuffix(key, ".conf") {
				add(o, key, text)
			}
		}
	}
	return all
}

// dataKeys are those of a ConfigMap's data.
func (o *object) dataKeys() []string {
	if o.kind != "ConfigMap" || o.group() != "" || o.fields == nil {
		return nil
	}
	data, _ := o.fields.get("data").(*mapping)
	if data == nil {
		return nil
	}
	return data.keys
}

// texts compares two texts: configurations by their keys, so that the reader sees
// what changes and not where; anything else, a change of comments or of an order that
// means nothing included, as it is.
func (d *differ) texts(s spot, file, old, new string) {
	before := len(d.changes)
	if isConfiguration(file) {
		was, is := configuration(old), configuration(new)
		if was != nil && is != nil {
			d.mappings(s, was, is)
		}
	}
	if len(d.changes) == before {
		d.add(s, old, new)
	}
}
