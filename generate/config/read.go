package config

import (
	"maps"
	"slices"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// Read reads one environment with all that it extends and names. It is nil if one of the problems
// is an error; without one every default is filled in and every named file is in Contents.
func (f *Folder) Read(name string) (*Environment, []rule.Problem) {
	env, problems := newReading(f).environment(name)
	if rule.Failed(problems) {
		return nil, problems
	}
	return env, problems
}

func newReading(folder *Folder) *reading {
	return &reading{folder: folder, Collector: yamltree.NewCollector(sameField)}
}

// environment reads one environment as far as that is possible.
func (r *reading) environment(name string) (*Environment, []rule.Problem) {
	env := r.read(name)
	problems := r.Problems()
	for i := range problems {
		problems[i].Environment = name
	}
	rule.Sort(problems)
	return env, problems
}

func (r *reading) read(name string) *Environment {
	file := name + extension
	if !dnsLabel.valid(name) {
		r.AddUnread(invalidFileName, r.folder.filePosition(file), "", "", "%q is no name for an environment: it is not %s", name, dnsLabel.what)
		return nil
	}
	if reserved := reservedOn(name); reserved != "" {
		r.AddUnread(invalidFileName, r.folder.filePosition(file), "", "rename it", "%q is no name for an environment: %s", name, reserved)
		return nil
	}
	s, err := r.folder.parse(file)
	if err != nil {
		r.addUnreadableFile(r.folder.filePosition(file), "", err)
		return nil
	}
	root := r.merge(s)
	if root == nil || r.broken {
		return nil
	}
	if root = root.MergeUnderEach(defaultsKey, applicationsKey); root == nil {
		r.AddUnread(yamltree.OverBound, r.folder.filePosition(file), "", "", "more than %d values with all that is extended and defaults in every application", yamltree.MaxValues)
		return nil
	}
	env := r.decode(root)
	env.Name, env.File = name, s.display
	setDefaults(env)
	r.load(env)
	env.Inputs = slices.Concat([]string{file}, r.files, slices.Sorted(maps.Keys(env.Contents)))
	r.validate(env)
	return env
}

// decode fills in an Environment, `defaults` first, so that their mistakes are reported there.
func (r *reading) decode(root *yamltree.Node) *Environment {
	env := &Environment{Origins: &Origins{root: root}}
	if e, found := root.Find(defaultsKey); found {
		e.Value.UselessNulls(defaultsKey, r.addUselessNull)
		d := yamltree.Decoder{Problems: r.Collector, Partial: true}
		if !e.Value.IsNull() {
			d.Decode(e.Value, defaultsKey, &env.Defaults)
		}
	}
	root.UselessNulls("", r.addUselessNull)
	d := yamltree.Decoder{Problems: r.Collector}
	d.Decode(root.Without(defaultsKey), "", env)
	return env
}

// addUselessNull reports a misspelt key, or one that nobody sets any more.
func (r *reading) addUselessNull(field string, null *yamltree.Node) {
	hint := "remove the line, or write the value that is wanted"
	if text, _ := null.Text(); text == "" {
		hint = "write {} for the defaults, or remove the line"
	}
	r.AddUnread(uselessNull, null.Position(), field, hint, "null removes nothing: no extended file and no default sets this")
}
