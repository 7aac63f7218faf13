package validate

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/validate/schemas"
)

func TestClusterScopedKindsAreEmbedded(t *testing.T) {
	missing := maps.Clone(clusterScoped)
	for _, served := range schemas.Kinds() {
		delete(missing, served.Kind)
	}
	assert.Empty(t, missing)
}
