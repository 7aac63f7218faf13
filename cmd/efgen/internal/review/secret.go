package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
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
var secretText = manifest.Pattern(`kind["'\\]*\s*:\s*(?:[!&]\S*\s+)*["'\\]*Secret(?:List)?\b`)

// hides reports whether what stands below a key is a secret: a Secret's data, in an object
// or in one that another holds, or a value whose name says so.
func hides(m *manifest.Mapping, key string) bool {
	switch m.Text("kind") {
	case "Secret":
		return key == "data" || key == "stringData"
	case "SecretList":
		return key == "items"
	}
	name := key
	if key == "value" {
		// An entry of a list such as env.
		name = cmp.Or(m.Text("name"), m.Text("key"))
	}
	isSecret := func(value any) bool { return manifest.IsSecret(name, text(value)) }
	return key == lastApplied || isSecret(m.Get(key)) || slices.ContainsFunc(m.List(key), isSecret)
}

// text is a scalar as text, empty if a value is none.
func text(value any) string {
	switch value.(type) {
	case nil, *manifest.Mapping, []any:
		return ""
	}
	return fmt.Sprint(value)
}

// secretArguments are the indexes of a list's items that are secrets by the option before
// them. An item that says itself what it is keeps its name.
func secretArguments(list []any) map[int]bool {
	args := make([]string, len(list))
	for i, item := range list {
		args[i], _ = item.(string)
	}
	found := map[int]bool{}
	for _, i := range manifest.FindSecretArguments(args) {
		found[i] = masked(args[i]) == args[i]
	}
	return found
}

// masked is a text without the secrets in it.
func masked(text string) string {
	if secretText().MatchString(text) || manifest.FindToken([]byte(text)) >= 0 {
		return hidden
	}
	return manifest.MaskSecrets(text, hidden)
}

// withheld is a value with its keys, and nothing else of it.
func withheld(value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case *manifest.Mapping:
		keys := manifest.NewMapping(len(v.Keys()))
		for _, key := range v.Keys() {
			keys.Set(key, withheld(v.Get(key)))
		}
		return keys
	}
	return hidden
}

// hide lists what changes in the values of a Secret, key by key, without them.
func (d *differ) hide(p fieldPath, old, new any) {
	was, hadKeys := old.(*manifest.Mapping)
	is, hasKeys := new.(*manifest.Mapping)
	if !hadKeys || !hasKeys {
		if !same(old, new) {
			d.add(p, withheld(old), withheld(new))
		}
		return
	}
	for _, key := range is.Keys() {
		d.hide(p.key(key), was.Get(key), is.Get(key))
	}
	for _, key := range was.Keys() {
		if is.Get(key) == nil {
			d.hide(p.key(key), was.Get(key), nil)
		}
	}
}

// markHidden also hides a value that replaces a hidden one or is replaced by it,
// and marks what has changed where nothing of it is shown.
func (f *Field) markHidden() {
	if f.Old == nil || f.New == nil {
		return
	}
	if f.Old == hidden || f.New == hidden {
		f.Old, f.New = hidden, hiddenChanged
		return
	}
	was, wasText := f.Old.(string)
	is, isText := f.New.(string)
	if wasText && isText && was == is {
		f.New = strings.ReplaceAll(is, hidden, hiddenChanged)
	}
}
