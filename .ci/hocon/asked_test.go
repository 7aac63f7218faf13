package hocon

import (
	"cmp"
	"fmt"
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
}

const licenceType = "licence com.tibco.ep.dtm.configuration.licensing "

// wants reads off an environment what it asks for.
func wants(env *config.Environment) asked {
	a := asked{namespace: env.Namespace, domain: env.Cluster.Domain, monitor: env.ClusterMonitor != nil}
	for name, app := range env.Applications {
		one := application{
			name: name, client: app.Service.On != nil, replicas: int(*app.Replicas), route: *app.Security.DefaultRoute, trusted: app.Security.TrustedHosts,
			trusts: app.Security.TrustApplications, discovered: *app.Security.TrustDiscoveryServices, nodeConf: app.Node.WritesNodeConf,
		}
		if app.License != nil && len(app.License.URLs) > 0 {
			one.licence = append([]string{licenceType + app.License.Name}, app.License.URLs...)
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
