package manifest_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/equality"
	kjson "sigs.k8s.io/json"

	"github.com/efgen/efgen/validate/internal/corpus"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/manifest/decode"
)

func TestManifestsAreDecodedAsByTheAPIServer(t *testing.T) {
	decoded, refused, seen := 0, 0, map[string]bool{}
	compare := func(document []byte, apiVersion, kind string) {
		fields, faults := manifest.Read(document)
		if fields == nil || faults != nil {
			return
		}
		data, err := json.Marshal(fields)
		require.NoError(t, err)
		want, got := decode.New(apiVersion, kind), decode.New(apiVersion, kind)
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
	for _, document := range corpus.All(t) {
		apiVersion, kind := corpus.Identity(document)
		if decode.New(apiVersion, kind) == nil {
			continue
		}
		compare(document, apiVersion, kind)
		for changed := range corpus.Changed(document, apiVersion+"/"+kind, seen) {
			compare(changed, apiVersion, kind)
		}
	}
	assert.Greater(t, decoded, 1000)
	assert.Greater(t, refused, 1000)
}
