package generate

import (
	"errors"

	"github.com/efgen/efgen/generate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// patch applies the environment's patches to one object, in their order. What
// comes back is of the object's own type, or a map for a kind whose type does
// not hold every field that a patch may set.
func (r *renderer) patch(o object) any {
	var patched any = o
	for i, p := range r.env.Patches {
		if p.Target.Kind != kindOf(o) || p.Target.Name != o.GetName() {
			continue
		}
		r.matched[i] = true
		result, err := manifest.Patch(patched, p.Patch)
		if err != nil {
			r.reportPatch(rule.Key(rule.Index("patches", i), "patch"), err)
			continue
		}
		patched = result
	}
	return patched
}

// reportPatch points every fault at its own line of the patch.
func (r *renderer) reportPatch(field string, err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			r.reportPatch(field, err)
		}
		return
	}
	if fault, ok := errors.AsType[*manifest.FieldError](err); ok {
		r.fail(rulePatch, field+"."+fault.Field, "%s", fault.Message)
		return
	}
	r.fail(rulePatch, field, "%v", err)
}

func (r *renderer) reportUnmatchedPatches() {
	for i, matched := range r.matched {
		if target := r.env.Patches[i].Target; !matched {
			r.fail(rulePatchTarget, rule.Key(rule.Index("patches", i), "target"),
				"the environment generates no %s %q", target.Kind, target.Name)
		}
	}
}
