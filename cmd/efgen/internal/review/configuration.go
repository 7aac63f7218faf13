package review

import (
	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/streaming"
)

// derivedVersion is what efgen makes of the hash of a configuration: it changes with
// any of it, and says nothing more.
var derivedVersion = manifest.Pattern(`^1\.\d{1,10}\.0$`)

// configuration reads a Streaming configuration file, with those embedded in it; it
// is nil if the text is none.
func configuration(text string) *manifest.Mapping {
	root, err := hocon.Parse([]byte(text))
	if err != nil {
		return nil
	}
	fields, _ := fromHOCON(root).(*manifest.Mapping)
	if fields.Text("type") == streaming.TypeNode {
		dropDerivedVersion(fields)
		for _, embedded := range embeddedLists(fields) {
			embed(embedded)
		}
	}
	return fields
}

func fromHOCON(v *hocon.Value) any {
	if v == nil {
		return nil
	}
	switch v.Kind {
	case hocon.Object:
		m := manifest.NewMapping(len(v.Keys()))
		for _, key := range v.Keys() {
			if value := fromHOCON(v.Get(key)); value != nil {
				m.Set(key, value)
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
func embeddedLists(fields *manifest.Mapping) [][]any {
	deploy := fields.Mapping("configuration", "NodeDeploy")
	lists := [][]any{deploy.List("globalConfiguration")}
	nodes := deploy.Mapping("nodes")
	for _, name := range nodes.Keys() {
		lists = append(lists, nodes.List(name, "configuration"))
	}
	return lists
}

// embed puts configurations in the place of their texts.
func embed(list []any) {
	for i, item := range list {
		text, _ := item.(string)
		if root, err := hocon.Parse([]byte(text)); text != "" && err == nil {
			fields := fromHOCON(root).(*manifest.Mapping)
			if fields.Get("configuration", "TrustedHosts") != nil || fields.Text("type") == streaming.TypeLicensing {
				dropDerivedVersion(fields)
			}
			list[i] = fields
		}
	}
}

func dropDerivedVersion(fields *manifest.Mapping) {
	const key = "version"
	if derivedVersion().MatchString(fields.Text(key)) {
		fields.Delete(key)
	}
}

// texts compares two texts: configurations by their keys, so that the reader sees
// what changes and not where; anything else, a change of comments or of an order that
// means nothing included, as it is.
func (d *differ) texts(p fieldPath, file, old, new string) {
	before := len(d.changes)
	if streaming.IsFile(file) {
		was, is := configuration(old), configuration(new)
		if was != nil && is != nil {
			d.mappings(p, was, is)
		}
	}
	if len(d.changes) == before {
		d.add(p, old, new)
	}
}
