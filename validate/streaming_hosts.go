package validate

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/efgen/efgen/validate/rule"
)

// eachHost calls with every trusted host as a node resolves it.
func (s *subject) eachHost(visit func(host string, at place)) {
	for _, c := range s.configurations {
		var known map[string]string
		if len(c.nodes) > 0 {
			known = s.substitutions(c.nodes[0])
		}
		for i, host := range c.hosts() {
			visit(resolve(host.Text, known), c.on(host, rule.Index("configuration.TrustedHosts.hosts", i)))
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

func findTrustsTooMuch(s *subject, r *report) {
	s.eachHost(func(host string, at place) {
		if why := tooWide(host); why != "" {
			r.add(at, "name the nodes by `*.<service>.<namespace>.svc.<domain>`", "trusted host %q trusts strangers without credentials: %s", host, why)
		}
	})
}

func findTrustsNetwork(s *subject, r *report) {
	s.eachHost(func(host string, at place) {
		network, err := parseNetwork(host)
		switch {
		case tooWide(host) != "":
		case err == nil && !network.IsSingleIP():
			r.add(at, "name hosts, or except the rule with a reason", "trusted host %q is a network: everything that runs in it is trusted without credentials", host)
		case s.takesEveryPod(host):
			r.add(at, "name the nodes by `*.<service>.<namespace>.svc.<domain>`, or except the rule with a reason",
				"trusted host %q takes every pod of the cluster that a Service names: all are trusted without credentials", host)
		}
	})
}

// takesEveryPod tells whether a host pattern takes the DNS names of all pods, whatever
// their namespace. One namespace may be wanted as a whole, as that of the operators.
func (s *subject) takesEveryPod(host string) bool {
	suffix, wild := strings.CutPrefix(strings.ToLower(host), "*.")
	return wild && strings.HasSuffix(".svc."+strings.ToLower(s.facts.Domain), "."+suffix)
}

// findTrustedHostsTwice finds nodes with more than one TrustedHosts: two in what a
// node deploys, or one there that does not replace the archive's, being named
// otherwise.
func findTrustedHostsTwice(s *subject, r *report) {
	for _, n := range s.nodes {
		var deployed, archived *configuration
		for _, c := range s.configurations {
			if c.trustedHosts() == nil || !slices.Contains(c.nodes, n) {
				continue
			}
			at := c.on(c.trustedHosts(), "configuration.TrustedHosts")
			switch {
			case !c.embedded:
				if c.at.object == nil { // one in a ConfigMap is not the archive's
					archived = c
				}
			case deployed != nil:
				r.add(at, "put all hosts into one TrustedHosts", "the nodes of %s deploy two TrustedHosts, %q and %q, of which one is active", n.manifest(), deployed.text("name"), c.text("name"))
			case archived != nil && archived.text("name") != c.text("name"):
				r.add(at, fmt.Sprintf("name it %q", archived.text("name")), "the embedded security.conf is named %q, so it does not replace the archive's, named %q", c.text("name"), archived.text("name"))
			}
			if c.embedded {
				deployed = c
			}
		}
	}
}
