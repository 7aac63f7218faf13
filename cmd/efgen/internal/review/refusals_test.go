package review_test

import (
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// The table says what a real API server does, which .ci/cluster holds it against.
func TestRefusalsAreForetold(t *testing.T) {
	text, err := os.ReadFile("testdata/refusals.yaml")
	require.NoError(t, err)
	var table struct {
		Bases   map[string]any
		Changes []struct {
			Of, Name string
			Refused  *bool
			Old, New any
		}
	}
	require.NoError(t, yaml.UnmarshalStrict(text, &table))
	require.NotEmpty(t, table.Changes)
	for _, row := range table.Changes {
		t.Run(row.Of+", "+row.Name, func(t *testing.T) {
			require.NotNil(t, row.Refused)
			old := laidOver(table.Bases[row.Of], row.Old)
			report := compareTexts("extra/object.yaml", jsonOf(t, old), jsonOf(t, laidOver(old, row.New)))
			require.Len(t, report.Changes, 1)
			refused := false
			for _, r := range report.Changes[0].Risks {
				refused = refused || strings.HasPrefix(r.Message, "the API server will refuse this")
			}
			assert.Equal(t, *row.Refused, refused, "%+v", report.Changes[0].Risks)
		})
	}
}

// laidOver puts the fields of a patch in the place of the base's; null takes one away.
func laidOver(base, patch any) any {
	over, isMapping := patch.(map[string]any)
	under, _ := base.(map[string]any)
	switch {
	case patch == nil:
		return base
	case !isMapping:
		return patch
	}
	merged := map[string]any{}
	maps.Copy(merged, under)
	for key, value := range over {
		if value == nil {
			delete(merged, key)
		} else {
			merged[key] = laidOver(under[key], value)
		}
	}
	return merged
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}
