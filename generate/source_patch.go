package generate

import (
	"slices"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

// patchBehind names the last patch that writes a field of an object.
func patchBehind(env *config.Environment, manifest, file, field string) string {
	steps, ok := rule.Steps(field)
	if !ok || len(steps) == 0 {
		return ""
	}
	var object any
	for i, patch := range slices.Backward(env.Patches) {
		if patch.Target.Kind+"/"+patch.Target.Name != manifest {
			continue
		}
		if object == nil {
			object = rendered(env, file)
		}
		if at, writes := writtenAt(patch.Patch, object, steps, rule.Key(rule.Index("patches", i), "patch")); writes {
			return at
		}
	}
	return ""
}

// writtenAt follows a field into a patch and the patched object, and returns
// its path in the patch.
func writtenAt(patch, object any, steps []rule.Step, at string) (string, bool) {
	if len(steps) == 0 {
		return at, true
	}
	switch patch := patch.(type) {
	case map[string]any:
		fields, _ := object.(map[string]any)
		key := steps[0].Key
		if value, ok := patch[key]; ok {
			return writtenAt(value, fields[key], steps[1:], rule.Key(at, key))
		}
	case []any:
		items, _ := object.([]any)
		if i := steps[0].Index; i >= 0 && i < len(items) {
			if j := mergedFrom(patch, items[i], i); j >= 0 {
				return writtenAt(patch[j], items[i], steps[1:], rule.Index(at, j))
			}
		}
	}
	return "", false
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
