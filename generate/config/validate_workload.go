package config

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// The range of node ports that clusters have unless told otherwise.
const firstNodePort, lastNodePort = 30000, 32767

// workload checks what an application and the cluster monitor have in common.
func (c *checker) workload(at string, w *Workload) {
	c.text(at+".image.repository", w.Image.Repository, repository)
	c.text(at+".image.tag", w.Image.Tag, tag)
	c.text(at+".image.digest", w.Image.Digest, digest)
	c.text(at+".serviceAccount", w.ServiceAccount, dnsName)
	c.resources(at+".resources", w.Resources)
	if s := w.Service.On; s != nil {
		c.nodePort(at+".service.nodePort", s.NodePort, w.Service)
		c.labels(at+".service.annotations", s.Annotations, nil)
	}
	if w.Ingress != nil {
		c.ingress(at+".ingress", w.Ingress)
		c.needsService(at+".ingress", w.Service)
	}
	if w.Route != nil {
		c.route(at+".route", w.Route)
		c.needsService(at+".route", w.Service)
	}
	if w.NetworkPolicy.On != nil {
		c.peers(at+".networkPolicy.ingressFrom", w.NetworkPolicy.On.IngressFrom)
	}
	if w.License != nil {
		c.license(at+".license", w.License)
	}
	c.labels(at+".nodeSelector", w.NodeSelector, &labelValue)
	c.text(at+".priorityClassName", w.PriorityClassName, dnsName)
}

// resources checks that no request is above its limit: the two may come from different files.
func (c *checker) resources(at string, resources corev1.ResourceRequirements) {
	for _, name := range slices.Sorted(maps.Keys(resources.Requests)) {
		request, limit := resources.Requests[name], resources.Limits[name]
		position, home := c.env.Origins.At(rule.Key(at+".limits", string(name)))
		if _, limited := resources.Limits[name]; limited && request.Cmp(limit) > 0 && !c.problems.Unread(home) {
			c.bad(conflictingSettings, rule.Key(at+".requests", string(name)), "raise the limit, or request less",
				"%s is more than the limit of %s in %s:%d", &request, &limit, position.File, position.Line)
		}
	}
}

// nodePort checks a port of every worker, which only some Services have; 0 leaves it to the cluster.
func (c *checker) nodePort(at string, port int32, s yamltree.Switch[Service]) {
	if port == 0 {
		return
	}
	c.needsService(at, s)
	number(c, at, &port, firstNodePort, lastNodePort)
	if s.On != nil && corev1.ServiceType(s.On.Type) == corev1.ServiceTypeClusterIP {
		c.bad(conflictingSettings, at, "write service: {type: NodePort}, or remove the port", "a Service of type ClusterIP has no node port")
	}
	c.claim(c.nodePorts, strconv.Itoa(int(port)), at, "node port")
}

func (c *checker) ingress(at string, ingress *Ingress) {
	c.text(at+".host", ingress.Host, webHost)
	c.text(at+".className", ingress.ClassName, dnsName)
	c.text(at+".path", ingress.Path, webPath)
	if ingress.TLS != nil {
		c.text(at+".tls.secretName", ingress.TLS.SecretName, dnsName)
	}
	if ingress.Host != "" {
		c.claim(c.hosts, ingress.Host+ingress.Path, at+".host", "the address")
	}
}

func (c *checker) route(at string, route *Route) {
	if c.env.Cluster.Platform != OpenShift {
		c.bad(conflictingSettings, at, "write an ingress, or cluster: {platform: openshift}", "only OpenShift has Routes")
	}
	c.text(at+".host", route.Host, dnsName)
	if route.Host != "" {
		c.claim(c.hosts, route.Host+"/", at+".host", "the address")
	}
}

// needsService checks what leads through the Service for clients.
func (c *checker) needsService(at string, s yamltree.Switch[Service]) {
	if s.Off {
		c.bad(conflictingSettings, at, "remove it, or service: false", "leads to the Service for clients, which is off")
	}
}

// nodeVariables are those that efgen sets for a node, by what to write instead.
var nodeVariables = map[string]string{
	"POD_NAME": "", "POD_NAMESPACE": "", "APPNAME": "", "STREAMING_NODENAME": "",
	"STREAMING_NODEDEPLOY":        "write security and node, from which the file is made",
	"STREAMING_SUBSTITUTIONFILE":  "write node.substitutions or node.substitutionSecret",
	"STREAMING_ADMINPORT":         "write node.adminPort",
	"STREAMING_DEPLOYDIRECTORIES": "write files.resources",
	"STREAMING_KEYSTORE":          "write node.keystore",
	"STREAMING_KEYSTOREPASSWORD":  "write node.keystore",
}

// licenseFolder is where the product looks for licences, below HOME.
const licenseFolder = "/.tibco-streaming/licenses"

// variables checks environment variables; own are those that efgen sets.
func (c *checker) variables(at string, w *Workload, own map[string]string) {
	names := claims{}
	for i, variable := range w.Env {
		field := rule.Index(at+".env", i) + ".name"
		c.item(field, variable.Name, envName)
		c.claim(names, variable.Name, field, "the variable")
		hint, reserved := own[variable.Name]
		switch {
		case reserved:
			c.bad(reservedName, field, hint, "efgen sets %s itself", variable.Name)
		case variable.Name == "HOME" && w.License != nil && strings.HasSuffix(w.License.MountPath, licenseFolder):
			c.bad(reservedName, field, "write another license.mountPath", "efgen sets HOME itself, so that the licence is found")
		case variable.Name == "NODENAME":
			c.bad(reservedName, field, "remove it", "start-node would take NODENAME for the name of every node")
		}
	}
}

// license checks where a licence comes from, which may be written in several files.
func (c *checker) license(at string, l *License) {
	c.text(at+".secret", l.Secret, dnsName)
	c.text(at+".mountPath", l.MountPath, folder)
	c.mountPath(at+".mountPath", l.MountPath)
	c.items(at+".urls", l.URLs, activationURL)
	c.text(at+".name", l.Name, line)
	written := c.env.Origins.Written
	switch version := c.env.ProductVersion; {
	case l.Secret == "" && len(l.URLs) == 0:
		if c.problems.Unread(at+".secret") || c.problems.Unread(at+".urls") {
			return
		}
		c.bad(yamltree.MissingValue, at, "write secret, the Secret with the licence files, or urls, the activation services", "names no licence")
		return
	case len(l.URLs) > 0 && beforeActivation(version):
		c.bad(conflictingSettings, at+".urls", "write secret, or the productVersion that the images have", "product version %s knows no activation service: 11.2 is the first", version)
	case len(l.URLs) > 1 && version == "11.2.0":
		c.bad(conflictingSettings, at+".urls", "write one of them, or the productVersion that the images have", "product version %s takes one activation service", version)
	}
	if l.Secret == "" && written(at+".mountPath") {
		c.bad(conflictingSettings, at+".mountPath", "write secret, or remove it", "there are no licence files to mount")
	}
	if len(l.URLs) == 0 && written(at+".name") {
		c.bad(conflictingSettings, at+".name", "write urls, or remove it", "there is no licence configuration to name")
	}
}

// beforeActivation reports whether a version of the product is known, and from before 11.2, the
// first one with licences.
func beforeActivation(version string) bool {
	first, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	major, err := strconv.Atoi(first)
	minor, _ := strconv.Atoi(second)
	return err == nil && (major < 11 || major == 11 && minor < 2)
}

// monitor checks the cluster monitor.
func (c *checker) monitor(m *ClusterMonitor) {
	const at = "clusterMonitor"
	if m.Service.Off {
		c.bad(conflictingSettings, at+".service", "", "the Service of the cluster monitor governs its StatefulSet and cannot be off")
	}
	if l := m.License; l != nil && len(l.URLs) > 0 {
		c.bad(conflictingSettings, at+".license.urls", "write secret: licence files", "the start script of the cluster monitor takes no node.conf, and so no activation service")
	}
	c.workload(at, &m.Workload)
	c.variables(at, &m.Workload, nil)
}

// peers checks who may come in, as the API server does.
func (c *checker) peers(at string, peers []networkingv1.NetworkPolicyPeer) {
	for i, peer := range peers {
		field := rule.Index(at, i)
		e, _, _ := c.env.Origins.nearest(field)
		selects := peer.PodSelector != nil || peer.NamespaceSelector != nil
		switch {
		case e.Value.Len() == 0:
			c.bad(yamltree.MissingValue, field, "write [] for all of the list to let everybody in", "names nobody: want a podSelector, a namespaceSelector or an ipBlock")
		case peer.IPBlock != nil && selects:
			c.bad(conflictingSettings, field+".ipBlock", "make it an item of its own", "an ipBlock does not go with a podSelector or a namespaceSelector")
		}
		if peer.IPBlock != nil {
			c.ipBlock(field+".ipBlock", peer.IPBlock)
		}
	}
}

func (c *checker) ipBlock(at string, block *networkingv1.IPBlock) {
	c.item(at+".cidr", block.CIDR, network)
	c.items(at+".except", block.Except, network)
	whole, err := netip.ParsePrefix(block.CIDR)
	for i, except := range block.Except {
		part, bad := netip.ParsePrefix(except)
		if err == nil && bad == nil && (!whole.Contains(part.Addr()) || part.Bits() <= whole.Bits()) {
			c.bad(conflictingSettings, rule.Index(at+".except", i), "", "want a part of %s, not %s", block.CIDR, except)
		}
	}
}
