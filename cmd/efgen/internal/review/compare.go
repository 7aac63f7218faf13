package review

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// A File is one file of an environment: its path below the environment's folder,
// slash-separated, and its bytes.
type File struct {
	Path string
	Data []byte
}

// A Side is an environment as it was, or as it is to be. Without files, it is not
// there.
type Side struct {
	Environment string
	// Namespace is the environment's own. Default: that of the other side, or else
	// the one that most of the objects name.
	Namespace string
	Files     []File
}

// A side is a Side whose files are read when somebody asks.
type side struct {
	namespace string
	files     map[string]File
	parsed    map[string][]*object
}

func newSide(s Side) *side {
	files := make(map[string]File, len(s.Files))
	for _, file := range s.Files {
		if !skipped(file.Path) {
			files[file.Path] = file
		}
	}
	return &side{namespace: s.Namespace, files: files, parsed: map[string][]*object{}}
}

// at are the objects of one file.
func (s *side) at(file string) []*object {
	all, done := s.parsed[file]
	if !done {
		if f, found := s.files[file]; found {
			all = read(f)
		}
		s.parsed[file] = all
	}
	return all
}

// paths are those of all files, sorted.
func (s *side) paths() []string {
	paths := make([]string, 0, len(s.files))
	for path := range s.files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// all are the objects of all files.
func (s *side) all() (all []*object) {
	for _, path := range s.paths() {
		all = append(all, s.at(path)...)
	}
	return all
}

// beside are the objects of the files in one folder.
func (s *side) beside(folder string) (all []*object) {
	for _, file := range s.paths() {
		if path.Dir(file) == folder {
			all = append(all, s.at(file)...)
		}
	}
	return all
}

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
}

func compare(old, new Side) *comparison {
	c := &comparison{old: newSide(old), new: newSide(new)}
	c.findDifferences()
	c.dropEchoes()
	c.old.namespace = cmp.Or(c.old.namespace, c.new.namespace, home(c.old.all))
	c.new.namespace = cmp.Or(c.new.namespace, c.old.namespace)
	return c
}

// home is the namespace that most objects name.
func home(objects func() []*object) (home string) {
	votes := map[string]int{}
	for _, o := range objects() {
		if o.namespace == "" {
			continue
		}
		votes[o.namespace]++
		if n := votes[o.namespace]; n > votes[home] || n == votes[home] && o.namespace < home {
			home = o.namespace
		}
	}
	return home
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
	differ := &differ{foreign: d.new.foreign()}
	switch {
	case d.old.fields == nil || d.new.fields == nil:
		if d.old.text != d.new.text {
			differ.texts(spot{}, d.new.file, d.old.text, d.new.text)
		}
	case d.new.kind == "ConfigMap" && d.new.group() == "":
		differ.configMap(d.old.fields, d.new.fields)
	default:
		differ.mappings(spot{}, d.old.fields, d.new.fields)
	}
	d.changes = differ.changes
	if differ.more {
		d.changes = append(d.changes, change{Field: Field{Path: "…", New: "more fields change than are listed here"}})
	}
}

// configMap looks into the texts of a ConfigMap.
func (d *differ) configMap(old, new *mapping) {
	const data = "data"
	before, _ := old.values[data].(*mapping)
	after, _ := new.values[data].(*mapping)
	if before == nil || after == nil {
		d.mappings(spot{}, old, new)
		return
	}
	for _, key := range new.keys {
		if key != data {
			d.compare(spot{}.key(key), key, old.values[key], new.values[key])
			continue
		}
		d.data(spot{}.key(data), before, after)
	}
	for _, key := range old.keys {
		if new.values[key] == nil {
			d.compare(spot{}.key(key), key, old.values[key], nil)
		}
	}
}

func (d *differ) data(s spot, old, new *mapping) {
	for _, key := range new.keys {
		before, wasText := old.values[key].(string)
		after, isText := new.values[key].(string)
		switch {
		case !wasText || !isText:
			d.compare(s.key(key), key, old.values[key], new.values[key])
		case before != after:
			d.texts(s.key(key), key, before, after)
		}
	}
	for _, key := range old.keys {
		if new.values[key] == nil {
			d.compare(s.key(key), key, old.values[key], nil)
		}
	}
}

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
