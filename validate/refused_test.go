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

// The schema has said that it is missing.
func TestWhatIsMissingIsSaidOnce(t *testing.T) {
	const pod = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: b}
spec: {selector: {matchLabels: {app: b}}}
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  topologySpreadConstraints: [{}]
  containers: [{name: a, env: [{name: X, valueFrom: {secretKeyRef: {name: x}}}]}]
  volumes: [{name: v, persistentVolumeClaim: {}}]
`
	said := map[string]int{}
	for _, p := range validate.NewChecker().Files([]validate.File{{Path: "a.yaml", Data: []byte(pod)}}, validate.Facts{KubernetesVersion: "1.34"}) {
		if p.Rule == "EF201" || p.Rule == "EF207" {
			said[p.Rule+" "+p.Field]++
		}
	}
	assert.Equal(t, map[string]int{
		"EF201 spec.template":                                        1,
		"EF201 spec.topologySpreadConstraints[0].maxSkew":            1,
		"EF201 spec.topologySpreadConstraints[0].topologyKey":        1,
		"EF201 spec.topologySpreadConstraints[0].whenUnsatisfiable":  1,
		"EF201 spec.containers[0].env[0].valueFrom.secretKeyRef.key": 1,
		"EF201 spec.volumes[0].persistentVolumeClaim.claimName":      1,
	}, said)
}
