package source

import (
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

// itemBehind names the item of the environment's list behind an item of a manifest's
// list, which has efgen's own items too.
func (s *Sources) itemBehind(file, field string) string {
	row, _ := longestRow(file, field)
	prefix, _ := rule.Steps(row.prefix)
	steps, ok := rule.Steps(field)
	if row.reach != withOwnItems || !ok || len(steps) <= len(prefix) {
		return ""
	}
	item := valueAt(s.patched.in(file), steps[:len(prefix)+1])
	if i, written := s.itemsOf(path.Dir(file), strings.TrimPrefix(row.field, ".")).find(item); i >= 0 {
		return follow(rule.Index(workloadField(s.Env, path.Dir(file))+row.field, i), written, steps[len(prefix)+1:])
	}
	return ""
}

// A list is one of a workload, which owns a folder.
type list struct{ folder, name string }

// itemsOf are those of a list as the environment file has them.
func (s *Sources) itemsOf(folder, name string) *writtenItems {
	key := list{folder, name}
	if s.lists[key] == nil {
		items, _ := workloadAsWritten(s.Env, folder)[name].([]any)
		s.lists[key] = newWrittenItems(items)
	}
	return s.lists[key]
}

// writtenItems are the items of a list of the environment file, by what tells them apart.
type writtenItems struct {
	items []any
	// having are the numbers of items by a merge key and its value, and lacking those
	// without the key. No key stands for the value of what is no mapping.
	having  map[keyValue][]int
	lacking map[string][]int
}

type keyValue struct{ key, value string }

func newWrittenItems(items []any) *writtenItems {
	w := &writtenItems{items, map[keyValue][]int{}, map[string][]int{}}
	for i, item := range items {
		fields, isMap := item.(map[string]any)
		if !isMap {
			key := keyValue{"", fmt.Sprint(item)}
			w.having[key] = append(w.having[key], i)
			continue
		}
		w.lacking[""] = append(w.lacking[""], i)
		for key := range mergeKeys() {
			if value, found := fields[key]; found {
				w.having[keyValue{key, fmt.Sprint(value)}] = append(w.having[keyValue{key, fmt.Sprint(value)}], i)
			} else {
				w.lacking[key] = append(w.lacking[key], i)
			}
		}
	}
	return w
}

// find is the first item that may have become an item of a manifest, with its number; that
// is negative if there is none.
func (w *writtenItems) find(item any) (number int, written any) {
	fields, isMap := item.(map[string]any)
	if !isMap {
		fields = map[string]any{"": item}
	}
	var fewest []int
	narrowed := false
	for key, value := range fields {
		if isMap && !mergeKeys()[key] {
			continue
		}
		candidates := slices.Concat(w.having[keyValue{key, fmt.Sprint(value)}], w.lacking[key])
		if !narrowed || len(candidates) < len(fewest) {
			fewest, narrowed = candidates, true
		}
	}
	if !narrowed {
		for i := range w.items {
			fewest = append(fewest, i)
		}
	}
	slices.Sort(fewest)
	for _, i := range fewest {
		if alike(w.items[i], item) {
			return i, w.items[i]
		}
	}
	return -1, nil
}

// follow goes down a path below a written item, as far as the item has it.
func follow(field string, written any, steps []rule.Step) string {
	for _, step := range steps {
		switch v := written.(type) {
		case map[string]any:
			next, found := v[step.Key]
			if !found || step.Index >= 0 {
				return field
			}
			field, written = rule.Key(field, step.Key), next
		case []any:
			if step.Index < 0 || step.Index >= len(v) {
				return field
			}
			field, written = rule.Index(field, step.Index), v[step.Index]
		default:
			return field
		}
	}
	return field
}

// workloadAsWritten is the workload that owns a folder, in the shape of the
// environment file.
func workloadAsWritten(env *config.Environment, folder string) (fields map[string]any) {
	var workload any = env.Applications[folder]
	if folder == monitorFolder && env.ClusterMonitor != nil {
		workload = env.ClusterMonitor
	}
	if data, err := json.Marshal(workload); err != nil || json.Unmarshal(data, &fields) != nil {
		return nil
	}
	return fields
}

// mergeKeys are the fields by which Kubernetes tells items of a list apart, in what
// efgen writes.
var mergeKeys = sync.OnceValue(func() map[string]bool {
	keys := map[string]bool{}
	for _, t := range []reflect.Type{reflect.TypeFor[corev1.PodSpec](), reflect.TypeFor[corev1.Container](), reflect.TypeFor[corev1.ServiceSpec]()} {
		for field := range t.Fields() {
			if key, merges := field.Tag.Lookup("patchMergeKey"); merges {
				keys[key] = true
			}
		}
	}
	return keys
})

// alike reports whether a written item may have become an item of a manifest:
// whether those of the merge keys that both have are equal.
func alike(written, item any) bool {
	fields, isMap := written.(map[string]any)
	others, _ := item.(map[string]any)
	if !isMap {
		return fmt.Sprint(written) == fmt.Sprint(item)
	}
	for key := range mergeKeys() {
		mine, inFields := fields[key]
		other, inOthers := others[key]
		if inFields && inOthers && fmt.Sprint(mine) != fmt.Sprint(other) {
			return false
		}
	}
	return true
}
