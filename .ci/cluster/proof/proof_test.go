package proof

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAClaimThatIsNotProvedIsMissed(t *testing.T) {
	var recorded, table strings.Builder
	for _, claim := range Claims[1:] {
		require.NoError(t, json.NewEncoder(&recorded).Encode(Proof{claim, "etcd v0.0.0", 3, "objects", 1}))
	}
	missing, err := Print(&table, strings.NewReader(recorded.String()))
	require.NoError(t, err)
	assert.Equal(t, Claims[:1], missing)
	assert.Equal(t, len(Claims), strings.Count(table.String(), "\n"), "a heading and every other claim")

	require.NoError(t, json.NewEncoder(&recorded).Encode(Proof{Claims[0], "etcd v0.0.0", 3, "objects", 1}))
	missing, err = Print(&table, strings.NewReader(recorded.String()))
	require.NoError(t, err)
	assert.Empty(t, missing)
}
