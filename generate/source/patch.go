package source

import (
	"slices"

	"github.com/efgen/efgen/validate/rule"
)

// patchBehind names the place in the last patch that writes a field of an object. If no
// patch writes it, it names the first patch that adds the list item around the field.
func (s *Sources) patchBehind(manifest, file, field string) (behind string) {
	steps, ok := rule.Steps(field)
	if !ok || len(steps) == 0 {
		return ""
	}
	for i, patch := range slices.Backward(s.Env.Patches) {
		if patch.Target.Kind+"/"+patch.Target.Name != manifest {
			continue
		}
		at, writes, adds := writtenAt(patch.Patch, s.patched.in(file), s.unpatched.in(file), steps, rule.Key(rule.Index("patches", i), "patch"))
		if writes {
			return at
		}
		if adds {
			behind = at
		}
	}
	return behind
}

// writtenAt follows a field into a patch, the patched object and the unpatched one. It
// returns the field's path in the patch, or the path of what the patch adds around it.
func writtenAt(patch, object, unpatched any, steps []rule.Step, at string) (path string, writes, adds bool) {
	if len(steps) == 0 {
		return at, true, false
	}
	switch patch := patch.(type) {
	case map[string]any:
		fields, _ := object.(map[string]any)
		old, _ := unpatched.(map[string]any)
		key := steps[0].Key
		if value, ok := patch[key]; ok {
			return writtenAt(value, fields[key], old[key], steps[1:], rule.Key(at, key))
		}
		return at, false, unpatched == nil && object != nil
	case []any:
		items, _ := object.([]any)
		old, _ := unpatched.([]any)
		if i := steps[0].Index; i >= 0 && i < len(items) {
			if j := mergedFrom(patch, items[i], i); j >= 0 {
				return writtenAt(patch[j], items[i], itemLike(old, items[i]), steps[1:], rule.Index(at, j))
			}
		}
	}
	return "", false, false
}

// itemLike is the item of a list that became another one, nil if there is none.
func itemLike(list []any, item any) any {
	if i := slices.IndexFunc(list, func(old any) bool { return alike(old, item) }); i >= 0 {
		return list[i]
	}
	return nil
}

// mergedFrom is the index in a patch's list of what became item i of the
// object's list, -1 if the patch does not touch that item. Lists that are
// replaced keep their indexes.
func mergedFrom(patch []any, item any, i int) int {
	if i < len(patch) && alike(patch[i], item) {
		return i
	}
	return slices.IndexFunc(patch, func(candidate any) bool { return alike(candidate, item) })
}
