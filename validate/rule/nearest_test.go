package rule_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/efgen/efgen/validate/rule"
)

func TestNearestIsWhatAMisspeltWordMeans(t *testing.T) {
	known := []string{"replicas", "image", "imagePullPolicy", "port", "ports"}
	for word, want := range map[string]string{
		"replicsa": "replicas", "Replicas": "replicas", "imag": "image", "imagepullpolicy": "imagePullPolicy",
		"prt": "port", "portss": "ports", "volumes": "", "x": "", "": "", strings.Repeat("replicas", 9): "",
	} {
		assert.Equal(t, want, rule.Nearest(word, known), word)
	}
	assert.Empty(t, rule.Nearest("port", nil))
}
