// Package hocon lets HOCON's reference implementation read what efgen writes. It is no
// part of ./..., for it needs a JDK and that library; check.sh brings both.
package hocon

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/efgen/efgen/generate"
	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/rule"

	"github.com/efgen/efgen/validate/schemas"
)

// hosts are what each text trusts, and the licence that it is for, by the text's name: the path
// of a file, and behind it the key of a ConfigMap and # with the number of an embedded file.
type hosts map[string][]string

func TestTheReferenceSeesTheHostsThatWereAskedFor(t *testing.T) {
	texts, want := map[string]string{}, hosts{}
	names := committed(t, texts, want)
	fuzzed(t, texts, want)
	t.Logf("%s and %d fuzzed environments: %d texts, %d hosts", strings.Join(names, ", "), environments, len(want), count(want))
	assert.Empty(t, differences(want, byReference(t, texts)), "the reference implementation")
	// Ours tells no number from a text, so it is asked for less.
	maps.DeleteFunc(want, func(name string, _ []string) bool { return strings.HasSuffix(name, "@deploy") })
	assert.Empty(t, differences(want, byOurs(texts)), "efgen's own reader")
}

func count(all hosts) (n int) {
	for _, some := range all {
		n += len(some)
	}
	return n
}

// TestDifferencesAreSeen spoils one text at a time: a check that cannot fail proves
// nothing.
func TestDifferencesAreSeen(t *testing.T) {
	texts, want := map[string]string{}, hosts{}
	committed(t, texts, want)
	const licensed = "licensed/node.conf"
	const nodes = `{"nodes":{"a":{"communication":{"administration":{"webServiceBindings":{}}}}}}`
	texts[licensed] = "configuration { NodeDeploy = " + nodes + ", NodeDeploy { globalConfiguration = [\"\"\"name = a, type = b, configuration { LicenseInfo { activationServiceURLs = [\"x\"] } }\"\"\"] } }"
	want[licensed], want[licensed+"#0"] = nil, []string{"licence b a", "x"}
	want[licensed+"@bindings"], want[licensed+"@deploy"] = nil, []string{nodes}
	const conf, node = "production/lv-orders/security.conf", "production/lv-orders/configmap-configuration.yaml/node.conf"
	const flow = "production/ef-kubernetes-app/configmap-configuration.yaml/node.conf"
	const host = `"*.lv-orders.production.svc.cluster.local",`
	cases := map[string]struct{ file, old, text, seen string }{
		"a host less":             {conf, host, ``, conf + ": asked for"},
		"a host more":             {conf, host, host + ` "*.com",`, conf + ": asked for"},
		"another host":            {conf, host, `"*.lv-orders.staging.svc.cluster.local",`, conf + ": asked for"},
		"an embedded host less":   {node, host, ``, node + "#0: asked for"},
		"an embedded text less":   {node, "globalConfiguration", "configurations", node + "#0: asked for"},
		"an open text":            {conf, host, strings.TrimSuffix(host, `",`), "broken: "},
		"an open substitution":    {conf, host, `${HOST},`, "Could not resolve substitution"},
		"one in an embedded text": {node, host, `${HOST},`, node + "#0: "},
		"another licence":         {licensed, "name = a", "name = c", licensed + "#0: asked for"},
		"another sort of licence": {licensed, "type = b", "type = c", licensed + "#0: asked for"},
		"another service":         {licensed, `["x"]`, `["y"]`, licensed + "#0: asked for"},
		"a realm less":            {flow, `authenticationRealmName = "operations"`, ``, flow + "@bindings: asked for"},
		"another key":             {flow, `numberSearchPorts`, `numberSearchPort`, flow + "@deploy: asked for"},
		"a text for a number":     {flow, `webPort = 8008`, `webPort = "8008"`, flow + "@deploy: asked for"},
		"nothing":                 {conf, host, host, ""},
	}
	spoilt := map[string]string{}
	for name, c := range cases {
		require.Contains(t, texts[c.file], c.old)
		for file, text := range texts {
			spoilt[name+"/"+file] = text
		}
		spoilt[name+"/"+c.file] = strings.Replace(texts[c.file], c.old, c.text, 1)
	}
	read := byReference(t, spoilt)
	for name, c := range cases {
		found := differences(want, below(read, name+"/"))
		if c.seen == "" {
			assert.Empty(t, found, name)
		} else if assert.NotEmpty(t, found, name) {
			// A binding is a part of what the file says.
			assert.Contains(t, found[0], c.seen, name)
			assert.Len(t, slices.DeleteFunc(found[1:], func(other string) bool { return strings.HasPrefix(other, c.file+"@deploy:") }), 0, name)
		}
	}
}

func below(read hosts, folder string) hosts {
	within := hosts{}
	for name, hosts := range read {
		if rest, found := strings.CutPrefix(name, folder); found {
			within[rest] = hosts
		}
	}
	return within
}

// differences names the texts that are not there or trust other hosts.
func differences(want, got hosts) (found []string) {
	names := maps.Clone(want)
	maps.Copy(names, got)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		wanted, asked := want[name]
		seen, read := got[name]
		if asked != read || !slices.Equal(wanted, seen) {
			found = append(found, fmt.Sprintf("%s: asked for %q, read %q", name, wanted, seen))
		}
	}
	return found
}

// committed collects the texts below out/ and returns the names of the environments.
func committed(t *testing.T, texts map[string]string, want hosts) []string {
	folder, err := config.Open("../../environments", "environments", schemas.Minors())
	require.NoError(t, err)
	defer folder.Close()
	names, _, err := folder.Names()
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		env, problems := folder.Read(name)
		require.NotNil(t, env, "%v", problems)
		wants(env).add(name, want)
		root := os.DirFS("../../out/" + name)
		require.NoError(t, fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(root, file)
			collect(t, texts, path.Join(name, file), text)
			return err
		}))
	}
	return names
}

// rendered collects the texts of an environment that is nowhere on disk.
func rendered(t *testing.T, texts map[string]string, env *config.Environment) {
	files, problems := generate.Render(env)
	require.False(t, rule.Failed(problems), "%v", problems)
	for _, file := range files {
		collect(t, texts, path.Join(env.Name, file.Path), file.Data)
	}
}

// collect takes HOCON out of *.conf files and ConfigMaps.
func collect(t *testing.T, texts map[string]string, name string, text []byte) {
	if path.Ext(name) == ".conf" {
		texts[name] = string(text)
	}
	if !strings.HasPrefix(path.Base(name), "configmap-") {
		return
	}
	var configMap corev1.ConfigMap
	require.NoError(t, yaml.UnmarshalStrict(text, &configMap), name)
	for key, value := range configMap.Data {
		if path.Ext(key) == ".conf" {
			texts[path.Join(name, key)] = value
		}
	}
}

// byReference reads all texts in one go: a JVM takes its time to start.
func byReference(t *testing.T, texts map[string]string) (read hosts) {
	asked, err := json.Marshal(texts)
	require.NoError(t, err)
	command := exec.Command("java", "-cp", "/usr/share/java/typesafe-config.jar", "ReadConf.java")
	command.Stdin, command.Stderr = bytes.NewReader(asked), os.Stderr
	answer, err := command.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(answer, &read))
	for name, said := range read {
		if strings.HasSuffix(name, "@deploy") {
			read[name] = []string{sameWay(said[0])}
		}
	}
	return read
}

// byOurs reads them with the reader that `efgen validate` trusts.
func byOurs(texts map[string]string) hosts {
	read := hosts{}
	for name, text := range texts {
		root, err := hocon.Parse([]byte(text))
		readOurs(read, name, root, err)
	}
	return read
}

func readOurs(read hosts, name string, root *hocon.Value, err error) {
	if err != nil {
		read[name] = []string{"broken: " + err.Error()}
		return
	}
	read[name] = nil
	for _, host := range items(root.Get("configuration", "TrustedHosts", "hosts")) {
		read[name] = append(read[name], host.String())
	}
	if services := root.Get("configuration", "LicenseInfo", "activationServiceURLs"); services != nil {
		read[name] = append(read[name], "licence "+root.Get("type").String()+" "+root.Get("name").String())
		for _, service := range services.Items {
			read[name] = append(read[name], service.String())
		}
	}
	deploy := root.Get("configuration", "NodeDeploy")
	for _, node := range deploy.Get("nodes").Keys() {
		services := deploy.Get("nodes", node, "communication", "administration", "webServiceBindings")
		for _, service := range slices.Sorted(slices.Values(services.Keys())) {
			read[name+"@bindings"] = append(read[name+"@bindings"], service+"="+services.Get(service, "authenticationRealmName").String())
		}
	}
	for i, embedded := range items(deploy.Get("globalConfiguration")) {
		inner, err := embedded.ParseText()
		readOurs(read, fmt.Sprintf("%s#%d", name, i), inner, err)
	}
}

func items(list *hocon.Value) []*hocon.Value {
	if list == nil {
		return nil
	}
	return list.Items
}
