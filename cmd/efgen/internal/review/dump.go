package review

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
)

// asApplied leaves of objects that were read from a live cluster what an apply would change:
// the fields that the new manifests set, and those that whoever applied before had set.
// What nobody has applied stays in a cluster, and is left out.
func asApplied(old, new *manifest.Set) *manifest.Set {
	var files []manifest.File
	isDump := false
	for _, path := range old.Paths() {
		file, _ := old.File(path)
		if bytes.Contains(file.Data, []byte("uid")) && bytes.Contains(file.Data, []byte("resourceVersion")) {
			if objects := old.In(path); hasLive(objects) {
				file.Data, isDump = appliedOf(objects, new), true
			}
		}
		files = append(files, file)
	}
	if !isDump {
		return old
	}
	return manifest.NewSet(files, old.Facts())
}

func isLive(o *manifest.Object) bool { return o.Fields.Text("metadata", "uid") != "" }

// hasLive reports whether objects that all read are of a live cluster.
func hasLive(objects []*manifest.Object) (live bool) {
	for _, o := range objects {
		if isUnread(o) {
			return false
		}
		live = live || isLive(o)
	}
	return live
}

func appliedOf(objects []*manifest.Object, new *manifest.Set) []byte {
	var b bytes.Buffer
	for _, o := range objects {
		fields := o.Fields
		if isLive(o) {
			fields = appliedFields(o, new)
		}
		if fields != nil {
			// A Mapping holds what JSON can say.
			data, _ := json.Marshal(fields)
			b.WriteString("---\n")
			b.Write(data)
			b.WriteString("\n")
		}
	}
	return b.Bytes()
}

// A wish is what somebody wants of an object: a value of a manifest, or, in the API server's
// notation of fields, what an applier manages.
type wish struct {
	value   any
	managed *manifest.Mapping
}

// appliedFields is nil for an object that nobody has applied.
func appliedFields(o *manifest.Object, new *manifest.Set) *manifest.Mapping {
	var wishes []wish
	id := o.Identity()
	if now := new.Find(id.Group, id.Kind, id.Namespace, id.Name); now != nil {
		wishes = append(wishes, wish{value: now.Fields})
	}
	if text, found := o.Annotation(lastApplied); found {
		if applied, faults := manifest.Read([]byte(text)); faults == nil {
			wishes = append(wishes, wish{value: applied})
		}
	}
	for _, entry := range o.Fields.List("metadata", "managedFields") {
		if manager, ok := entry.(*manifest.Mapping); ok && manager.Text("operation") == "Apply" {
			wishes = append(wishes, wish{managed: manager.Mapping("fieldsV1")})
		}
	}
	if len(wishes) == 0 {
		return nil
	}
	fields := wished("", o.Fields, wishes).(*manifest.Mapping)
	named := manifest.NewMapping(2)
	for _, key := range []string{"name", "namespace"} {
		if text := o.Fields.Text("metadata", key); text != "" {
			named.Set(key, text)
		}
	}
	for _, key := range fields.Mapping("metadata").Keys() {
		named.Set(key, fields.Get("metadata", key))
	}
	fields.Set("metadata", named)
	fields.Set("apiVersion", o.APIVersion)
	fields.Set("kind", o.Kind)
	return fields
}

// wished is what of a live value somebody wants. A list of that name is known by its keys.
func wished(name string, live any, wishes []wish) any {
	switch live := live.(type) {
	case *manifest.Mapping:
		kept := manifest.NewMapping(len(live.Keys()))
		for _, key := range live.Keys() {
			if below := wishesFor(wishes, key); len(below) > 0 {
				kept.Set(key, wished(key, live.Get(key), below))
			}
		}
		if len(kept.Keys()) == 0 && isManagedWhole(wishes) {
			return live
		}
		return kept
	case []any:
		return wishedItems(name, live, wishes)
	}
	return live
}

func wishesFor(wishes []wish, key string) (below []wish) {
	for _, w := range wishes {
		if fields, ok := w.value.(*manifest.Mapping); ok && fields.Get(key) != nil {
			below = append(below, wish{value: fields.Get(key)})
		}
		if managed := w.managed.Mapping("f:" + key); managed != nil {
			below = append(below, wish{managed: managed})
		}
	}
	return below
}

// isManagedWhole reports whether an applier manages a value as one.
func isManagedWhole(wishes []wish) bool {
	for _, w := range wishes {
		if w.managed != nil && len(w.managed.Keys()) == 0 {
			return true
		}
	}
	return false
}

// wishedItems matches items by their keys, or else by their place if there are as many.
func wishedItems(name string, live []any, wishes []wish) []any {
	var kept []any
	for i, item := range live {
		var below []wish
		isKnown := false
		for _, w := range wishes {
			list, _ := w.value.([]any)
			if keys := keysOf(name, live, list); keys != nil {
				isKnown = true
				below = append(below, wishesForItem(keys, item.(*manifest.Mapping), list, w.managed)...)
			} else if len(list) == len(live) {
				below = append(below, wish{value: list[i]})
			}
		}
		switch {
		case len(below) > 0:
			kept = append(kept, wished("", item, below))
		case !isKnown:
			kept = append(kept, item)
		}
	}
	return kept
}

func wishesForItem(keys []string, item *manifest.Mapping, list []any, managed *manifest.Mapping) (below []wish) {
	for _, other := range list {
		if other := other.(*manifest.Mapping); labelOf(keys[:1], other) == labelOf(keys[:1], item) {
			below = append(below, wish{value: other})
		}
	}
	for _, key := range managed.Keys() {
		text, isKey := strings.CutPrefix(key, "k:")
		by, _ := manifest.Read([]byte(text))
		if isKey && by != nil && same(by.Get(keys[0]), item.Get(keys[0])) {
			below = append(below, wish{managed: managed.Mapping(key)})
		}
	}
	return below
}
