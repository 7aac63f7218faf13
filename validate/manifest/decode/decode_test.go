package decode

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/randfill"
	"sigs.k8s.io/yaml"
)

// Objects with something in every field reach all that the types can hold. fill may
// refuse what fits, as encoding/json is asked again; it does not do so as a rule.
func TestWholeObjectsAreFilledAsTheAPIServerFillsThem(t *testing.T) {
	filler := randfill.NewWithSeed(1).NilChance(0.2).NumElements(0, 2).MaxDepth(12)
	for kind, prototype := range kinds {
		filled := 0
		for range 20 {
			object := prototype()
			filler.Fill(object)
			data, err := json.Marshal(object)
			if err != nil {
				continue // a quantity or a time that cannot be written
			}
			var fields map[string]any
			require.NoError(t, kjson.UnmarshalCaseSensitivePreserveInts(data, &fields))
			want, got := prototype(), prototype()
			require.NoError(t, kjson.UnmarshalCaseSensitivePreserveInts(data, want))
			if fill(fields, reflect.ValueOf(got).Elem()) {
				filled++
				require.True(t, equality.Semantic.DeepEqual(want, got), "%s\nwant %+v\ngot  %+v", data, want, got)
			}
		}
		assert.Positive(t, filled, kind)
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
		assert.EqualError(t, Object(read(t, document), &appsv1.StatefulSet{}), says)
	}
	var set appsv1.StatefulSet
	require.NoError(t, Object(read(t, "spec: {replicas: 3.0}"), &set))
	assert.EqualValues(t, 3, *set.Spec.Replicas)
}

func read(t *testing.T, document string) (fields map[string]any) {
	require.NoError(t, yaml.Unmarshal([]byte(document), &fields))
	return fields
}
