package validate

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/equality"
	kjson "sigs.k8s.io/json"

	"github.com/efgen/efgen/validate/manifest/decode"
)

func TestManifestsAreDecodedAsByTheAPIServer(t *testing.T) {
	decoded, refused, seen := 0, 0, map[string]bool{}
	compare := func(document []byte, key schemaKey) {
		fields, findings := read(document)
		if fields == nil || findings != nil {
			return
		}
		data, err := json.Marshal(fields)
		require.NoError(t, err)
		want, got := decode.New(key.apiVersion, key.kind), decode.New(key.apiVersion, key.kind)
		err = kjson.UnmarshalCaseSensitivePreserveInts(data, want)
		if decode.Object(fields, got) != nil {
			require.Error(t, err, "%s", document)
			refused++
			return
		}
		require.NoError(t, err, "%s", document)
		require.True(t, equality.Semantic.DeepEqual(want, got), "%s\nwant %+v\ngot  %+v", document, want, got)
		decoded++
	}
	for _, document := range corpus(t) {
		key := keyOf(document)
		if decode.New(key.apiVersion, key.kind) == nil {
			continue
		}
		compare(document, key)
		for changed := range changed(document, key.apiVersion+"/"+key.kind, seen) {
			compare(changed, key)
		}
	}
	assert.Greater(t, decoded, 1000)
	assert.Greater(t, refused, 1000)
}
