package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/schemas"
)

func TestTheGeneratorAndTheCheckerSupportTheSameVersions(t *testing.T) {
	assert.Equal(t, schemas.Minors(), config.KubernetesVersions)
}
