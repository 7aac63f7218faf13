package generate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate/config"
)

// A changed pod template makes the StatefulSet replace every node; so it changes
// with what the nodes see, and with nothing else.
func TestNodesRestartForWhatTheySeeAndNothingElse(t *testing.T) {
	text, err := os.ReadFile("source/testdata/test.yaml")
	require.NoError(t, err)
	patch := func(kind, name string, patch m) []any {
		return []any{m{"target": m{"kind": kind, "name": name}, "patch": patch}}
	}
	before := template(t, string(text))
	for _, test := range []struct {
		field    string
		value    any
		restarts bool
	}{
		{`applications.flow.files.configuration["engine.conf"]`, "files/b.txt", true},
		{`applications.flow.files.resources["logback.xml"]`, "files/b.txt", true},
		{`applications.flow.files.resources["logback.xml"]`, "files/bytes.bin", true},
		{"applications.flow.node.substitutions.PORT", "2", true},
		{"applications.flow.security.trustedHosts", []any{"*.example.com"}, true},
		{"patches", patch("ConfigMap", "flow-resources", m{"data": m{"logback.xml": "patched"}}), true},
		{"patches", patch("ConfigMap", "flow-resources", m{"binaryData": m{"more": "AA=="}}), true},
		{"clusterMonitor", nil, true}, // every application trusts it
		{"applications.flow.image.tag", "1.0.1", true},

		{"labels", m{"example.com/team": "orders"}, false},
		{"annotations", m{"example.com/on-call": "orders"}, false},
		{"applications.flow.security.trustApplications", nil, true},
		{"applications.flow.replicas", 9, true},                // they may have names that are not trusted so far
		{"applications.view.autoscaling.maxReplicas", 9, true}, // flow trusts these as well
		{"applications.flow.license", m{"urls": []any{"https://activation.example.com"}}, true},

		{"applications.flow.replicas", 8, false},
		{"applications.more", m{"image": m{"tag": "1.0.0"}}, false},
		{"applications.view.autoscaling.maxReplicas", 8, false},
		{"applications.flow.minReadySeconds", 7, false},
		{"applications.flow.ingress.host", "other.example.com", false},
		{"applications.flow.networkPolicy", false, false},
		{"applications.view.image.tag", "1.0.1", false},
		{"clusterMonitor.image.tag", "1.0.1", false},
		{"patches", patch("ConfigMap", "flow-resources", m{"metadata": m{"labels": m{"a": "b"}}}), false},
	} {
		var changed m
		require.NoError(t, yaml.Unmarshal(text, &changed))
		change(t, changed, test.field, test.value)
		after := template(t, marshal(t, changed))
		assert.Equal(t, test.restarts, !assert.ObjectsAreEqual(before, after), "%s: %v", test.field, test.value)
	}
}

// template is the pod template of the application flow.
func template(t *testing.T, text string) any {
	t.Helper()
	template := fieldOf(t, byPath(t, readSource(t, text))["flow/statefulset.yaml"], "spec.template")
	require.NotNil(t, template)
	return template
}

// readSource reads an environment that finds the files of source/testdata.
func readSource(t *testing.T, text string) *config.Environment {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "files"), os.DirFS("source/testdata/files")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "test.yaml"), []byte(text), 0o644))
	return readAll(t, dir)[0]
}
