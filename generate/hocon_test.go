package generate_test

import (
	"crypto/sha256"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	library "github.com/gurkankaymak/hocon"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/hocon"
)

// A node is what the goldens must say of the nodes of one application.
type node struct {
	name  string
	hosts []string
	// nodeConf says that the pods take configuration from outside of the image,
	// embeds how many files come with it.
	nodeConf bool
	embeds   int
	webPort  string
}

// nodes are the applications of all goldens, as case/environment/application.
var nodes = map[string]node{
	"minimal/minimal/flow": {"flow", slices.Concat(
		[]string{"${DEFAULT_ROUTE:-10.1.0.1}", "*.flow.minimal.svc.cluster.local", "*.flow-client.minimal.svc.cluster.local"},
		discovered("flow", "minimal.svc.cluster.local"),
	), true, 1, "8008"},
	"everything/production/order-flow": {"orders", slices.Concat(
		[]string{"*.order-flow.orders.svc.k8s.example.com", "*.order-flow-client.orders.svc.k8s.example.com"},
		discovered("orderflow", "orders.svc.k8s.example.com"),
		[]string{"*.clustermonitor.orders.svc.k8s.example.com", "*.order-view.orders.svc.k8s.example.com", "*.order-view-client.orders.svc.k8s.example.com"},
		discovered("orderview", "orders.svc.k8s.example.com"),
		[]string{"*.operations.example.com", "10.30.0.0/24"},
	), true, 3, "8080"},
	"everything/production/order-view": {"order-view", []string{
		"${DEFAULT_ROUTE:-10.1.0.1}",
		"*.order-view.orders.svc.k8s.example.com", "*.order-view-client.orders.svc.k8s.example.com",
		"*.clustermonitor.orders.svc.k8s.example.com",
	}, true, 1, "8008"},
	"openshift/cluster-wide/flow": {"flow", slices.Concat(
		[]string{"${DEFAULT_ROUTE:-10.1.0.1}", "*.flow.orders.svc.cluster.local", "*.flow-client.orders.svc.cluster.local"},
		discovered("flow", "orders.svc.cluster.local"), []string{"*.clustermonitor.orders.svc.cluster.local"},
	), false, 0, ""},
	"openshift/one-namespace/flow": {"flow", slices.Concat(
		[]string{"${DEFAULT_ROUTE:-10.1.0.1}", "*.flow.orders.svc.cluster.local", "*.flow-client.orders.svc.cluster.local"},
		discovered("flow", "orders.svc.cluster.local"),
	), true, 0, "8080"},
	"off/default/flow": {"flow", slices.Concat(
		[]string{"${DEFAULT_ROUTE:-10.1.0.1}", "*.flow.default.svc.cluster.local"},
		discovered("flow", "default.svc.cluster.local"), []string{"*.clustermonitor.default.svc.cluster.local"},
	), false, 0, ""},
	"patched/patched/flow": {"flow", []string{
		"${DEFAULT_ROUTE:-10.1.0.1}", "*.flow.patched.svc.cluster.local", "*.flow-client.patched.svc.cluster.local",
	}, true, 1, "8008"},
}

// discovered are the names under the Services that the first eight nodes of an application make
// for themselves; application is its name without dashes.
func discovered(application, suffix string) (hosts []string) {
	namespace, _, _ := strings.Cut(suffix, ".")
	for _, ordinal := range "01234567" {
		hosts = append(hosts, "*."+application+string(ordinal)+"-"+namespace+"-"+application+"."+suffix)
	}
	return hosts
}

const (
	nodeKey         = "${EP_NODE_NAME}"
	securityOfNodes = "com.tibco.ep.dtm.configuration.security"
	deployOfNodes   = "com.tibco.ep.dtm.configuration.node"
)

func TestSecurityConfTrustsTheNodesThatItHasTo(t *testing.T) {
	seen := map[string]bool{}
	for name, folder := range cases(t, "testdata/render") {
		for file, text := range contents(t, folder+"/out") {
			if path.Base(file) != "security.conf" {
				continue
			}
			application := name + "/" + path.Dir(file)
			want, ok := nodes[application]
			require.True(t, ok, application)
			seen[application] = true

			assertDocument(t, text, want.name, "1.0.0", securityOfNodes)
			assert.Equal(t, want.hosts, hosts(parse(t, text)), application)
			assert.Equal(t, want.hosts, hostsByLibrary(t, text), application)
		}
	}
	assert.Len(t, seen, len(nodes))
}

func TestNodeConfReplacesWhatTheArchiveSays(t *testing.T) {
	for application, want := range nodes {
		environment, name := path.Split(application)
		texts := contents(t, "testdata/render/"+strings.Replace(environment, "/", "/out/", 1))
		text, found := nodeConf(t, texts[name+"/configmap-configuration.yaml"])
		require.Equal(t, want.nodeConf, found, application)
		if !found {
			continue
		}
		assertDocument(t, text, want.name, versionOf(text), deployOfNodes)
		deploy := parse(t, text).Get("configuration", "NodeDeploy")
		administration := deploy.Get("nodes", nodeKey, "communication", "administration")
		assert.Equal(t, want.webPort, administration.Get("webPort").String(), application)
		binding := administration.Get("webServiceBindings", "healthcheck")
		require.NotNil(t, binding, "%s: probes would get 401", application)
		assert.Empty(t, binding.Keys(), application)

		embedded := deploy.Get("globalConfiguration")
		if want.embeds == 0 {
			assert.Nil(t, embedded, application)
			continue
		}
		require.Len(t, embedded.Items, want.embeds, application)
		security := strings.TrimPrefix(embedded.Items[0].String(), "\n")
		assertDocument(t, security, want.name, versionOf(security), securityOfNodes)
		assert.Equal(t, want.hosts, hosts(parse(t, security)), application)
		assert.Equal(t, texts[name+"/security.conf"], archived(security), "the same text for images and for ConfigMaps")
	}
}

// An include is delivered to the last byte, even if it ends in a quotation mark.
func TestIncludedFilesAreDeliveredAsTheyAre(t *testing.T) {
	env := readText(t, "apiVersion: efgen/v1\nkind: Environment\napplications:\n  flow: {image: {tag: \"1.0.0\"}}\n")
	const included = "name = \"roles\"\nlast = \"text\""
	app := env.Applications["flow"]
	app.Security.Include = []string{"roles.conf"}
	env.Contents["roles.conf"] = []byte(included)

	text, found := nodeConf(t, byPath(t, env)["flow/configmap-configuration.yaml"])
	require.True(t, found)
	item := parse(t, text).Get("configuration", "NodeDeploy", "globalConfiguration").Items[1]
	assert.Equal(t, included, strings.TrimSpace(item.String()))
	inner, err := item.ParseText()
	require.NoError(t, err)
	assert.Equal(t, "text", inner.Get("last").String())
}

func nodeConf(t *testing.T, configMap string) (text string, found bool) {
	t.Helper()
	text, found = fieldOf(t, configMap, `data["node.conf"]`).(string)
	return text, found
}

func assertDocument(t *testing.T, text, name, version, kind string) {
	t.Helper()
	document := parse(t, text)
	for key, want := range map[string]string{"name": name, "version": version, "type": kind} {
		assert.Equal(t, want, document.Get(key).String(), key)
	}
}

var versionLine = regexp.MustCompile(`(?m)^version = ".*"$`)

// archived is a text with the version of the archive.
func archived(text string) string {
	first := versionLine.FindString(text)
	return strings.Replace(text, first, `version = "1.0.0"`, 1)
}

// versionOf computes the version that a text has to have, byte by byte.
func versionOf(text string) string {
	sum := sha256.Sum256([]byte(archived(text)))
	number := 0
	for _, b := range sum[:4] {
		number = number*256 + int(b)
	}
	return fmt.Sprintf("1.%d.0", number)
}

func parse(t *testing.T, text string) *hocon.Value {
	t.Helper()
	value, err := hocon.Parse([]byte(text))
	require.NoError(t, err, text)
	return value
}

func hosts(security *hocon.Value) (all []string) {
	for _, host := range security.Get("configuration", "TrustedHosts", "hosts").Items {
		all = append(all, host.String())
	}
	return all
}

// hostsByLibrary reads the hosts with a reader that efgen has not written.
func hostsByLibrary(t *testing.T, text string) (all []string) {
	t.Helper()
	config, err := library.ParseString(text)
	require.NoError(t, err)
	for _, host := range config.GetArray("configuration.TrustedHosts.hosts") {
		all = append(all, strings.Trim(host.String(), `"`))
	}
	return all
}
