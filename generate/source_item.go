package generate

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

// itemBehind names the item of the environment's list behind an item of a
// manifest's list, in which efgen's own items stand among them.
func (s *Sources) itemBehind(file, field string) string {
	row, _ := longestRow(file, field)
	switch row.field {
	case ".env", ".ports", ".volumes", ".volumeMounts":
	default:
		return ""
	}
	prefix, _ := rule.Steps(row.prefix)
	steps, ok := rule.Steps(field)
	if !ok || len(steps) <= len(prefix) {
		return ""
	}
	item := valueAt(s.patched.of(file), steps[:len(prefix)+1])
	list := strings.TrimPrefix(row.field, ".")
	items, _ := workloadAsWritten(s.Env, path.Dir(file))[list].([]any)
	if i := slices.IndexFunc(items, func(written any) bool { return alike(written, item) }); i >= 0 {
		return rule.Index(workloadField(s.Env, path.Dir(file))+row.field, i)
	}
	return ""
}

// workloadAsWritten is the workload that owns a folder, in the shape of the
// environment file.
func workloadAsWritten(env *config.Environment, folder string) (fields map[string]any) {
	var workload any = env.Applications[folder]
	if folder == monitorName && env.ClusterMonitor != nil {
		workload = env.ClusterMonitor
	}
	if data, err := json.Marshal(workload); err != nil || json.Unmarshal(data, &fields) != nil {
		return nil
	}
	return fields
}

// objects are those of an environment's files, as YAML readers see them.
type objects struct {
	env  *config.Environment
	text map[string][]byte
	read map[string]any
}

func (o *objects) of(file string) any {
	if o.text == nil {
		o.text, o.read = map[string][]byte{}, map[string]any{}
		files, _ := Render(o.env)
		for _, f := range files {
			o.text[f.Path] = f.Data
		}
	}
	object, done := o.read[file]
	if !done && yaml.Unmarshal(o.text[file], &object) == nil {
		o.read[file] = object
	}
	return object
}

// valueAt follows a field path, to nil where there is nothing.
func valueAt(value any, steps []rule.Step) any {
	for _, step := range steps {
		switch parent := value.(type) {
		case map[string]any:
			value = parent[step.Key]
		case []any:
			if step.Index < 0 || step.Index >= len(parent) {
				return nil
			}
			value = parent[step.Index]
		default:
			return nil
		}
	}
	return value
}

// mergeKeys are the fields by which Kubernetes tells items of a list apart
// (patchMergeKey in the types of k8s.io/api that efgen writes).
var mergeKeys = []string{"name", "mountPath", "devicePath", "containerPort", "port", "topologyKey", "ip"}

// alike tells whether a written item may have become an item of a manifest:
// whether those of these fields that both have are equal.
func alike(written, item any) bool {
	fields, isMap := written.(map[string]any)
	others, _ := item.(map[string]any)
	if !isMap {
		return fmt.Sprint(written) == fmt.Sprint(item)
	}
	for _, key := range mergeKeys {
		mine, inFields := fields[key]
		other, inOthers := others[key]
		if inFields && inOthers && fmt.Sprint(mine) != fmt.Sprint(other) {
			return false
		}
	}
	return true
}
