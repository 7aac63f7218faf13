package schemas

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestClusterScopedKindsAreEmbedded(t *testing.T) {
	missing := maps.Clone(clusterScoped)
	for _, served := range Kinds() {
		delete(missing, served.Kind)
	}
	assert.Empty(t, missing)
}
