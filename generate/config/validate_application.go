package config

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// maxReplicas bounds the nodes of one application, far beyond any real cluster.
const maxReplicas = 1000

func (c *checker) application(at string, app *Application) {
	c.applicationName(at, app)
	c.workload(at, &app.Workload, portsOf(app))
	c.variables(at, &app.Workload, nodeVariables(app))
	c.ports(at, app)
	number(c, at+".replicas", app.Replicas, 0, maxReplicas)
	number(c, at+".minReadySeconds", app.MinReadySeconds, 0, math.MaxInt32)
	number(c, at+".terminationGracePeriodSeconds", app.TerminationGracePeriodSeconds, 0, math.MaxInt32)
	number(c, at+".updateStrategy.partition", app.UpdateStrategy.Partition, 0, math.MaxInt32)
	if p := app.UpdateStrategy.Partition; app.UpdateStrategy.Type == "OnDelete" && p != nil && *p != 0 {
		c.bad(conflictingSettings, at+".updateStrategy.partition", "remove it, or write type: RollingUpdate", "OnDelete knows no partition")
	}
	c.autoscaling(at, app)
	c.metrics(at, app)
	c.containers(at, app)
	c.probes(at+".probes", app)
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
func (c *checker) probes(at string, app *Application) {
	probes := &app.Probes
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
	if probes.Action != nil {
		c.action(at+".action", app)
	}
}

// action checks what the probes ask, by a name of a port: a number would not follow the port.
func (c *checker) action(at string, app *Application) {
	http, tcp := app.Probes.Action.HTTPGet, app.Probes.Action.TCPSocket
	switch {
	case (http == nil) == (tcp == nil):
		c.bad(conflictingSettings, at, "write one of the two, or remove action for the node's health check", "want exactly one of httpGet and tcpSocket")
	case http != nil:
		c.actionPort(at+".httpGet.port", http.Port, app)
	default:
		c.actionPort(at+".tcpSocket.port", tcp.Port, app)
	}
}

func (c *checker) actionPort(at string, port intstr.IntOrString, app *Application) {
	if port.Type == intstr.Int && c.env.Origins.Written(at) {
		c.bad(yamltree.UnknownValue, at, "write its name", "want the name of a port, not %d", port.IntVal)
		return
	}
	c.portOf(at, port.StrVal, portsOf(app))
}

// portsOf are the names of the ports of an application.
func portsOf(app *Application) []string {
	names := []string{webPort}
	for _, port := range app.Ports {
		names = append(names, port.Name)
	}
	return names
}

// portOf checks the name of a port that requests go to.
func (c *checker) portOf(at, port string, names []string) {
	if !slices.Contains(names, port) {
		hint := "add it to ports, or use another one"
		if names[0] == monitorPort {
			hint = "remove it"
		}
		c.bad(yamltree.UnknownValue, at, hint, "want %s, not %q", yamltree.Choice(names), port)
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

// autoscaling checks what decides on the number of nodes instead of replicas.
func (c *checker) autoscaling(at string, app *Application) {
	scaling := app.Autoscaling
	if scaling == nil {
		return
	}
	c.withoutReplicas(at)
	at += ".autoscaling"
	number(c, at+".minReplicas", scaling.MinReplicas, 1, maxReplicas)
	number(c, at+".maxReplicas", &scaling.MaxReplicas, 1, maxReplicas)
	if most := scaling.MaxReplicas; most > 0 && *scaling.MinReplicas > most {
		c.bad(conflictingSettings, at+".minReplicas", "write a minReplicas that is no more than maxReplicas", "at least %d nodes are more than at most %d", *scaling.MinReplicas, most)
	}
	number(c, at+".cpu", &scaling.CPU, 0, math.MaxInt32)
	number(c, at+".memory", &scaling.Memory, 0, math.MaxInt32)
	if scaling.CPU == 0 && scaling.Memory == 0 {
		c.bad(yamltree.MissingValue, at, "write cpu, memory, or both, in percent of what the containers request", "names nothing by which to scale")
	}
	if scaling.CPU != 0 {
		c.requested(at+".cpu", app, corev1.ResourceCPU)
	}
	if scaling.Memory != 0 {
		c.requested(at+".memory", app, corev1.ResourceMemory)
	}
}

// withoutReplicas: every apply of a number of nodes would undo what the autoscaler did.
func (c *checker) withoutReplicas(at string) {
	if !c.env.Origins.Written(at + ".replicas") {
		return
	}
	replicas, home := c.env.Origins.At(at + ".replicas")
	scaling, _ := c.env.Origins.At(at + ".autoscaling")
	if home == at+".replicas" && replicas.File == c.env.File {
		c.bad(conflictingSettings, home, "remove it, or write autoscaling: null where autoscaling is inherited", "autoscaling in %s:%d decides on the number of nodes", scaling.File, scaling.Line)
		return
	}
	c.bad(conflictingSettings, at+".autoscaling", "write replicas: null beside it", "decides on the number of nodes, and so does %s in %s:%d", home, replicas.File, replicas.Line)
}

// requested reports containers whose use has no share: the autoscaler then does nothing. A
// limit counts as a request where there is none.
func (c *checker) requested(at string, app *Application, resource corev1.ResourceName) {
	all := append([]corev1.Container{{Name: app.Name, Resources: app.Resources}}, app.Sidecars...)
	for _, container := range app.InitContainers {
		if restart := container.RestartPolicy; restart != nil && *restart == corev1.ContainerRestartPolicyAlways {
			all = append(all, container)
		}
	}
	for _, container := range all {
		_, requests := container.Resources.Requests[resource]
		_, limits := container.Resources.Limits[resource]
		if !requests && !limits {
			c.bad(conflictingSettings, at, fmt.Sprintf("write resources.requests.%s of the container", resource),
				"container %q requests no %s, so there is no share of it to scale by", container.Name, resource)
		}
	}
}

// metrics checks how Prometheus reads the nodes.
func (c *checker) metrics(at string, app *Application) {
	if app.Metrics == nil {
		return
	}
	at += ".metrics"
	c.needsService(at, app.Service)
	c.portOf(at+".port", app.Metrics.Port, portsOf(app))
	c.text(at+".path", app.Metrics.Path, webPath)
	c.text(at+".interval", app.Metrics.Interval, scrapeInterval)
	c.labels(at+".labels", app.Metrics.Labels, &labelValue, slices.Concat(ownLabels, []string{instanceLabel})...)
	if _, bound := app.Node.WebServices["metrics"]; app.Metrics.Port == webPort && !bound {
		c.bad(conflictingSettings, at, "write node: {webServices: {metrics: {}}}", "the node wants credentials for its metrics unless node.webServices binds them")
	}
}
