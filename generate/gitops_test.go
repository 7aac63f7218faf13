package generate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Flux gives up on a roll-out, and keeps the next commit waiting, after that long.
func TestTheTimeoutOfFluxLeavesEveryNodeTimeToBeReplaced(t *testing.T) {
	const quick = "terminationGracePeriodSeconds: 10, minReadySeconds: 0, probes: {readiness: {initialDelaySeconds: 5, periodSeconds: 5}}"
	for _, test := range []struct{ applications, want string }{
		{"flow: {}", "14m"},
		{"flow: {replicas: 4, " + quick + "}", "17m"},
		{"flow: {replicas: 0}", "5m"},
		{"flow: {replicas: 4, " + quick + "}, view: {replicas: 2, terminationGracePeriodSeconds: 500}", "25m"},
		{"flow: {replicas: 1, terminationGracePeriodSeconds: 0, probes: {startup: {initialDelaySeconds: 100, failureThreshold: 120, periodSeconds: 5}}}", "16m"},
		{"flow: {replicas: 1, terminationGracePeriodSeconds: 0, probes: {startup: {initialDelaySeconds: 101, failureThreshold: 120, periodSeconds: 5}}}", "17m"},
		{"flow: {replicas: 1000, probes: {startup: {failureThreshold: 2147483647, periodSeconds: 2147483647}}}", "1440005m"},
	} {
		env := readText(t, `
apiVersion: efgen/v1
kind: Environment
deploy: {repository: example/deploy, base: main}
gitops: {flux: {}}
applications: {`+test.applications+`}
`)
		assert.Equal(t, test.want, fieldOf(t, byPath(t, env)["_gitops/kustomization.yaml"], "spec.timeout"), test.applications)
	}
}
