package streaming

import (
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// A TrustedHost is a host pattern of a configuration.
type TrustedHost struct {
	// Written is as the configuration has it, Pattern as a node resolves it.
	Written, Pattern string
	Configuration    *Configuration
	// Index is its place in the list.
	Index int
	At    manifest.Place
}

// TrustedHosts are those of the configuration, as one of its nodes resolves them; nil
// knows no substitutions. One outside of quotation marks can be several.
func (c *Configuration) TrustedHosts(n *Node) (all []TrustedHost) {
	for i, host := range c.writtenHosts(n) {
		at := c.On(host, rule.Index("configuration.TrustedHosts.hosts", i))
		for _, filled := range host.Expand(n.Resolve) {
			all = append(all, TrustedHost{host.Text, filled.Text, c, i, at})
		}
	}
	return all
}

// writtenHosts are the items of the list; if a substitution stands in its place, those of what it becomes.
func (c *Configuration) writtenHosts(n *Node) []*hocon.Value {
	hosts := c.trustedHosts().Get("hosts")
	switch {
	case hosts == nil:
		return nil
	case hosts.Open() == "":
		return hosts.Items
	}
	filled := hosts.Expand(n.Resolve)
	if len(filled) == 1 && filled[0].Kind == hocon.List {
		return filled[0].Items
	}
	return filled
}

// TrustedHosts are those of all configurations that the node loads.
func (n *Node) TrustedHosts() (all []TrustedHost) {
	for _, c := range n.Configurations() {
		all = append(all, c.TrustedHosts(n)...)
	}
	return all
}

func (c *Configuration) patterns(n *Node) (all []string) {
	for _, host := range c.TrustedHosts(n) {
		all = append(all, strings.ToLower(host.Pattern))
	}
	return all
}

// eachHost calls with every trusted host as the first of its nodes resolves it.
func eachHost(set *manifest.Set, visit func(host string, at manifest.Place)) {
	for _, c := range ConfigurationsOf(set) {
		for _, host := range c.TrustedHosts(c.first()) {
			visit(host.Pattern, host.At)
		}
	}
}

const (
	// The shortest networks that are not the world, or a provider's whole range.
	minIPv4Bits = 8
	minIPv6Bits = 32
	// mappedBits are those before an address of IPv4 in one of IPv6.
	mappedBits = 96
)

// mapped is where IPv6 holds the addresses of IPv4.
var mapped = netip.MustParseAddr("::ffff:0:0")

// parseNetwork reads a network; one of IPv4 that is written as one of IPv6 is IPv4's.
func parseNetwork(host string) (netip.Prefix, error) {
	network, err := netip.ParsePrefix(host)
	switch {
	case err == nil && network.Contains(mapped) && network.Bits() <= mappedBits:
		return netip.PrefixFrom(netip.IPv4Unspecified(), 0), nil
	case err == nil && network.Addr().Is4In6():
		return netip.PrefixFrom(network.Addr().Unmap(), network.Bits()-mappedBits), nil
	}
	return network, err
}

// tooWide says why a host pattern trusts strangers; it is empty if it does not.
func tooWide(host string) string {
	if network, err := parseNetwork(host); err == nil {
		if bits := network.Bits(); network.Addr().Is4() && bits < minIPv4Bits || !network.Addr().Is4() && bits < minIPv6Bits {
			return "a network of that size is not one's own"
		}
		return ""
	}
	domain, wild := strings.CutPrefix(strings.ToLower(host), "*")
	if !wild {
		return ""
	}
	domain = strings.Trim(domain, ".*")
	switch suffix, _ := publicsuffix.PublicSuffix(domain); {
	case domain == "":
		return "it matches every host"
	case suffix == domain:
		return "anyone can have a name below it"
	}
	return ""
}

var trustsTooMuch = row{Rule: rule.Rule{
	ID: "EF402", Severity: rule.Error, Title: "strangers are trusted",
	Why:     "a trusted host may administer nodes without credentials",
	Example: "TrustedHosts = { hosts = [\"*.com\", \"0.0.0.0/0\"] }",
	Fix:     "TrustedHosts = { hosts = [\"*.flow.production.svc.cluster.local\"] }",
}, Check: findTrustsTooMuch}

func findTrustsTooMuch(set *manifest.Set, f *rule.Finder) {
	eachHost(set, func(host string, at manifest.Place) {
		if why := tooWide(host); why != "" {
			f.Report(at, "name the nodes by `*.<service>.<namespace>.svc.<domain>`", "trusted host %q trusts strangers without credentials: %s", host, why)
		}
	})
}

var trustsNetwork = row{Rule: rule.Rule{
	ID: "EF403", Severity: rule.Warning, Title: "a whole network is trusted",
	Why:     "every pod in a trusted network, or in the cluster's whole DNS domain, may administer nodes without credentials, whoever runs it",
	Example: "TrustedHosts = { hosts = [\"10.1.0.0/16\", \"*.svc.cluster.local\"] }",
	Fix:     "TrustedHosts = { hosts = [\"*.flow.production.svc.cluster.local\"] }",
}, Check: findTrustsNetwork}

func findTrustsNetwork(set *manifest.Set, f *rule.Finder) {
	eachHost(set, func(host string, at manifest.Place) {
		network, err := parseNetwork(host)
		switch {
		case tooWide(host) != "":
		case err == nil && !network.IsSingleIP():
			f.Report(at, "name hosts, or except the rule with a reason", "trusted host %q is a network: everything that runs in it is trusted without credentials", host)
		case matchesEveryPod(set.Facts().Domain, host):
			f.Report(at, "name the nodes by `*.<service>.<namespace>.svc.<domain>`, or except the rule with a reason",
				"trusted host %q takes every pod of the cluster that a Service names: all are trusted without credentials", host)
		}
	})
}

// matchesEveryPod reports whether a host pattern matches the DNS names of all pods, whatever
// their namespace. One namespace may be wanted as a whole, as that of the operators.
func matchesEveryPod(domain, host string) bool {
	suffix, wild := strings.CutPrefix(strings.ToLower(host), "*.")
	return wild && strings.HasSuffix(".svc."+strings.ToLower(domain), "."+suffix)
}

var trustedHostsTwice = row{Rule: rule.Rule{
	ID: "EF404", Severity: rule.Error, Title: "more than one TrustedHosts",
	Why:     "only one TrustedHosts of a node is active, and the order of loading decides which",
	Example: "# security.conf is named \"flow\", the text embedded in node.conf \"flow-production\"",
	Fix:     "name = \"flow\"   # in both, with another version",
}, Check: findTrustedHostsTwice}

// findTrustedHostsTwice finds nodes with more than one TrustedHosts: two in what a
// node deploys, or one there that does not replace the archive's, being named
// otherwise.
func findTrustedHostsTwice(set *manifest.Set, f *rule.Finder) {
	for _, n := range NodesOf(set) {
		var deployed, archived *Configuration
		for _, c := range n.Configurations() {
			if c.trustedHosts() == nil {
				continue
			}
			at := c.On(c.trustedHosts(), "configuration.TrustedHosts")
			switch {
			case !c.Embedded:
				if c.At.Object() == nil { // one in a ConfigMap is not the archive's
					archived = c
				}
			case deployed != nil:
				f.Report(at, oneListHint(set), "the nodes of %s deploy two TrustedHosts, %q and %q, of which one is active", n.Manifest(), deployed.Text("name"), c.Text("name"))
			case archived != nil && archived.Text("name") != c.Text("name"):
				f.Report(at, fmt.Sprintf("name it %q", archived.Text("name")), "the embedded security.conf is named %q, so it does not replace the archive's, named %q", c.Text("name"), archived.Text("name"))
			}
			if c.Embedded {
				deployed = c
			}
		}
	}
}

// oneListHint says how to get along with one TrustedHosts. In an environment the first one
// is efgen's own, and the other is in a file of security.include.
func oneListHint(set *manifest.Set) string {
	if set.Facts().Environment == "" {
		return "put all hosts into one TrustedHosts"
	}
	return "move the hosts to security.trustedHosts of the application, and leave TrustedHosts out of the included file"
}

// isSurplus reports whether a node deploys another TrustedHosts before this one: EF404.
func (n *Node) isSurplus(c *Configuration) bool {
	for _, other := range n.Configurations() {
		if other.Embedded && other.trustedHosts() != nil {
			return c.Embedded && other != c
		}
	}
	return false
}

// HostCovers reports whether one host pattern surely matches all that another one matches.
func HostCovers(outer, inner string) bool {
	outer, inner = strings.ToLower(outer), strings.ToLower(inner)
	if outer == inner {
		return true
	}
	if strings.Contains(outer+inner, "${") {
		return false
	}
	if suffix, isWildcard := strings.CutPrefix(outer, "*"); isWildcard {
		return suffix == "" || suffix[0] == '.' && strings.HasSuffix(inner, suffix)
	}
	return manifest.NetworkCovers(outer, inner)
}
