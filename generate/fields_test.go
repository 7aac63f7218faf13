package generate_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/rule"
)

// m is a mapping of YAML.
type m = map[string]any

const theContainer = "spec.template.spec.containers[0]"

// decoded is a manifest as YAML readers see it.
func decoded(t testing.TB, text string) map[string]any {
	t.Helper()
	var object map[string]any
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), &object), text)
	return object
}

// change sets a field to a value, or removes it for nil.
func change(t *testing.T, object any, field string, value any) {
	t.Helper()
	steps, ok := rule.Steps(field)
	require.True(t, ok)
	last := len(steps) - 1
	for _, s := range steps[:last] {
		object = child(object, s)
	}
	switch parent := object.(type) {
	case map[string]any:
		if parent[steps[last].Key] = value; value == nil {
			delete(parent, steps[last].Key)
		}
	case []any:
		parent[steps[last].Index] = value
	default:
		require.Fail(t, "nothing to change", field)
	}
}

// fieldOf is the value of a field in a manifest, nil if there is none, and the
// whole text for an empty field.
func fieldOf(t *testing.T, text, field string) any {
	t.Helper()
	switch {
	case field == "":
		return text
	case text == "":
		return nil
	}
	return fieldIn(decoded(t, text), field)
}

// fieldIn follows a field path, to nil where there is nothing.
func fieldIn(value any, field string) any {
	steps, _ := rule.Steps(field)
	for _, s := range steps {
		value = child(value, s)
	}
	return value
}

func child(value any, s rule.Step) any {
	switch value := value.(type) {
	case map[string]any:
		return value[s.Key]
	case []any:
		if s.Index >= 0 && s.Index < len(value) {
			return value[s.Index]
		}
	}
	return nil
}

func marshal(t testing.TB, value any) string {
	t.Helper()
	text, err := yaml.Marshal(value)
	require.NoError(t, err)
	return string(text)
}
