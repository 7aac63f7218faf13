package config

import (
	"maps"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/efgen/efgen/validate/rule"
)

// Read reads one environment with all that it extends and names. It is nil if one
// of the problems is an error; without one every default is filled in and every
// named file is in Contents.
func (f *Folder) Read(name string) (*Environment, []rule.Problem) {
	r := &reading{folder: f}
	env := r.read(name)
	problems := r.sorted(name)
	if rule.Failed(problems) {
		return nil, problems
	}
	return env, problems
}

// sorted are the problems of the environment that was read.
func (r *reading) sorted(environment string) []rule.Problem {
	for i := range r.problems {
		r.problems[i].Environment = environment
	}
	rule.Sort(r.problems)
	return r.problems
}

func (r *reading) read(name string) *Environment {
	file := name + extension
	if len(validation.IsDNS1123Label(name)) > 0 {
		r.add(invalidFileName, r.folder.whole(file), "", "", "%q is no name for an environment: it is not %s", name, dnsLabel.what)
		return nil
	}
	s, err := r.folder.source(file)
	if err != nil {
		r.addUnreadableFile(r.folder.whole(file), "", err)
		return nil
	}
	root := r.merged(s)
	if root == nil || r.broken {
		return nil
	}
	if sizeWithDefaults(root) > maxNodes {
		r.add(overBound, r.folder.whole(file), "", "", "more than %d values with all that is extended and defaults in every application", maxNodes)
		return nil
	}
	root = mergeDefaults(root)
	env := r.decode(root)
	env.Name, env.File = name, s.display
	env.Origins = &Origins{root: root}
	setDefaults(env)
	r.load(env)
	env.Inputs = slices.Concat([]string{file}, r.files, slices.Sorted(maps.Keys(env.Contents)))
	r.validate(env)
	return env
}

// decode fills in an Environment. `defaults` come first, so that a mistake in them
// is reported there and not in every application.
func (r *reading) decode(root *node) *Environment {
	env := &Environment{}
	if e, found := root.find("defaults"); found {
		r.checkNulls(e.value, "defaults")
		d := decoder{collector: &r.collector, partial: true}
		if !e.value.isNull() {
			d.value(e.value, &trail{key: "defaults"}, reflect.ValueOf(&env.Defaults).Elem())
		}
	}
	r.checkNulls(root, "")
	d := decoder{collector: &r.collector}
	d.value(root.without("defaults"), nil, reflect.ValueOf(env).Elem())
	return env
}
