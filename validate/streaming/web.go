package streaming

import (
	"strconv"
	"strings"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var noHealthcheck = row{Rule: rule.Rule{
	ID: "EF411", Severity: rule.Error, Title: "the health check is not bound",
	Why:     "probes have no credentials: unless the health check is bound without a realm they get 401, and the pods are never ready and are killed",
	Example: "administration = { webPort = 8008 }",
	Fix:     "administration = { webPort = 8008, webServiceBindings = { healthcheck = {} } }",
}, Check: findNoHealthcheck}

func findNoHealthcheck(set *manifest.Set, f *rule.Finder) {
	for _, c := range ConfigurationsOf(set) {
		nodes := c.Root.Get("configuration", "NodeDeploy", "nodes")
		for _, name := range nodes.Keys() {
			bindings := nodes.Get(name, "communication", "administration", "webServiceBindings")
			binding := bindings.Get(healthcheckService)
			switch {
			case binding == nil:
				f.Report(c.On(nodes.Get(name), "configuration.NodeDeploy.nodes"), "add communication.administration.webServiceBindings.healthcheck = {}",
					"node %q binds no health check: probes get 401, and the pod is never ready", name)
			case binding.Get("authenticationRealmName") != nil:
				f.Report(c.On(binding, "configuration.NodeDeploy.nodes"), "leave authenticationRealmName out", "the health check of node %q asks for credentials, which probes do not have", name)
			}
		}
	}
}

// webPorts are the ports that a node deploy file gives to the nodes' web servers.
func (c *Configuration) webPorts() []*hocon.Value {
	var all []*hocon.Value
	nodes := c.Root.Get("configuration", "NodeDeploy", "nodes")
	for _, name := range nodes.Keys() {
		if port := nodes.Get(name, "communication", "administration", "webPort"); port != nil {
			all = append(all, port)
		}
	}
	return all
}

const healthcheckPath = "/healthcheck/"

var probeMissesWebPort = row{Rule: rule.Rule{
	ID: "EF415", Severity: rule.Error, Title: "a probe misses the web server",
	Why:     "the health check answers on the web server's port only: pods are never ready, and are killed",
	Example: "webPort = 8080   # in node.conf, while probes ask 8008",
	Fix:     "webPort = 8008",
}, Check: findProbeMissesWebPort}

func findProbeMissesWebPort(set *manifest.Set, f *rule.Finder) {
	for _, c := range ConfigurationsOf(set) {
		for _, n := range c.Nodes {
			for _, port := range c.webPorts() {
				if !c.IsDeployedBy(n) {
					continue
				}
				for _, probe := range n.Main.Probes() {
					if asked := n.healthPort(probe); asked != "" && asked != n.Resolve(port.Text) {
						f.Report(n.At(probe.Field+".httpGet.port"), "use the same port in both", "the probe asks port %s, but the node's web server listens on %s", asked, port.Text)
					}
				}
			}
		}
	}
}

// healthPort is the number of the port that a health check probe uses; empty for other probes.
func (n *Node) healthPort(p manifest.Probe) string {
	if p.HTTPGet == nil || !strings.HasPrefix(p.HTTPGet.Path, healthcheckPath) {
		return ""
	}
	for _, open := range n.Main.Ports {
		if open.Name == p.HTTPGet.Port.StrVal && open.Name != "" {
			return strconv.Itoa(int(open.ContainerPort))
		}
	}
	if p.HTTPGet.Port.IntVal == 0 {
		return ""
	}
	return strconv.Itoa(int(p.HTTPGet.Port.IntVal))
}

// webPort is the number of the port of the node's web server.
func (n *Node) webPort() string {
	for _, c := range n.Configurations() {
		if ports := c.webPorts(); len(ports) > 0 && c.IsDeployedBy(n) {
			return n.Resolve(ports[0].Text)
		}
	}
	return defaultWebPort
}

var portTwice = row{Rule: rule.Rule{
	ID: "EF414", Severity: rule.Error, Title: "one port for administration and web server",
	Why:     "a node does not start if one of its ports is taken",
	Example: "node: {adminPort: 8008, webPort: 8008}",
	Fix:     "node: {adminPort: 2000, webPort: 8008}",
}, Check: findPortTwice}

func findPortTwice(set *manifest.Set, f *rule.Finder) {
	for _, n := range NodesOf(set) {
		admin, ok := n.variable(envAdminPort)
		if !ok {
			continue
		}
		if web := n.webPort(); admin == web {
			_, field := n.Main.Variable(envAdminPort)
			f.Report(n.At(field+".value"), "give the administration port or the web port another number", "administration and web server both want port %s", admin)
		}
	}
}
