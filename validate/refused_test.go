package validate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate"
)

func TestAnnotationsHaveALimit(t *testing.T) {
	for size, want := range map[int][]string{
		256<<10 - len("a"):     nil,
		256<<10 - len("a") + 1: {"metadata.annotations: the annotations have 262145 bytes, more than the 262144 that the API server takes"},
	} {
		text := "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, annotations: {a: " + strings.Repeat("b", size) + "}}\n"
		problems := validate.NewChecker().Files([]validate.File{{Path: "a.yaml", Data: []byte(text)}}, validate.Facts{KubernetesVersion: "1.34"})
		var found []string
		for _, p := range problems {
			require.Equal(t, "EF207", p.Rule)
			found = append(found, p.Field+": "+p.Message)
		}
		assert.Equal(t, want, found, size)
	}
}
