package validate

import (
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/rule"
)

func findNoHealthcheck(s *subject, r *report) {
	for _, c := range s.configurations {
		nodes := c.root.Get("configuration", "NodeDeploy", "nodes")
		for _, name := range nodes.Keys() {
			bindings := nodes.Get(name, "communication", "administration", "webServiceBindings")
			binding := bindings.Get(healthcheckService)
			switch {
			case binding == nil:
				r.add(c.on(nodes.Get(name), "configuration.NodeDeploy.nodes"), "add communication.administration.webServiceBindings.healthcheck = {}",
					"node %q binds no health check: probes get 401, and the pod is never ready", name)
			case binding.Get("authenticationRealmName") != nil:
				r.add(c.on(binding, "configuration.NodeDeploy.nodes"), "leave authenticationRealmName out", "the health check of node %q asks for credentials, which probes do not have", name)
			}
		}
	}
}

// webPorts are the ports that a node deploy file gives to the nodes' web servers.
func (c *configuration) webPorts() []*hocon.Value {
	var all []*hocon.Value
	nodes := c.root.Get("configuration", "NodeDeploy", "nodes")
	for _, name := range nodes.Keys() {
		if port := nodes.Get(name, "communication", "administration", "webPort"); port != nil {
			all = append(all, port)
		}
	}
	return all
}

const healthcheckPath = "/healthcheck/"

func findProbeMissesWebPort(s *subject, r *report) {
	for _, c := range s.configurations {
		for _, n := range c.nodes {
			for _, port := range c.webPorts() {
				if !s.deployed(c, n) {
					continue
				}
				for _, probe := range n.probes() {
					if asked := n.asks(probe); asked != "" && asked != resolve(port.Text, s.substitutions(n)) {
						r.add(n.at(probe.field+".httpGet.port"), "use the same port in both", "the probe asks port %s, but the node's web server listens on %s", asked, port.Text)
					}
				}
			}
		}
	}
}

// asks is the number of the port that a health check probe asks; empty for others.
func (n *node) asks(p probe) string {
	if p.HTTPGet == nil || !strings.HasPrefix(p.HTTPGet.Path, healthcheckPath) {
		return ""
	}
	for _, open := range n.Ports {
		if open.Name == p.HTTPGet.Port.StrVal && open.Name != "" {
			return itoa(open.ContainerPort)
		}
	}
	if p.HTTPGet.Port.IntVal == 0 {
		return ""
	}
	return itoa(p.HTTPGet.Port.IntVal)
}

func findPortTwice(s *subject, r *report) {
	for _, n := range s.nodes {
		admin, ok := n.expand(envAdminPort, n.hostname(n.first))
		if !ok {
			continue
		}
		web := defaultWebPort
		for _, c := range s.configurations {
			if ports := c.webPorts(); len(ports) > 0 && s.deployed(c, n) {
				web = resolve(ports[0].Text, s.substitutions(n))
			}
		}
		if admin == web {
			_, field := n.env(envAdminPort)
			r.add(n.at(field+".value"), "give the administration port or the web port another number", "administration and web server both want port %s", admin)
		}
	}
}

// activates tells whether a configuration of the node names an activation service.
func (s *subject) activates(n *node) bool {
	for _, c := range s.configurations {
		if !slices.Contains(c.nodes, n) {
			continue
		}
		for path := range c.root.Texts() {
			if slices.ContainsFunc(path, func(step rule.Step) bool { return step.Key == "activationServiceURLs" }) {
				return true
			}
		}
	}
	return false
}
