package gitops

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/.ci/cluster/proof"
)

// TestMistakesGetNoFurtherThanEfgen plants manifests that controllers would apply
// without a word: Flux drops unknown fields silently.
func TestMistakesGetNoFurtherThanEfgen(t *testing.T) {
	started := time.Now()
	d := newDeployment(t, "flux")
	_, stderr, err := d.run("generate", "--env", "production")
	require.NoError(t, err, stderr)
	text, err := os.ReadFile(d.dir + "/out/production/lv-orders/configmap-configuration.yaml")
	require.NoError(t, err)
	var configMap corev1.ConfigMap
	require.NoError(t, yaml.UnmarshalStrict(text, &configMap))
	abroad := strings.ReplaceAll(configMap.Data["node.conf"], ".production.svc.", ".staging.svc.")

	cases := []struct{ kind, name, patch, rule string }{
		{"StatefulSet", "lv-orders", `{spec: {replicaz: 3}}`, "EF192"},
		{"Service", "lv-orders-client", `{spec: {selector: {app: lv-order}}}`, "EF305"},
		{"ConfigMap", "lv-orders-configuration", `{data: {node.conf: ` + strconv.QuoteToASCII(abroad) + `}}`, "EF401"},
	}
	for _, c := range cases {
		patches := "patches: [{target: {kind: " + c.kind + ", name: " + c.name + "}, patch: " + c.patch + "}]\n"
		d.replace("policy:\n", patches+"policy:\n")
		_, stderr, err := d.run("pr", "--env", "production")
		assert.ErrorContains(t, err, "exit status 1", c.kind)
		assert.Contains(t, stderr, "["+c.rule+"]", c.kind)
		assert.Contains(t, stderr, "nothing was proposed", c.kind)
		assert.NotContains(t, d.git(d.checkout, "ls-remote"), "efgen/", "%s: there is a branch", c.kind)
		d.replace(patches, "")
	}
	assert.Equal(t, 1, d.propose(), "without the mistakes there is a proposal")
	assert.Contains(t, d.git(d.checkout, "ls-remote"), "refs/heads/efgen/production")
	proof.Record(t, "mistakes get no further than efgen pr", "the fake GitHub", len(cases), "mistakes", started)
}
