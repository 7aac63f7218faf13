package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/validate/policy"
)

func TestPodSecurityLevelIsTheStrictestThatTakesThePod(t *testing.T) {
	const safe = `
securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
containers: [{name: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
`
	for text, want := range map[string]string{
		safe:                               "restricted",
		"containers: [{name: a}]":          "baseline",
		safe + "hostNetwork: true\n":       "privileged",
		"volumes: [{hostPath: {path: /}}]": "privileged",
	} {
		var spec corev1.PodSpec
		require.NoError(t, yaml.UnmarshalStrict([]byte(text), &spec))
		assert.Equal(t, want, policy.PodSecurityLevel(&metav1.ObjectMeta{}, &spec), text)
	}
}
