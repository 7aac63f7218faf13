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

// The shortest networks that are not the world, or a provider's whole range.
const (
	minIPv4Bits = 8
	minIPv6Bits = 32
)

// tooWide says why a host pattern trusts strangers; it is empty if it does not.
func tooWide(host string) string {
	if network, err := netip.ParsePrefix(host); err == nil {
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
		network, err := netip.ParsePrefix(host)
		if err == nil && !network.IsSingleIP() && tooWide(host) == "" {
			r.add(at, "name hosts, or except the rule with a reason", "trusted host %q is a network: everything that runs in it is trusted without credentials", host)
		}
	})
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
				archived = c
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
