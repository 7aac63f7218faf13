package hocon

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/config"
)

// asked is what an environment asks for. What its texts have to trust is worked out
// here once more, by the rule as people know it and without the generator.
type asked struct {
	namespace, domain string
	monitor           bool
	applications      []application // by name
}

type application struct {
	name     string
	client   bool // there is a Service for clients
	replicas int
	route    string
	trusted  []string
	// trusts are other applications, discovered that nodes are also trusted by the Services
	// that they make for themselves.
	trusts     []string
	discovered bool
	// licence is what node.conf is to say of one; nil if it says nothing.
	licence  []string
	nodeConf bool
	// security says that node.conf embeds security.conf, and included are the hosts of the files
	// that it embeds besides.
	security bool
	included [][]string
	node     node
}

// A node is what node.conf has to say besides what it embeds.
type node struct {
	nodeType           string
	searchPorts, port  int32
	services           map[string]string // realms
	zones, memberships map[string]any
	settings, deploy   map[string]any
}

// bindings are those of the web services, each with its realm.
func (n node) bindings() (all []string) {
	services := map[string]string{"healthcheck": ""}
	maps.Copy(services, n.services)
	for _, name := range slices.Sorted(maps.Keys(services)) {
		all = append(all, name+"="+services[name])
	}
	return all
}

// says is all of NodeDeploy, as JSON.
func (n node) says() string {
	bindings := object{"healthcheck": object{}}
	for service, realm := range n.services {
		bindings[service] = object{}
		if realm != "" {
			bindings[service] = object{"authenticationRealmName": realm}
		}
	}
	own := object{"nodeType": n.nodeType, "communication": object{
		"numberSearchPorts": n.searchPorts,
		"administration":    object{"webPort": n.port, "webServiceBindings": bindings},
	}}
	if len(n.memberships) > 0 {
		own["availabilityZoneMemberships"] = n.memberships
	}
	deploy := object{"nodes": object{"${EP_NODE_NAME}": laidUnder(own, n.settings)}}
	if len(n.zones) > 0 {
		deploy["availabilityZones"] = n.zones
	}
	return compact(laidUnder(deploy, n.deploy))
}

// laidUnder merges mappings deeply; no other value is in both.
func laidUnder(own, further object) object {
	merged := maps.Clone(own)
	for key, value := range further {
		below, both := merged[key].(object)
		if both {
			value = laidUnder(below, value.(object))
		}
		merged[key] = value
	}
	return merged
}

// compact writes a value in the one way that this test compares: numbers as Go reads them.
func compact(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return sameWay(string(text))
}

func sameWay(text string) string {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return err.Error()
	}
	again, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(again)
}

const licenceType = "licence com.tibco.ep.dtm.configuration.licensing "

// wants reads off an environment what it asks for.
func wants(env *config.Environment) asked {
	a := asked{namespace: env.Namespace, domain: env.Cluster.Domain, monitor: env.ClusterMonitor != nil}
	for name, app := range env.Applications {
		one := application{
			name: name, client: app.Service.On != nil, replicas: int(app.MostReplicas()), route: *app.Security.DefaultRoute, trusted: app.Security.TrustedHosts,
			trusts: app.Security.TrustApplications, discovered: *app.Security.TrustDiscoveryServices, nodeConf: app.Node.WritesNodeConf,
			node: node{
				nodeType: app.Node.NodeType, searchPorts: *app.Node.NumberSearchPorts, port: *app.Node.WebPort, services: map[string]string{},
				zones: app.Node.AvailabilityZones, memberships: app.Node.AvailabilityZoneMemberships,
				settings: app.Node.Configuration, deploy: app.Node.Deploy,
			},
		}
		if app.License != nil && len(app.License.URLs) > 0 {
			one.licence = append([]string{licenceType + app.License.Name}, app.License.URLs...)
		}
		for service, binding := range app.Node.WebServices {
			one.node.services[service] = binding.Realm
		}
		if app.Security.Delivery == config.DeliveryNodeDeploy {
			one.nodeConf, one.security, one.included = true, true, make([][]string, len(app.Security.Include))
		}
		a.applications = append(a.applications, one)
	}
	slices.SortFunc(a.applications, func(x, y application) int { return cmp.Compare(x.name, y.name) })
	return a
}

// add says what the texts of an environment have to trust.
func (a asked) add(environment string, want hosts) {
	for _, app := range a.applications {
		trusted := a.hosts(app)
		want[environment+"/"+app.name+"/security.conf"] = trusted
		if !app.nodeConf {
			continue
		}
		conf := environment + "/" + app.name + "/configmap-configuration.yaml/node.conf"
		want[conf] = nil
		want[conf+"@bindings"], want[conf+"@deploy"] = app.node.bindings(), []string{app.node.says()}
		var embedded [][]string
		if app.security {
			embedded = append([][]string{trusted}, app.included...)
		}
		if app.licence != nil {
			embedded = append(embedded, app.licence)
		}
		for i, text := range embedded {
			want[fmt.Sprintf("%s#%d", conf, i)] = text
		}
	}
}

// hosts are the route, the application's own nodes under each of their Services, the monitor's,
// those of applications that it trusts, and what it adds, each of them once.
func (a asked) hosts(app application) (trusted []string) {
	all := append([]string{app.route}, a.nodesOf(app, app.discovered)...)
	if a.monitor {
		all = append(all, a.nodes("clustermonitor"))
	}
	for _, other := range a.applications { // by name
		if other.name != app.name && slices.Contains(app.trusts, other.name) {
			all = append(all, a.nodesOf(other, app.discovered)...)
		}
	}
	for _, host := range append(all, app.trusted...) {
		if host != "" && !slices.Contains(trusted, host) {
			trusted = append(trusted, host)
		}
	}
	return trusted
}

// nodesOf are the nodes of one application, and room for more.
func (a asked) nodesOf(app application, discovered bool) []string {
	all := []string{a.nodes(app.name)}
	if app.client {
		all = append(all, a.nodes(app.name+"-client"))
	}
	if !discovered {
		return all
	}
	room := 8
	for room < app.replicas {
		room += room
	}
	for i := range room {
		// A node is called <pod>.<namespace>.<application> without dashes, its Service with dashes for dots.
		node := strings.ReplaceAll(fmt.Sprintf("%s-%d.%s.%s", app.name, i, a.namespace, app.name), "-", "")
		all = append(all, a.nodes(strings.ReplaceAll(node, ".", "-")))
	}
	return all
}

func (a asked) nodes(service string) string {
	return fmt.Sprintf("*.%s.%s.svc.%s", service, a.namespace, a.domain)
}
