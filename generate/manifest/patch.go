package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/util/strategicpatch"
	strict "sigs.k8s.io/json"

	"github.com/efgen/efgen/validate/rule"
)

// identity are the fields by which a patch finds its object.
var identity = [][]string{{"apiVersion"}, {"kind"}, {"metadata", "name"}, {"metadata", "namespace"}}

// Patch returns a changed copy of an object: a map, or a pointer to a struct, whose
// type the copy has; the numbers in a map are json.Number. Types of k8s.io/api take
// a strategic merge patch with its directives, all others a JSON merge patch
// (RFC 7386). Neither object nor patch is changed.
//
// The error joins a *FieldError for everything that is wrong with the patch: fields
// that the type does not have, values of another type, directives that do not fit,
// the status, and any change to apiVersion, kind, name or namespace. Their fields
// are those of the patch as far as they can be told; entries of a list have the
// index they have there. Values of a map are not checked.
func Patch(object any, patch map[string]any) (any, error) {
	original, err := jsonMap(object)
	if err != nil {
		return nil, err
	}
	if patch == nil {
		patch = map[string]any{}
	}
	// Marshal names the field that no JSON can hold; encoding/json does not.
	if _, err := Marshal(patch); err != nil {
		return nil, err
	}
	change, err := jsonMap(patch)
	if err != nil {
		return nil, err
	}
	if _, found := change["status"]; found {
		return nil, &FieldError{Field: "status", Message: "a patch may not set it, it is the cluster's to write"}
	}
	t := reflect.TypeOf(object)
	switch {
	case t == reflect.TypeFor[map[string]any]():
		return patchMap(original, change)
	case t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct:
		return nil, &FieldError{Message: fmt.Sprintf("cannot patch a %s", t)}
	}
	return patchStruct(t.Elem(), original, change)
}

func patchMap(original, change map[string]any) (any, error) {
	before := identify(original)
	patched := mergeJSON(original, change).(map[string]any)
	if err := before.changed(patched); err != nil {
		return nil, err
	}
	return patched, nil
}

func patchStruct(t reflect.Type, original, change map[string]any) (any, error) {
	isBuiltIn := strings.HasPrefix(t.PkgPath(), "k8s.io/api/")
	// The merge neither checks the shape of the patch nor says which field is wrong.
	if err := checkPatch(planFor(t), change, isBuiltIn); err != nil {
		return nil, err
	}
	before := identify(original)
	patched := reflect.New(t).Interface()
	merged, err := mergeStruct(original, change, patched, isBuiltIn)
	if err != nil {
		return nil, mergeFault(err)
	}
	if err := before.changed(merged); err != nil {
		return nil, err
	}
	return patched, decodeStrictly(merged, patched)
}

func mergeStruct(original, change map[string]any, of any, isBuiltIn bool) (map[string]any, error) {
	if isBuiltIn {
		return strategicpatch.StrategicMergeMapPatch(original, change, of)
	}
	return mergeJSON(original, change).(map[string]any), nil
}

// mergeFault says in one line what strategicpatch says in several, and quotes no value
// of the object or the patch, which may be a secret.
func mergeFault(err error) error {
	message := err.Error()
	_, key, isWithoutKey := strings.Cut(message, "does not contain declared merge key: ")
	switch {
	case isWithoutKey:
		message = fmt.Sprintf("an entry without %s, by which entries of this list are merged", key)
	case strings.HasPrefix(message, "The order in patch list"):
		message = "a $setElementOrder does not have the entries of its list in their order"
	case strings.HasPrefix(message, "no elements in any") || strings.HasPrefix(message, "expected a []interface"):
		message = "a $setElementOrder has no list to put in order"
	}
	return &FieldError{Message: message}
}

// mergeJSON is RFC 7386, section 2. It is so short that no module is worth it.
func mergeJSON(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	merged, ok := target.(map[string]any)
	if !ok {
		merged = map[string]any{}
	}
	for key, change := range changes {
		if change == nil {
			delete(merged, key)
		} else {
			merged[key] = mergeJSON(merged[key], change)
		}
	}
	return merged
}

// decodeStrictly finds what checkPatch cannot know: directives that were left
// because there was nothing to merge with.
func decodeStrictly(merged map[string]any, into any) error {
	data, err := json.Marshal(merged)
	if err != nil {
		return &FieldError{Message: err.Error()}
	}
	unknown, err := strict.UnmarshalStrict(data, into)
	if err != nil {
		return &FieldError{Message: err.Error()}
	}
	var errs []error
	for _, err := range unknown {
		var at strict.FieldError
		if !errors.As(err, &at) {
			return &FieldError{Message: err.Error()}
		}
		path, directive, _ := strings.Cut("."+at.FieldPath(), ".$")
		errs = append(errs, &FieldError{
			Field:   rule.Key(strings.TrimPrefix(path, "."), "$"+directive),
			Message: "directive with nothing to merge",
		})
	}
	return errors.Join(errs...)
}

// jsonMap returns an object as what its JSON holds; nothing of it is shared.
func jsonMap(object any) (map[string]any, error) {
	data, err := json.Marshal(object)
	if err != nil {
		return nil, &FieldError{Message: err.Error()}
	}
	value, err := decode(data)
	if err != nil {
		return nil, &FieldError{Message: err.Error()}
	}
	m, ok := value.(map[string]any)
	if !ok {
		return nil, &FieldError{Message: fmt.Sprintf("cannot patch a %T", object)}
	}
	return m, nil
}

// An identifier holds what an object had in the fields of its identity.
type identifier []any

func identify(object map[string]any) identifier {
	var id identifier
	for _, keys := range identity {
		var value any = object
		for _, key := range keys {
			m, _ := value.(map[string]any)
			value = m[key]
		}
		id = append(id, value)
	}
	return id
}

func (before identifier) changed(object map[string]any) error {
	var errs []error
	for i, after := range identify(object) {
		if !reflect.DeepEqual(before[i], after) {
			errs = append(errs, &FieldError{Field: rule.Field(identity[i]...), Message: "a patch may not change it"})
		}
	}
	return errors.Join(errs...)
}
