package manifest_test

import (
	"fmt"
	"reflect"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	yaml2 "go.yaml.in/yaml/v2"
	yaml4 "go.yaml.in/yaml/v4"
	"sigs.k8s.io/yaml"
)

// readers are what Kubernetes reads with, one for YAML 1.1 and one nearer to YAML 1.2.
var readers = map[string]func([]byte, any) error{
	"sigs.k8s.io/yaml":   func(text []byte, into any) error { return yaml.UnmarshalStrict(text, into) },
	"go.yaml.in/yaml/v2": yaml2.UnmarshalStrict,
	"go.yaml.in/yaml/v4": yaml4.Unmarshal,
}

// requireReadBack fails unless every reader finds the value in the text, types and all.
func requireReadBack(t *testing.T, value any, text string) {
	t.Helper()
	for name, read := range readers {
		var back any
		require.NoError(t, read([]byte(text), &back), "%s:\n%s", name, text)
		require.Equal(t, comparable(value), comparable(back), "%s:\n%s", name, text)
	}
}

// comparable makes equal what differs only in Go: the type of a map, the size of a number.
func comparable(value any) any {
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Map:
		same := map[string]any{}
		for _, key := range v.MapKeys() {
			same[fmt.Sprintf("%#v", key.Interface())] = comparable(v.MapIndex(key).Interface())
		}
		return same
	case reflect.Slice:
		same := make([]any, v.Len())
		for i := range same {
			same[i] = comparable(v.Index(i).Interface())
		}
		return same
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return number(fmt.Sprint(value))
	case reflect.Float64:
		return number(strconv.FormatFloat(v.Float(), 'f', -1, 64))
	}
	return value
}

type number string

func TestReadersTellTypesApart(t *testing.T) {
	assert.NotEqual(t, comparable("1"), comparable(1))
	assert.NotEqual(t, comparable(true), comparable("true"))
	assert.NotEqual(t, comparable(map[any]any{1: ""}), comparable(map[string]any{"1": ""}))
	assert.Equal(t, comparable(map[any]any{"a": 1e21}), comparable(map[string]any{"a": 1e21}))
}
