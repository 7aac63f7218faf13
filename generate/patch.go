package generate

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"github.com/efgen/efgen/generate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var patchWithoutTarget = rule.Rule{
	ID: "EF191", Severity: rule.Error,
	Title:   "a patch matches no object",
	Why:     "an instruction that does nothing is a mistake: the change that somebody relies on would be missing in the cluster",
	Example: "patches:\n- target: {kind: StatefulSet, name: ef-kubernetes-ap}\n  patch: {spec: {replicas: 5}}",
	Fix:     "name the kind and the name of an object that the environment generates, as `efgen generate` lists them",
}

var unfitPatch = rule.Rule{
	ID: "EF192", Severity: rule.Error,
	Title:   "a patch does not fit its object",
	Why:     "the API server refuses unknown fields and wrong types, and an object that changes its kind, name or namespace is another object",
	Example: "patches:\n- target: {kind: StatefulSet, name: ef-kubernetes-app}\n  patch: {spec: {replicsa: 5}}",
	Fix:     "write the patch with the fields of that kind; leave apiVersion, kind, metadata.name and metadata.namespace alone",
}

// patch applies the environment's patches to one object, in their order. The result has
// the object's own type, or is a map if that type lacks fields that a patch may set.
func (r *renderer) patch(o object) any {
	var patched any
	for i, p := range r.env.Patches {
		if p.Target.Kind != kindOf(o) || p.Target.Name != o.GetName() {
			continue
		}
		if r.matched[i] = true; patched == nil {
			patched = patchable(o)
		}
		result, err := manifest.Patch(patched, p.Patch)
		if err != nil {
			r.reportPatch(rule.Key(rule.Index("patches", i), "patch"), err)
			continue
		}
		patched = result
	}
	if patched == nil {
		return o
	}
	return patched
}

// patchable converts an object to a form that has every field of its kind. The types of
// this package have only the fields that efgen writes.
func patchable(o object) any {
	if strings.HasPrefix(reflect.TypeOf(o).Elem().PkgPath(), "k8s.io/api/") {
		return o
	}
	data, err := json.Marshal(o)
	if err != nil {
		return o
	}
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&fields); err != nil {
		return o
	}
	return fields
}

// reportPatch reports every fault at its own line of the patch.
func (r *renderer) reportPatch(field string, err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			r.reportPatch(field, err)
		}
		return
	}
	if fault, ok := errors.AsType[*manifest.FieldError](err); ok {
		r.report(unfitPatch, appendField(field, fault.Field), "%s", fault.Message)
		return
	}
	r.report(unfitPatch, field, "%v", err)
}

// appendField appends one field path to another.
func appendField(path, field string) string {
	if field == "" || field[0] == '[' {
		return path + field
	}
	return path + "." + field
}

func (r *renderer) reportUnmatchedPatches() {
	for i, matched := range r.matched {
		if target := r.env.Patches[i].Target; !matched {
			r.report(patchWithoutTarget, rule.Key(rule.Index("patches", i), "target"),
				"the environment generates no %s %q", target.Kind, target.Name)
		}
	}
}
