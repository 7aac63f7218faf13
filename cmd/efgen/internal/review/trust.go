package review

import (
	"fmt"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
	"github.com/efgen/efgen/validate/streaming"
)

// maxHosts bounds how many patterns one host is compared with.
const maxHosts = 1000

// A trustedHost is one of a node, with the environment's own namespace written alike on
// both sides.
type trustedHost struct {
	streaming.TrustedHost
	general string
}

// trustedHosts are those of a node. What it deploys comes first: a security.conf beside it
// says the same again.
func (s *side) trustedHosts(n *streaming.Node) (all []trustedHost) {
	for _, host := range n.TrustedHosts() {
		all = append(all, trustedHost{host, s.general(host.Pattern)})
	}
	slices.SortStableFunc(all, func(a, b trustedHost) int { return inFile(a.At) - inFile(b.At) })
	return all
}

func inFile(at manifest.Place) int {
	if at.Object() == nil {
		return 1
	}
	return 0
}

// general writes the environment's own namespace alike on both sides.
func (s *side) general(host string) string {
	if s.namespace == "" {
		return host
	}
	return strings.ReplaceAll(host, "."+s.namespace+".svc.", "."+ownNamespace+".svc.")
}

var widerTrust = row{Rule: rule.Rule{
	ID: "ER202", Title: "more hosts are trusted",
	Why:     "whoever runs on a trusted host may administer the nodes without a password",
	Example: "security: {trustedHosts: [10.0.0.0/8]}   # where it was 10.1.0.0/16",
	Fix:     "security: {trustedHosts: [10.1.0.0/16]}",
}, Check: findWiderTrust}

func findWiderTrust(c *comparison, f *rule.Finder) {
	c.eachConfigured(func(was, n *streaming.Node) {
		before := c.old.trustedHosts(was)
		known := map[string]bool{}
		for _, host := range before {
			known[host.general] = true
		}
		var wider []trustedHost
		for _, host := range c.new.trustedHosts(n) {
			if !known[host.general] && !covered(before, host) {
				known[host.general] = true
				wider = append(wider, host)
			}
		}
		c.addWiderTrust(f, n, wider, before)
	})
}

// addWiderTrust says once of each application of the environment that it is trusted now, by
// however many names. What efgen derives for a node's own application, and for the cluster
// monitor, is no widening, whatever the domain of the cluster is.
func (c *comparison) addWiderTrust(f *rule.Finder, n *streaming.Node, wider, before []trustedHost) {
	var others []trustedHost
	said := map[*streaming.Node]bool{n: true}
	for _, host := range wider {
		peer := c.new.named(host.general)
		switch {
		case peer == nil:
			others = append(others, host)
		case peer.IsMonitor || said[peer] || c.hadTrusted(n, peer):
		default:
			said[peer] = true
			f.Report(c.bringingTrust(n, host, false), "", "the nodes of %s may administer the nodes of %s without a password", peer.Name, n.Name)
		}
	}
	if len(others) > 0 {
		isWritten := slices.ContainsFunc(before, func(was trustedHost) bool { return was.Written == others[0].Written })
		f.Report(c.bringingTrust(n, others[0], isWritten), "", "%s may administer the nodes of %s without a password", andMore(whoIs(others[0].Pattern), len(others)-1), n.Name)
	}
}

// eachConfigured calls with the nodes that are there on both sides, if something changes
// that may configure them: a new one has trusted nobody yet, and nobody has logged in.
func (c *comparison) eachConfigured(visit func(old, new *streaming.Node)) {
	if c.differenceOf((*difference).mayChangeTrust) == nil {
		return
	}
	before := map[manifest.Identity]*streaming.Node{}
	for _, n := range streaming.NodesOf(c.old.Set) {
		before[n.Identity()] = n
	}
	for _, n := range streaming.NodesOf(c.new.Set) {
		if was := before[n.Identity()]; was != nil {
			visit(was, n)
		}
	}
}

// hadTrusted reports whether a node trusted another one before.
func (c *comparison) hadTrusted(n, peer *streaming.Node) bool {
	was, peerWas := c.old.node(n), c.old.node(peer)
	return was != nil && peerWas != nil && was.Trusts(peerWas)
}

// andMore names the first of several.
func andMore(first string, more int) string {
	if more == 0 {
		return first
	}
	return fmt.Sprintf("%s and %d more", first, more)
}

// named is the node of the environment's own whose pods a host pattern names, nil if there is
// none: under a Service that selects them, or under one that they make for themselves.
func (s *side) named(general string) *streaming.Node {
	service, rest, found := strings.Cut(strings.TrimPrefix(general, "*."), ".")
	if !found || rest != ownNamespace+".svc."+s.Facts().Domain || !strings.HasPrefix(general, "*.") {
		return nil
	}
	for _, n := range streaming.NodesOf(s.Set) {
		if !s.isOwn(n) {
			continue
		}
		o := s.Find("", "Service", n.Namespace, service)
		if o == nil && n.MayMake(service) {
			return n
		}
		if selects := manifest.Value[corev1.Service](o); selects != nil && o.Folder() != extraFolder && (n.Serves(selects) || n.StatefulSet.Spec.ServiceName == service) {
			return n
		}
	}
	return nil
}

// ownHosts are those that efgen derives for the environment's own nodes: they have to
// trust each other, whatever the domain of the cluster is.
func (s *side) ownHosts() map[string]bool {
	all := map[string]bool{}
	for _, n := range s.ownNodes() {
		for _, host := range s.hostsOf(n) {
			all[host] = true
		}
	}
	return all
}

// ownNodes are those that efgen makes.
func (s *side) ownNodes() []*streaming.Node {
	return slices.DeleteFunc(slices.Clone(streaming.NodesOf(s.Set)), func(n *streaming.Node) bool { return !s.isOwn(n) })
}

// hostsOf are the patterns by which others trust a node: one for each of its Services.
func (s *side) hostsOf(n *streaming.Node) (all []string) {
	services := s.ServicesOf(n.Workload)
	if o := s.Find("", "Service", n.Namespace, n.StatefulSet.Spec.ServiceName); o != nil {
		services = append(slices.Clone(services), manifest.Typed[corev1.Service]{Object: o})
	}
	for _, service := range services {
		if service.Folder() != extraFolder {
			all = append(all, "*."+service.Name+"."+ownNamespace+".svc."+s.Facts().Domain)
		}
	}
	return all
}

// isOwn reports whether a node is one of the environment's applications, or its monitor.
func (s *side) isOwn(n *streaming.Node) bool {
	return n.Folder() != extraFolder && n.Namespace == s.namespace
}

// covered reports whether a host was trusted by one of the first patterns before: nobody
// has more of them.
func covered(before []trustedHost, host trustedHost) bool {
	return slices.ContainsFunc(before[:min(len(before), maxHosts)], func(was trustedHost) bool { return streaming.HostCovers(was.general, host.general) })
}

// mayChangeTrust reports whether a difference is one of configurations or substitutions.
func (d *difference) mayChangeTrust() bool {
	o := d.object()
	return o.kind == kindFile && streaming.IsFile(o.file) || o.kind == "ConfigMap" || slices.ContainsFunc(d.changes, func(ch change) bool { return strings.Contains(ch.at, ".env") })
}

// bringingTrust is the difference that brings a host: that of its own file, or else, if it
// was written before, what turns it into another one.
func (c *comparison) bringingTrust(n *streaming.Node, host trustedHost, isWritten bool) place {
	inHost := func(d *difference) bool { return d.new != nil && d.new.file == host.At.File() }
	d := c.differenceOf(inHost)
	for _, match := range []func(*difference) bool{
		func(d *difference) bool {
			return d.new != nil && d.new.folder() == n.Folder() && len(d.new.dataKeys()) > 0
		},
		func(d *difference) bool { return d.object().folder() == n.Folder() },
		(*difference).mayChangeTrust,
	} {
		if d == nil {
			d = c.differenceOf(match)
		}
	}
	switch {
	case inHost(d) && !isWritten:
		// security.conf lists the hosts one by one, the file that embeds it does not.
		file := path.Join(path.Dir(host.At.File()), "security.conf")
		return d.at("").causedBy(file, "", rule.Index("configuration.TrustedHosts.hosts", host.Index))
	case len(d.changes) > 0:
		return d.at(d.changes[0].at)
	}
	return d.at("")
}

func (c *comparison) differenceOf(match func(*difference) bool) *difference {
	if i := slices.IndexFunc(c.differences, match); i >= 0 {
		return c.differences[i]
	}
	return nil
}

// whoIs says whom a host pattern means.
func whoIs(pattern string) string {
	suffix, isWildcard := strings.CutPrefix(pattern, "*")
	network, isNetwork := manifest.ParseNetwork(pattern)
	switch {
	case isNetwork && !network.IsSingleIP():
		return "every pod in " + pattern
	case isWildcard && strings.Trim(suffix, ".*") == "":
		return "every host"
	case isWildcard && strings.Contains(suffix, ".svc."):
		return "every pod behind " + strings.TrimPrefix(suffix, ".")
	case isWildcard:
		return "every host below " + strings.TrimPrefix(suffix, ".")
	}
	return "whoever runs on " + pattern
}
