package review

import (
	"regexp"
	"sync"
)

// What stands in the place of a Secret's values: not even a hash, by which a short one
// can be guessed. Where one comes or goes the other side is nil, as everywhere.
const (
	hidden        = "(not shown)"
	hiddenChanged = "(changed)"
)

// lastApplied is where kubectl keeps the whole object, the values of a Secret included.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// secretText matches a text with the manifest of a Secret in it: that of a file which
// does not read as YAML, or of a value that holds one.
var secretText = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`kind["'\\]*\s*:\s*(?:[!&]\S*\s+)*["'\\]*Secret(?:List)?\b`)
})

// hides tells whether what stands below a key is a Secret's, in an object or in one
// that another holds.
func (m *mapping) hides(key string) bool {
	switch m.text("kind") {
	case "Secret":
		return key == "data" || key == "stringData"
	case "SecretList":
		return key == "items"
	}
	return key == lastApplied
}

// withheld is a value with its keys, and nothing else of it.
func withheld(value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case *mapping:
		keys := newMapping(len(v.keys))
		for _, key := range v.keys {
			keys.set(key, withheld(v.values[key]))
		}
		return keys
	}
	return hidden
}

// hide lists what changes in the values of a Secret, key by key, without them.
func (d *differ) hide(s spot, old, new any) {
	was, hadKeys := old.(*mapping)
	is, hasKeys := new.(*mapping)
	if !hadKeys || !hasKeys {
		if !same(old, new) {
			d.add(s, withheld(old), withheld(new))
		}
		return
	}
	for _, key := range is.keys {
		d.hide(s.key(key), was.values[key], is.values[key])
	}
	for _, key := range was.keys {
		if is.values[key] == nil {
			d.hide(s.key(key), was.values[key], nil)
		}
	}
}

// hideBoth hides a value, too, that takes the place of a hidden one or gives way to it.
func (f *Field) hideBoth() {
	if f.Old != nil && f.New != nil && (f.Old == hidden || f.New == hidden) {
		f.Old, f.New = hidden, hiddenChanged
	}
}
