package validate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate"
)

// An autoscaler and a ServiceMonitor that do not read, or that lack what does not, blame no other.
func TestWhatScalesAndMeasuresBlamesNoOther(t *testing.T) {
	autoscaled := readCase(t, "testdata/EF511-valid-at-the-minimum.txtar")
	monitored := readCase(t, "testdata/EF334-valid-ports.txtar")
	for _, c := range []*testCase{autoscaled, monitored} {
		files := c.present()
		for i, file := range files {
			if file.Path == "kustomization.yaml" || file.Path == "flow/security.conf" {
				continue
			}
			spoilt := append([]validate.File{}, files...)
			spoilt[i].Data = append([]byte("a: [\n"), file.Data...)
			problems := validate.NewChecker().Files(spoilt, c.Facts)
			require.NotEmpty(t, problems, file.Path)
			for _, p := range problems {
				assert.Equal(t, file.Path, p.File, "%s", p)
			}
		}
	}
}
