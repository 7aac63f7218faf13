package manifest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/validate/manifest"
)

func TestAnImageWithoutARegistryIsOneOfDockerHub(t *testing.T) {
	for reference, want := range map[string]string{
		"busybox":                            "docker.io/library/busybox",
		"docker.io/busybox:1":                "docker.io/library/busybox",
		"index.docker.io/library/busybox":    "docker.io/library/busybox",
		"grafana/grafana:1":                  "docker.io/grafana/grafana",
		"localhost/flow":                     "localhost/flow",
		"registry.example.com:5000/flow:1":   "registry.example.com:5000/flow",
		"registry.example.com/a/flow@sha256": "registry.example.com/a/flow",
	} {
		assert.Equal(t, want, manifest.ParseImage(reference).Resolved().Repository, reference)
	}
}
