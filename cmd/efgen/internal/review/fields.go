package review

// maxFields bounds what is listed of one object: nobody reads more, and a foreign
// manifest may hold millions.
const maxFields = 1000

// A change is a Field with its place in the manifest.
type change struct {
	Field
	at string
}

// A differ lists what is changed between two values.
type differ struct {
	// foreign says that nothing is known of the kind: every order may mean something.
	foreign bool
	// configMap says that the values of data are files.
	configMap bool
	changes   []change
	more      bool
}

func (d *differ) add(s spot, old, new any) {
	if len(d.changes) == maxFields {
		d.more = true
		return
	}
	field := Field{Path: s.path, Old: shown(old), New: shown(new)}
	field.hideBoth()
	d.changes = append(d.changes, change{field, s.at})
}

// compare looks for changes at a spot, whose last key is called name.
func (d *differ) compare(s spot, name string, old, new any) {
	if d.more {
		return
	}
	switch old := old.(type) {
	case *mapping:
		if new, ok := new.(*mapping); ok {
			d.mappings(s, old, new)
			return
		}
	case []any:
		if new, ok := new.([]any); ok {
			d.lists(s, name, old, new)
			return
		}
	case string:
		if new, ok := new.(string); ok && old != new && d.configMap && s == (spot{}).key("data").key(name) {
			d.texts(s, name, old, new)
			return
		}
	}
	if !same(old, new) {
		d.add(s, old, new)
	}
}

// mappings follows the order of the new manifest; what is gone comes last.
func (d *differ) mappings(s spot, old, new *mapping) {
	entry := func(key string) {
		if old.hides(key) || new.hides(key) {
			d.hide(s.key(key), old.values[key], new.values[key])
			return
		}
		d.compare(s.key(key), key, old.values[key], new.values[key])
	}
	for _, key := range new.keys {
		entry(key)
	}
	for _, key := range old.keys {
		if new.values[key] == nil {
			entry(key)
		}
	}
}
