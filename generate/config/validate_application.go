package config

import (
	"maps"
	"math"
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// maxReplicas bounds the nodes of one application, far beyond any real cluster.
const maxReplicas = 1000

func (c *checker) application(at string, app *Application) {
	c.applicationName(at, app)
	c.workload(at, &app.Workload)
	c.variables(at, &app.Workload, nodeVariables)
	c.ports(at, app)
	number(c, at+".replicas", app.Replicas, 0, maxReplicas)
	number(c, at+".minReadySeconds", app.MinReadySeconds, 0, math.MaxInt32)
	number(c, at+".terminationGracePeriodSeconds", app.TerminationGracePeriodSeconds, 0, math.MaxInt32)
	number(c, at+".updateStrategy.partition", app.UpdateStrategy.Partition, 0, math.MaxInt32)
	if p := app.UpdateStrategy.Partition; app.UpdateStrategy.Type == "OnDelete" && p != nil && *p != 0 {
		c.bad(conflictingSettings, at+".updateStrategy.partition", "remove it, or write type: RollingUpdate", "OnDelete knows no partition")
	}
	c.probes(at+".probes", &app.Probes)
	c.budget(at+".disruptionBudget.maxUnavailable", app.DisruptionBudget)
	c.labels(at+".podLabels", app.PodLabels, &labelValue, "app", "app.kubernetes.io/name",
		"statefulset.kubernetes.io/pod-name", "controller-revision-hash", "apps.kubernetes.io/pod-index")
	c.labels(at+".podAnnotations", app.PodAnnotations, nil)
	c.volumes(at, app)
	c.files(at+".files", app.Files)
	c.security(at+".security", &app.Security)
	c.trust(at+".security", app)
	c.node(at+".node", &app.Node)
}

// applicationName checks the name, which many objects and a folder of the output carry.
func (c *checker) applicationName(at string, app *Application) {
	c.key(at, app.Name, applicationName)
	switch {
	case slices.Contains([]string{"rbac", "dashboard", "extra"}, app.Name),
		app.Name == monitorName && c.env.ClusterMonitor != nil,
		app.Name == "dashboard-viewer" && c.env.Dashboard.Viewer:
		c.badKey(reservedName, at, "take another name", "%s is what efgen calls something else in this environment", app.Name)
	}
	if reserved := reservedOn(app.Name); reserved != "" && applicationName.valid(app.Name) {
		c.badKey(invalidName, at, "take another name", "%s cannot be the name of its folder in the output: %s", app.Name, reserved)
	}
	c.claim(c.services, app.Name, at, "the Service")
	if app.Service.On != nil {
		c.claim(c.services, app.Name+"-client", at, "the Service")
	}
}

// ports checks the ports of the container, which share one address.
func (c *checker) ports(at string, app *Application) {
	names, numbers := claims{"web": at + ".node.webPort"}, claims{}
	take := func(field string, port int32) {
		if port > 0 {
			c.claim(numbers, strconv.Itoa(int(port)), field, "the port")
		}
	}
	take(at+".node.webPort", *app.Node.WebPort)
	take(at+".node.adminPort", app.Node.AdminPort)
	for i, port := range app.Ports {
		field := rule.Index(at+".ports", i)
		c.text(field+".name", port.Name, portName)
		number(c, field+".port", &port.Port, 1, math.MaxUint16)
		c.claim(names, port.Name, field+".name", "the port name")
		take(field+".port", port.Port)
		c.nodePort(field+".nodePort", port.NodePort, app.Service)
	}
}

// probes checks timings as the API server does.
func (c *checker) probes(at string, probes *Probes) {
	c.probe(at+".readiness", &probes.Readiness)
	c.probe(at+".liveness", &probes.Liveness)
	if probes.Startup != nil {
		c.probe(at+".startup", probes.Startup)
		c.oneSuccess(at+".startup", probes.Startup)
	}
	c.oneSuccess(at+".liveness", &probes.Liveness)
	if probes.Readiness.TerminationGracePeriodSeconds != nil {
		c.bad(conflictingSettings, at+".readiness.terminationGracePeriodSeconds", "remove it", "a readiness probe ends no container")
	}
}

func (c *checker) probe(at string, p *Probe) {
	number(c, at+".initialDelaySeconds", p.InitialDelaySeconds, 0, math.MaxInt32)
	number(c, at+".periodSeconds", p.PeriodSeconds, 1, math.MaxInt32)
	number(c, at+".timeoutSeconds", p.TimeoutSeconds, 1, math.MaxInt32)
	number(c, at+".successThreshold", p.SuccessThreshold, 1, math.MaxInt32)
	number(c, at+".failureThreshold", p.FailureThreshold, 1, math.MaxInt32)
	number(c, at+".terminationGracePeriodSeconds", p.TerminationGracePeriodSeconds, 1, math.MaxInt32)
}

// oneSuccess checks that a successThreshold is 1, as Kubernetes demands of all probes but readiness.
func (c *checker) oneSuccess(at string, p *Probe) {
	if p.SuccessThreshold != nil && *p.SuccessThreshold > 1 {
		c.bad(yamltree.OutOfRange, at+".successThreshold", "", "want 1, not %d: only a readiness probe may ask for more", *p.SuccessThreshold)
	}
}

func (c *checker) budget(at string, budget yamltree.Switch[DisruptionBudget]) {
	if budget.On == nil {
		return
	}
	most := budget.On.MaxUnavailable
	if most.Type == intstr.String {
		c.item(at, most.StrVal, percentage)
		return
	}
	number(c, at, &most.IntVal, 0, math.MaxInt32)
}

// files checks the keys of the two ConfigMaps.
func (c *checker) files(at string, files Files) {
	for _, part := range []struct {
		name  string
		files map[string]string
	}{{"configuration", files.Configuration}, {"resources", files.Resources}} {
		for _, key := range slices.Sorted(maps.Keys(part.files)) {
			c.key(rule.Key(at+"."+part.name, key), key, dataKey)
		}
	}
	for _, own := range []string{"node.conf", "substitutions.txt"} {
		if _, found := files.Configuration[own]; found {
			c.badKey(reservedName, rule.Key(at+".configuration", own), "take another name; what security.conf and node.conf say comes from `security` and `node`",
				"efgen writes %s itself", own)
		}
	}
}

func (c *checker) security(at string, s *Security) {
	c.text(at+".name", s.Name, line)
	c.items(at+".trustedHosts", s.TrustedHosts, trustedHost)
	c.atMost(at+".trustedHosts", len(s.TrustedHosts), maxTrustedHosts, "trust names with a wildcard, such as *.operators.example.com")
	c.atMost(at+".include", len(s.Include), maxIncludes, "put some of the files into the image")
	c.text(at+".defaultRoute", *s.DefaultRoute, trustedHost)
	if s.Delivery == DeliveryImage && len(s.Include) > 0 {
		c.bad(conflictingSettings, at+".include", "put the files into the image, or write delivery: nodeDeploy",
			"delivery: image leaves every security file to the image build")
	}
}

func (c *checker) node(at string, n *Node) {
	c.text(at+".nodeType", n.NodeType, line)
	number(c, at+".numberSearchPorts", n.NumberSearchPorts, 1, math.MaxUint16)
	number(c, at+".adminPort", &n.AdminPort, 0, math.MaxUint16)
	number(c, at+".webPort", n.WebPort, 1, math.MaxUint16)
	if s := n.SubstitutionSecret; s != nil {
		c.text(at+".substitutionSecret.name", s.Name, dnsName)
		c.text(at+".substitutionSecret.key", s.Key, dataKey)
		if len(n.Substitutions) > 0 {
			c.bad(conflictingSettings, at+".substitutionSecret", "write all substitutions into one of them", "a node reads one substitution file: not this and substitutions")
		}
	}
	if k := n.Keystore; k != nil {
		c.text(at+".keystore.secret", k.Secret, dnsName)
		c.text(at+".keystore.key", k.Key, dataKey)
		c.text(at+".keystore.passwordKey", k.PasswordKey, dataKey)
	}
}
