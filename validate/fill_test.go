package validate

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/equality"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/randfill"
)

// viaJSON is the slow way that fill goes the quick one of, as the API server goes it.
func viaJSON(fields map[string]any, prototype func() any) (any, error) {
	value := prototype()
	data, err := json.Marshal(fields)
	if err == nil {
		err = kjson.UnmarshalCaseSensitivePreserveInts(data, value)
	}
	return value, err
}

// compareFilled holds fill against encoding/json, and tells whether both took it. What
// fill refuses is asked of encoding/json again, so it may refuse too much.
func compareFilled(t *testing.T, fields map[string]any, prototype func() any) bool {
	t.Helper()
	want, err := viaJSON(fields, prototype)
	got := prototype()
	if !fill(fields, reflect.ValueOf(got).Elem()) {
		return false
	}
	require.NoError(t, err, "%v", fields)
	require.True(t, equality.Semantic.DeepEqual(want, got), "%v\nwant %+v\ngot  %+v", fields, want, got)
	return true
}

func TestManifestsFillTheirTypesAsFromJSON(t *testing.T) {
	filled, seen := 0, map[string]bool{}
	for _, document := range corpus(t) {
		key := keyOf(document)
		prototype, known := kinds[key.apiVersion+"/"+key.kind]
		if !known {
			continue
		}
		for changed := range changed(document, key.apiVersion+"/"+key.kind, seen) {
			if fields, findings := read(changed); fields != nil && findings == nil && compareFilled(t, fields, prototype) {
				filled++
			}
		}
		fields, _ := read(document)
		compareFilled(t, fields, prototype)
	}
	assert.Greater(t, filled, 1000)
}

// Objects with something in every field reach all that the types can hold.
func TestWholeObjectsFillTheirTypesAsFromJSON(t *testing.T) {
	filler := randfill.NewWithSeed(1).NilChance(0.2).NumElements(0, 2).MaxDepth(12)
	for name, prototype := range kinds {
		filled := 0
		for range 20 {
			object := prototype()
			filler.Fill(object)
			data, err := json.Marshal(object)
			if err != nil {
				continue // a quantity or a time that cannot be written
			}
			fields, findings := read(data)
			require.Empty(t, findings)
			if compareFilled(t, fields, prototype) {
				filled++
			}
		}
		assert.Positive(t, filled, name)
	}
}

func TestWhatDoesNotFitIsExplained(t *testing.T) {
	for document, says := range map[string]string{
		"spec: {replicas: three}":       "json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32",
		"spec: {replicas: 4294967297}":  "json: cannot unmarshal number 4294967297 into Go struct field StatefulSetSpec.spec.replicas of type int32",
		"spec: {replicas: 1.5}":         "json: cannot unmarshal number 1.5 into Go struct field StatefulSetSpec.spec.replicas of type int32",
		"metadata: {labels: {a: true}}": "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string",
		"spec: {template: []}":          "json: cannot unmarshal array into Go struct field StatefulSetSpec.spec.template of type v1.PodTemplateSpec",
	} {
		fields, findings := read([]byte(document))
		require.Empty(t, findings)
		assert.EqualError(t, decode(fields, kinds["apps/v1/StatefulSet"]()), says)
	}
	fields, _ := read([]byte("spec: {replicas: 3.0}"))
	assert.NoError(t, decode(fields, kinds["apps/v1/StatefulSet"]()))
}
