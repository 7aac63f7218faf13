package manifest

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A maker chooses one of n, and so makes objects and patches of any type. When it
// chooses 0 all the time, it ends soon.
type maker func(n int) int

// pair makes an object, as JSON writes it, and a patch for it.
func (m maker) pair(t testing.TB) (typ reflect.Type, original, patch map[string]any) {
	t.Helper()
	typ = patchedTypes[m(len(patchedTypes))]
	object := reflect.New(typ).Interface()
	data, err := json.Marshal(m.mapping(planFor(typ), 12))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, object), "%s", data)
	original = copied(t, object)
	return typ, original, m.patch(planFor(typ), original, map[string]any{}, 12)
}

// mapping makes a value of a structure. Deeper than depth there is nothing.
func (m maker) mapping(p *plan, depth int) map[string]any {
	made := map[string]any{}
	if depth == 0 {
		return made
	}
	for range m(6) {
		if f := m.field(p, nil); f != nil {
			made[f.name] = m.value(f.value.target(), f, depth-1)
		}
	}
	return made
}

// field chooses one of all fields, of those that an object has, or of those that are
// merged in their own way.
func (m maker) field(p *plan, object map[string]any) *field {
	var some []field
	switch m(3) {
	case 1:
		some = slices.DeleteFunc(slices.Clone(p.fields), func(f field) bool { return object[f.name] == nil })
	case 2:
		some = slices.DeleteFunc(slices.Clone(p.fields), func(f field) bool { return !f.merges && !f.replaces })
	}
	if len(some) == 0 {
		some = p.fields
	}
	if len(some) == 0 {
		return nil
	}
	return &some[m(len(some))]
}

func (m maker) value(p *plan, f *field, depth int) any {
	switch p.shape {
	case structure:
		return m.mapping(p, depth)
	case mapping:
		made := map[string]any{}
		for range m(4) {
			made[m.text()] = m.value(p.elem.target(), nil, depth)
		}
		return made
	case list:
		return m.list(p, f, depth)
	}
	return m.scalar(p.typ)
}

func (m maker) list(p *plan, f *field, depth int) []any {
	made := []any{}
	for range m(5) {
		item := m.value(p.elem.target(), nil, depth)
		if entry, ok := item.(map[string]any); ok && f != nil && f.merges {
			entry[f.mergeKey] = m.id(f)
		}
		// strategicpatch itself does not always treat the same text twice alike.
		if f == nil || f.mergeKey != "" || find("", made, item) < 0 {
			made = append(made, item)
		}
	}
	return made
}

// id makes a value of the merge key of a list.
func (m maker) id(f *field) any {
	return m.scalar(f.value.target().elem.target().field(f.mergeKey).value.target().typ)
}

func (m maker) text() string { return string("abcdef"[m(6)]) }

// scalar makes a value that a type takes.
func (m maker) scalar(t reflect.Type) any {
	some := []any{m.text(), m(6), m(2) == 0, "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z", "YQ==", "1m", map[string]any{m.text(): 1}}
	first := m(len(some))
	for _, value := range slices.Concat(some[first:], some[:first]) {
		data, err := json.Marshal(value)
		if err == nil && json.Unmarshal(data, reflect.New(t).Interface()) == nil {
			return value
		}
	}
	return nil
}

// patch adds changes of an original to a patch.
func (m maker) patch(p *plan, original, patch map[string]any, depth int) map[string]any {
	if depth == 0 {
		return patch
	}
	for range m(5) {
		if f := m.field(p, original); f != nil {
			m.change(f, original, patch, depth-1)
		}
	}
	return m.directives(original, patch)
}

func (m maker) change(f *field, original, patch map[string]any, depth int) {
	p := f.value.target()
	before, _ := original[f.name].(map[string]any)
	switch {
	case m(8) == 1:
		patch[f.name] = nil
	case p.shape == structure:
		patch[f.name] = m.patch(p, before, map[string]any{}, depth)
	case p.shape == mapping:
		change, _ := m.value(p, f, depth).(map[string]any)
		if m(4) == 1 {
			change[m.text()] = nil
		}
		patch[f.name] = m.directives(before, change)
	case p.shape == list:
		m.changeList(f, original, patch, depth)
	default:
		patch[f.name] = m.value(p, f, depth)
	}
}

func (m maker) directives(original, patch map[string]any) map[string]any {
	switch m(24) {
	case 1:
		patch["$patch"] = "delete"
	case 2:
		patch["$patch"] = "replace"
	case 3, 4, 5:
		retained := []any{m.text()}
		for _, key := range slices.Sorted(maps.Keys(patch)) {
			if m(12) != 1 {
				retained = append(retained, key)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(original)) {
			if m(2) == 1 {
				retained = append(retained, key)
			}
		}
		patch["$retainKeys"] = retained
	}
	return patch
}

func (m maker) changeList(f *field, original, patch map[string]any, depth int) {
	p := f.value.target()
	before, _ := original[f.name].([]any)
	if p.isListOfScalars() && m(3) == 1 {
		patch["$deleteFromPrimitiveList/"+f.name] = append(m.list(p, f, depth), m.some(before)...)
	}
	var change []any
	switch {
	case !f.merges:
		patch[f.name] = m.list(p, f, depth)
		return
	case f.mergeKey == "":
		change = m.list(p, f, depth)
	default:
		change = m.entries(f, before, depth)
	}
	if m(6) != 1 {
		patch[f.name] = change
	}
	if m(2) == 1 {
		patch["$setElementOrder/"+f.name] = m.order(f, before, change)
	}
}

// some is a part of a list.
func (m maker) some(items []any) []any {
	return slices.DeleteFunc(slices.Clone(items), func(any) bool { return m(2) == 1 })
}

// entries makes changes of a merged list: of entries that it has and of new ones.
func (m maker) entries(f *field, before []any, depth int) []any {
	made := []any{}
	for range m(5) {
		entry, old := map[string]any{f.mergeKey: m.id(f)}, map[string]any{}
		if len(before) > 0 && m(2) == 1 {
			old = before[m(len(before))].(map[string]any)
			entry[f.mergeKey] = old[f.mergeKey]
		}
		switch m(10) {
		case 1, 2:
			entry["$patch"] = "delete"
		case 3:
			entry = map[string]any{"$patch": "replace"}
		default:
			m.patch(f.value.target().elem.target(), old, entry, depth)
		}
		made = append(made, entry)
	}
	return made
}

// order makes one that mostly agrees with a change.
func (m maker) order(f *field, before, change []any) []any {
	if m(8) == 1 {
		return []any{}
	}
	order := slices.DeleteFunc(slices.Clone(change), func(item any) bool { return directiveOf(item) != nil })
	for _, item := range m.some(before) {
		if find(f.mergeKey, order, item) < 0 {
			order = slices.Insert(order, m(len(order)+1), item)
		}
	}
	if len(order) > 1 && m(12) == 1 {
		order[0], order[1] = order[1], order[0]
	}
	for i, item := range order {
		if f.mergeKey != "" {
			order[i] = map[string]any{f.mergeKey: identityOf(f.mergeKey, item)}
		}
	}
	return order
}
