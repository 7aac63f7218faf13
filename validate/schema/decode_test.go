package schema

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/equality"
	kjson "sigs.k8s.io/json"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/manifest/decode"
)

func TestManifestsAreDecodedAsByTheAPIServer(t *testing.T) {
	decoded, refused, changes, seen := 0, 0, 0, map[string]bool{}
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
	for _, document := range corpus(t) {
		apiVersion, kind := identityOf(document)
		if decode.New(apiVersion, kind) == nil {
			continue
		}
		compare(document, apiVersion, kind)
		for changed := range changesOf(document, apiVersion+"/"+kind, seen) {
			if changes++; *exhaustive || changes%20 == 0 {
				compare(changed, apiVersion, kind)
			}
		}
	}
	assert.Greater(t, decoded, changes/50)
	assert.Greater(t, refused, changes/50)
}
