package app

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/generate/config"
)

// Environments that name one server share a cluster, however they spell it. The default is
// every Argo CD's own cluster, and no sign of a shared one.
func TestTheServerOfAnEnvironmentHasOneSpelling(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"https://kubernetes.default.svc":      "",
		"https://kubernetes.default.svc/":     "",
		"https://kubernetes.default.svc:443":  "",
		"https://10.1.2.3:6443":               "https://10.1.2.3:6443",
		"https://Europe-1.Example.com:6443/":  "https://europe-1.example.com:6443",
		"https://europe-1.example.com:443":    "https://europe-1.example.com",
		"https://europe-1.example.com/prefix": "https://europe-1.example.com/prefix",
	} {
		env := &config.Environment{GitOps: &config.GitOps{ArgoCD: &config.ArgoCD{Server: written}}}
		assert.Equal(t, want, server(env), written)
	}
	assert.Empty(t, server(&config.Environment{}))
	assert.Empty(t, server(&config.Environment{GitOps: &config.GitOps{}}))
}
