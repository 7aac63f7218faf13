package generate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/hocon"
)

// Each of these keys is in node.conf alone, so that the file is there with
// `delivery: image` as well, and has no security then.
func TestANodeKeyWritesNodeConf(t *testing.T) {
	for key, want := range map[string]string{
		"webServices: {admin: {realm: operations}}": "operations",
		"webServices: {}": "",
		"configuration: {communication: {administration: {x: {y: [1]}}}}": "y",
		"deploy: {routers: {r: {availabilityZone: z}}}":                   "availabilityZone",
	} {
		files := byPath(t, readText(t, `
apiVersion: efgen/v1
kind: Environment
applications:
  flow: {image: {tag: "1.0.0"}, security: {delivery: image}, node: {`+key+`}}
`))
		text, written := decoded(t, files["flow/configmap-configuration.yaml"])["data"].(m)["node.conf"].(string)
		require.True(t, written, key)
		conf := parse(t, text)
		assert.Contains(t, text, want, key)
		assert.Nil(t, conf.Get("configuration", "NodeDeploy", "globalConfiguration"), key)
		assert.NotNil(t, administration(conf).Get("webServiceBindings", "healthcheck"), key)
		assert.Contains(t, files["flow/statefulset.yaml"], "STREAMING_NODEDEPLOY", key)
	}
}

func administration(conf *hocon.Value) *hocon.Value {
	return conf.Get("configuration", "NodeDeploy", "nodes", nodeKey, "communication", "administration")
}

func TestANodeConfOfOnesOwn(t *testing.T) {
	files := byPath(t, readText(t, `
apiVersion: efgen/v1
kind: Environment
applications:
  flow:
    image: {tag: "1.0.0"}
    security: {delivery: image}
    files: {configuration: {mynode.conf: test.yaml}}
    env: [{name: STREAMING_NODEDEPLOY, value: /var/opt/tibco/streambase/configuration/mynode.conf}]
`))
	assert.Contains(t, files["flow/configmap-configuration.yaml"], "mynode.conf: |")
	assert.NotContains(t, files["flow/configmap-configuration.yaml"], " node.conf:")
	assert.Equal(t, 1, strings.Count(files["flow/statefulset.yaml"], "STREAMING_NODEDEPLOY"))
	assert.Contains(t, files["flow/statefulset.yaml"], "configuration/mynode.conf")
}

func TestAServiceMonitorSelectsTheClientServiceAlone(t *testing.T) {
	files := byPath(t, readText(t, `
apiVersion: efgen/v1
kind: Environment
applications:
  flow: {image: {tag: "1.0.0"}, ports: [{name: prom, port: 9100}], metrics: {port: prom, path: /metrics}}
  other: {image: {tag: "1.0.0"}, ports: [{name: prom, port: 9100}], metrics: {port: prom, path: /metrics}}
  without: {image: {tag: "1.0.0"}}
`))
	wanted := fieldOf(t, files["flow/servicemonitor.yaml"], "spec.selector.matchLabels").(m)
	require.NotEmpty(t, wanted)
	for file, text := range files {
		if !strings.Contains(text, "\nkind: Service\n") {
			continue
		}
		labels := fieldOf(t, text, "metadata.labels").(m)
		selected := true
		for key, value := range wanted {
			selected = selected && labels[key] == value
		}
		assert.Equal(t, file == "flow/service.yaml", selected, file)
	}
	assert.NotContains(t, files["without/service.yaml"], "efgen.io/")
}

// With autoscaling, "more than one replica" means the maximum.
func TestAutoscalingCountsAtItsMaximum(t *testing.T) {
	const environment = `
apiVersion: efgen/v1
kind: Environment
applications:
  flow: {image: {tag: "1.0.0"}, resources: {requests: {cpu: 1}}, autoscaling: {minReplicas: 1, maxReplicas: MOST, cpu: 70}}
deploy: {repository: example/deploy, base: main}
gitops: {flux: {}}
`
	scaled, single := byPath(t, readText(t, strings.Replace(environment, "MOST", "9", 1))), byPath(t, readText(t, strings.Replace(environment, "MOST", "1", 1)))
	assert.Nil(t, fieldOf(t, scaled["flow/statefulset.yaml"], "spec.replicas"))
	assert.InDelta(t, 30, fieldOf(t, scaled["flow/statefulset.yaml"], "spec.minReadySeconds"), 0)
	assert.NotNil(t, fieldOf(t, scaled["flow/statefulset.yaml"], "spec.template.spec.topologySpreadConstraints"))
	assert.Contains(t, scaled, "flow/poddisruptionbudget.yaml")
	assert.NotContains(t, single, "flow/poddisruptionbudget.yaml")
	assert.Equal(t, "32m", fieldOf(t, scaled["_gitops/kustomization.yaml"], "spec.timeout"))
	assert.Equal(t, "8m", fieldOf(t, single["_gitops/kustomization.yaml"], "spec.timeout"))
}
