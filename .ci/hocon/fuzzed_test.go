package hocon

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/efgen/efgen/generate/config"

	"github.com/efgen/efgen/validate/schemas"
)

// environments is how many of them are fuzzed.
const environments = 1000

// fuzzed renders environments that are odd and legal, the same ones each time.
func fuzzed(t *testing.T, texts map[string]string, want hosts) {
	f := fuzzer{t, rand.New(rand.NewPCG(11, 1)), t.TempDir()}
	folder, err := config.Open(f.dir, "environments", schemas.Minors())
	require.NoError(t, err)
	defer folder.Close()
	for i := range environments {
		name := fmt.Sprintf("fuzzed-%d", i)
		file, a := f.environment(name)
		// YAML takes JSON as it is, but for control characters that JSON need not escape.
		f.write(name+".yaml", strings.NewReplacer("\x7f", `\u007f`, "\u0085", `\u0085`, "\ufeff", `\ufeff`).Replace(f.json(file)))
		env, problems := folder.Read(name)
		require.NotNil(t, env, "%v", problems)
		rendered(t, texts, env)
		a.add(name, want)
	}
}

type object = map[string]any

type fuzzer struct {
	t *testing.T
	*rand.Rand
	dir string
}

func (f fuzzer) write(name, text string) {
	require.NoError(f.t, os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o600))
}

func (f fuzzer) json(value any) string {
	text, err := json.Marshal(value)
	require.NoError(f.t, err)
	return string(text)
}

func (f fuzzer) once(n int) bool { return f.IntN(n) == 0 }

// environment returns the text of an environment file, and what it asks for.
func (f fuzzer) environment(name string) (object, asked) {
	a := asked{namespace: name, domain: "cluster.local", monitor: f.once(3)}
	file := object{"apiVersion": "efgen/v1", "kind": "Environment"}
	if f.once(2) {
		a.namespace = f.label(63)
		file["namespace"] = a.namespace
	}
	if f.once(3) {
		a.domain = f.label(20) + "." + f.label(20)
		file["cluster"] = object{"domain": a.domain}
	}
	if a.monitor {
		file["clusterMonitor"] = object{"image": object{"tag": "1.0.0"}}
	}
	file["productVersion"] = "11.2.1"
	applications := object{}
	var names []string
	for first := range 1 + f.IntN(4) {
		names = append(names, string(rune('a'+first))+f.label(51))
	}
	for _, name := range names {
		app := application{name: name, client: true, replicas: 3, discovered: true, node: node{nodeType: "docker", searchPorts: 5, port: 8008}}
		applications[name] = f.application(&app, a, names)
		a.applications = append(a.applications, app)
	}
	file["applications"] = applications
	return file, a
}

func (f fuzzer) application(app *application, a asked, names []string) object {
	file := object{"image": object{"tag": "1.0.0"}}
	if f.once(4) {
		file["service"], app.client = false, false
	}
	if f.once(3) {
		app.replicas = f.IntN(40)
		file["replicas"] = app.replicas
	}
	security := f.security(app, a)
	f.trust(app, security, names)
	if f.once(3) {
		file["license"] = f.licence(app)
	}
	if f.once(2) {
		file["node"] = f.node(&app.node)
		app.nodeConf = true
	}
	file["security"] = security
	return file
}

// trust names other applications, in any order.
func (f fuzzer) trust(app *application, security object, names []string) {
	for _, i := range f.Perm(len(names)) {
		if names[i] != app.name && f.once(3) {
			app.trusts = append(app.trusts, names[i])
		}
	}
	if app.trusts != nil {
		security["trustApplications"] = app.trusts
	}
	if f.once(4) {
		app.discovered = false
		security["trustDiscoveryServices"] = false
	}
}

// licence asks for activation services, under a name or not.
func (f fuzzer) licence(app *application) object {
	name, file := "license-configuration", object{}
	if f.once(2) {
		name = "x" + f.text(visible)
		file["name"] = name
	}
	var urls []string
	for range 1 + f.IntN(3) {
		url := f.pick("https://", "http://") + f.label(63) + f.pick("", ":7070", "/", "/a%20b?c=d&e#f", "/'()*")
		urls = append(urls, f.pick(url, url, "${A_b.c-1:-"+strings.ReplaceAll(url, "%", "")+"}", "${URL}"))
	}
	file["urls"] = urls
	if f.once(3) {
		file["secret"] = "licence"
	}
	app.licence, app.nodeConf = append([]string{licenceType + name}, urls...), true
	return file
}

// node returns settings of a node, and notes them.
func (f fuzzer) node(n *node) object {
	n.zones, n.deploy, n.services = f.object(3), f.object(3), map[string]string{}
	n.settings = laidUnder(object{"communication": object{"administration": f.object(2)}}, f.object(3))
	services := object{}
	for _, name := range []string{"admin", "metrics", f.label(10)} {
		if f.once(2) {
			n.services[name], services[name] = "", object{}
		} else if f.once(2) {
			n.services[name] = "x" + f.text(visible)
			services[name] = object{"realm": n.services[name]}
		}
	}
	return object{"availabilityZones": n.zones, "deploy": n.deploy, "configuration": n.settings, "webServices": services}
}

func (f fuzzer) security(app *application, a asked) object {
	security := object{}
	app.route = "${DEFAULT_ROUTE:-10.1.0.1}"
	if f.once(2) {
		app.route = f.pick("", "10.1.0.1", f.host(), f.host())
		security["defaultRoute"] = app.route
	}
	for range f.IntN(6) {
		app.trusted = append(app.trusted, f.pick(f.host(), f.host(), "10.1.0.1", a.nodes(app.name)))
	}
	security["trustedHosts"] = append([]string{}, app.trusted...)
	if f.once(2) {
		security["name"] = "x" + f.text(visible)
	}
	if f.once(5) {
		security["delivery"] = "image"
		return security
	}
	app.nodeConf, app.security, app.included = true, true, [][]string{}
	include := []string{}
	for range f.IntN(3) {
		file, trusted := f.included()
		include, app.included = append(include, file), append(app.included, trusted)
	}
	security["include"] = include
	return security
}

// included writes a file for node.conf to embed; the hosts in there are any texts.
func (f fuzzer) included() (file string, trusted []string) {
	for range f.IntN(4) {
		trusted = append(trusted, f.text(all))
	}
	text := f.json(object{"configuration": object{"TrustedHosts": object{"hosts": append([]string{}, trusted...)}}})
	if f.once(2) {
		text = "# it's ${HERE} // \"\n" + strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}") + "\nlast = " + f.json(f.text(all))
	}
	file = fmt.Sprintf("%016x.conf", f.Uint64())
	f.write(file, text)
	return file, trusted
}

// host is one that the environment file may name.
func (f fuzzer) host() string {
	host := f.pick(
		f.label(63), "*."+f.label(30)+"."+f.label(30), "Under_Score."+f.label(5), fmt.Sprintf("10.%d.0.0/16", f.IntN(256)),
		"192.168.0.1", "2001:db8::1", "2001:db8::/48",
		"fe80::1%"+f.label(15),
	)
	if f.once(4) {
		host = f.pick("${HOST}", "${A_b.c-1:-"+host+"}")
	}
	return host
}

// label is a DNS label that begins with a letter.
func (f fuzzer) label(most int) string {
	const first, later = "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz0123456789"
	label := []byte{first[f.IntN(len(first))]}
	for range f.IntN(most - 1) {
		label = append(label, (later + "--")[f.IntN(len(later)+2)])
	}
	label[len(label)-1] = first[f.IntN(len(first))]
	return string(label)
}

// visible are the pieces of a line of text, and all those of any text.
var (
	visible = []string{
		`"`, `""`, `"""`, `'`, `\`, `\\`, `\n`, `\u0041`, "$", "${X:-d}", "${", "}", "{", "[", "]", "=", "+=", ":", ",", "#", "//", "/*",
		" ", "  ", "\u00a0", "é", "ß", "e\u0301", "日本", "😀", "\u200b", "\ufeff", "include", "null", "true", "1e5", "a", "Z", ".", "-", "%", "@", "`", "<", "&",
	}
	all = append([]string{"\n", "\r\n", "\t", "\x00", "\x07", "\x7f", "\u0085", "\u2028", "\u2029", strings.Repeat("long ", 100)}, visible...)
)

func (f fuzzer) text(pieces []string) (text string) {
	for range f.IntN(8) {
		text += f.pick(pieces...)
	}
	return text
}

func (f fuzzer) pick(some ...string) string { return some[f.IntN(len(some))] }

// object is a value without meaning, at most so many levels deep.
func (f fuzzer) object(depth int) object {
	values := object{}
	for range f.IntN(4) {
		values[f.text(all)] = f.value(depth - 1)
	}
	return values
}

func (f fuzzer) value(depth int) any {
	switch f.IntN(6) {
	case 0:
		return f.once(2)
	case 1:
		return f.Int64()
	case 2:
		return f.NormFloat64()
	case 3:
		if depth > 0 {
			return []any{f.value(depth - 1), f.object(depth - 1)}
		}
	case 4:
		if depth > 0 {
			return f.object(depth)
		}
	}
	return f.text(all)
}
