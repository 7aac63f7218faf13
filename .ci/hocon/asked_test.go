package hocon

import (
	"cmp"
	"fmt"
	"slices"

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
	route    string
	trusted  []string
	nodeConf bool
	// included are the hosts of the files that node.conf embeds besides security.conf;
	// nil if it embeds nothing.
	included [][]string
}

// wants reads off an environment what it asks for.
func wants(env *config.Environment) asked {
	a := asked{namespace: env.Namespace, domain: env.Cluster.Domain, monitor: env.ClusterMonitor != nil}
	for name, app := range env.Applications {
		one := application{
			name: name, client: app.Service.On != nil, route: *app.Security.DefaultRoute, trusted: app.Security.TrustedHosts,
			nodeConf: app.Node.WritesNodeConf,
		}
		if app.Security.Delivery == config.DeliveryNodeDeploy {
			one.nodeConf, one.included = true, make([][]string, len(app.Security.Include))
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
		if app.included == nil {
			continue
		}
		for i, embedded := range append([][]string{trusted}, app.included...) {
			want[fmt.Sprintf("%s#%d", conf, i)] = embedded
		}
	}
}

// hosts are the route, the nodes under each of the environment's Services, and what
// the application adds, each of them once.
func (a asked) hosts(app application) (trusted []string) {
	all := []string{app.route}
	for _, other := range a.applications {
		all = append(all, a.nodes(other.name))
		if other.client {
			all = append(all, a.nodes(other.name+"-client"))
		}
	}
	if a.monitor {
		all = append(all, a.nodes("clustermonitor"))
	}
	for _, host := range append(all, app.trusted...) {
		if host != "" && !slices.Contains(trusted, host) {
			trusted = append(trusted, host)
		}
	}
	return trusted
}

func (a asked) nodes(service string) string {
	return fmt.Sprintf("*.%s.%s.svc.%s", service, a.namespace, a.domain)
}
