package generate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/validate/hocon"
)

// The product's documentation and its samples of 11.2 give type, root, key and name.
const typeOfLicenses = "com.tibco.ep.dtm.configuration.licensing"

// licenses are the licence configurations that the nodes of an application deploy.
func licenses(t *testing.T, environment string) (all []*hocon.Value, statefulSet string) {
	t.Helper()
	files := byPath(t, readText(t, "apiVersion: efgen/v1\nkind: Environment\nproductVersion: \"11.2.1\"\n"+environment))
	text, found := nodeConf(t, files["flow/configmap-configuration.yaml"])
	if !found {
		return nil, files["flow/statefulset.yaml"]
	}
	embedded := parse(t, text).Get("configuration", "NodeDeploy", "globalConfiguration")
	require.NotNil(t, embedded)
	for _, item := range embedded.Items {
		if inner := parse(t, item.String()); inner.Get("type").String() == typeOfLicenses {
			assert.Equal(t, versionOf(strings.TrimPrefix(item.String(), "\n")), inner.Get("version").String(), "another version than the archive's")
			all = append(all, inner)
		}
	}
	return all, files["flow/statefulset.yaml"]
}

func urlsOf(license *hocon.Value) (urls []string) {
	for _, url := range license.Get("configuration", "LicenseInfo", "activationServiceURLs").Items {
		urls = append(urls, url.String())
	}
	return urls
}

// The configuration has the name of the one that an archive made from the vendor's samples
// carries, and so takes its place.
func TestActivationServicesReplaceTheLicenceOfTheArchive(t *testing.T) {
	for name, test := range map[string]struct {
		license, name string
		urls          []string
		mounts        bool
	}{
		"one service":            {`{urls: ["https://a.example.com"]}`, "license-configuration", []string{"https://a.example.com"}, false},
		"several, under a name":  {`{urls: ["https://b.example.com", "${A:-https://a.example.com}"], name: own}`, "own", []string{"https://b.example.com", "${A:-https://a.example.com}"}, false},
		"services and a file":    {`{urls: ["https://a.example.com"], secret: licence}`, "license-configuration", []string{"https://a.example.com"}, true},
		"a file changes no text": {`{secret: licence}`, "", nil, true},
	} {
		for _, delivery := range []string{"nodeDeploy", "image"} {
			all, statefulSet := licenses(t, "applications: {flow: {image: {tag: \"1.0.0\"}, security: {delivery: "+delivery+"}, license: "+test.license+"}}\n")
			assert.Equal(t, test.mounts, strings.Contains(statefulSet, "mountPath: /home/tibco/.tibco-streaming/licenses\n"), name)
			assert.Equal(t, test.mounts, strings.Contains(statefulSet, "name: HOME\n"), name)
			if test.urls == nil {
				assert.Empty(t, all, name)
				continue
			}
			require.Len(t, all, 1, name)
			assert.Equal(t, test.name, all[0].Get("name").String(), name)
			assert.Equal(t, test.urls, urlsOf(all[0]), name)
			assert.Equal(t, []string{"LicenseInfo"}, all[0].Get("configuration").Keys(), name)
			assert.Equal(t, []string{"activationServiceURLs"}, all[0].Get("configuration", "LicenseInfo").Keys(), "no key that no source confirms")
		}
	}
}

// Its start script passes no node deploy file: only licence files reach it.
func TestTheMonitorTakesLicenceFilesOnly(t *testing.T) {
	files := byPath(t, readText(t, `apiVersion: efgen/v1
kind: Environment
productVersion: "11.2"
defaults: {license: {urls: ["https://activation.example.com"]}}
applications: {flow: {image: {tag: "1.0.0"}}}
clusterMonitor: {image: {tag: "1.0.0"}, license: {secret: licence}}
`))
	assert.Contains(t, files["clustermonitor/statefulset.yaml"], "mountPath: /home/tibco/.tibco-streaming/licenses\n")
	assert.NotContains(t, files["clustermonitor/statefulset.yaml"], "NODEDEPLOY")
	assert.NotContains(t, files, "clustermonitor/configmap-configuration.yaml")
}
