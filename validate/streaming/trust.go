package streaming

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// A trust is what host patterns match: names, and all names below suffixes, each of
// which starts with a dot or is empty.
type trust struct {
	patterns     []string
	names, below map[string]bool
}

func newTrust(patterns []string) *trust {
	t := &trust{patterns, make(map[string]bool, len(patterns)), map[string]bool{}}
	for _, pattern := range patterns {
		suffix, wild := strings.CutPrefix(pattern, "*")
		if wild && (suffix == "" || suffix[0] == '.') {
			t.below[suffix] = true
		}
		t.names[pattern] = true
	}
	return t
}

// all reports whether a pattern with a wildcard matches every name below a suffix.
func (t *trust) all(suffix string) bool {
	for i := range len(suffix) {
		if suffix[i] == '.' && t.below[suffix[i:]] {
			return true
		}
	}
	return t.below[""]
}

// untrusted is the first DNS name below a suffix that no pattern matches. Under the governing
// Service a pod has its own name, under any other one its address with dashes, which nobody
// knows before. A pattern with a wildcard matches all names of the suffix or none; otherwise
// every pod needs a pattern of its own, so that no more ordinals than patterns need a look.
func (t *trust) untrusted(n *Node, suffix dnsSuffix) (string, bool) {
	below := "." + strings.ToLower(suffix.String())
	if t.all(below) {
		return "", false
	}
	if suffix.service != n.StatefulSet.Spec.ServiceName {
		return "<address>" + below, true
	}
	for ordinal := n.FirstOrdinal; ordinal <= min(n.lastOrdinal(), n.FirstOrdinal+len(t.patterns)); ordinal++ {
		if name := n.podName(ordinal) + below; !t.names[name] {
			return name, true
		}
	}
	return "", false
}

func (n *Node) findTrusted() *trust {
	var patterns []string
	for _, host := range n.TrustedHosts() {
		patterns = append(patterns, strings.ToLower(host.Pattern))
	}
	return newTrust(patterns)
}

// Trusts reports whether a node trusts all those of another StatefulSet by their names under
// the governing Service.
func (n *Node) Trusts(peer *Node) bool {
	if len(peer.domains) == 0 {
		return false
	}
	_, missing := n.trusted().untrusted(peer, peer.domains[0])
	return !missing
}

// securityFile is the file in an application's folder that goes into its archive.
const securityFile = "security.conf"

var untrusted = row{Rule: rule.Rule{
	ID: "EF401", Severity: rule.Error, Title: "a node is not trusted",
	Why:     "nodes that do not trust each other's DNS names ask for credentials they do not have, and the cluster never forms; nothing shows it before production. A look-up of a node's address answers with one name for each Service that selects it, its own discovery Service included, in an order that changes: one name that is missing fails at random",
	Example: "TrustedHosts = { hosts = [\"*.flow.staging.svc.cluster.local\"] }   # in production",
	Fix:     "TrustedHosts = { hosts = [\"*.flow.production.svc.cluster.local\"] }",
}, Check: findUntrusted}

func findUntrusted(set *manifest.Set, f *rule.Finder) {
	hasSecurityFile := map[*Node]bool{}
	for _, c := range ConfigurationsOf(set) {
		if c.trustedHosts() == nil {
			continue
		}
		for _, n := range c.Nodes {
			hasSecurityFile[n] = hasSecurityFile[n] || c.At.File() == n.Name+"/"+securityFile
			if n.isSurplus(c) {
				continue
			}
			trusted := newTrust(c.patterns(n))
			if trusted.all(strings.ToLower("." + dnsSuffix{"", n.Namespace, set.Facts().Domain}.String())) {
				continue
			}
			for _, peer := range NodesOf(set) {
				if n.hasToTrust(peer) {
					findUntrustedPeer(f, c, trusted, peer)
					n.findUntrustedDiscovery(f, c, trusted, peer)
				}
			}
		}
	}
	for _, n := range NodesOf(set) {
		if set.Facts().Environment != "" && !hasSecurityFile[n] && !n.IsMonitor {
			f.Report(n.At("metadata.name"), "run `efgen generate`, or give the StatefulSet the name of its application",
				"there is no %s/%s with TrustedHosts: nothing tells which hosts the nodes of %s trust", n.Name, securityFile, n.Manifest())
		}
	}
}

// hasToTrust reports whether a node has to trust those of another StatefulSet: its own, cluster
// monitors, and those of the applications that its environment names.
func (n *Node) hasToTrust(peer *Node) bool {
	return peer.Namespace == n.Namespace &&
		(peer == n || peer.IsMonitor || slices.Contains(n.set.Facts().Trusts[n.Name], peer.Name))
}

// findUntrustedDiscovery finds the first of the Services which peers make for themselves whose
// names are not trusted. Nobody can say of loose files that this is not wanted.
func (n *Node) findUntrustedDiscovery(f *rule.Finder, c *Configuration, trusted *trust, peer *Node) {
	facts := n.set.Facts()
	if facts.DiscoveryDistrusted[n.Name] {
		return
	}
	hint := ", or write security.trustDiscoveryServices: false"
	if facts.Environment == "" {
		f, hint = f.As(rule.Warning), ""
	}
	// Without a pattern for all of the namespace every Service needs one of its own, so that no
	// more ordinals than patterns need a look.
	suffix := dnsSuffix{"", peer.Namespace, facts.Domain}
	if trusted.all(strings.ToLower(suffix.String())) {
		return
	}
	for ordinal := peer.FirstOrdinal; ordinal <= min(peer.lastOrdinal(), peer.FirstOrdinal+len(trusted.patterns)); ordinal++ {
		suffix.service = peer.discovery().of(ordinal)
		if len(validation.IsDNS1035Label(suffix.service)) > 0 {
			return // it is not known, or no Service can have that name: EF407
		}
		if name, missing := trusted.untrusted(peer, suffix); missing {
			reportUntrusted(f, c, peer, suffix, name, fmt.Sprintf("add %q to TrustedHosts.hosts%s", "*."+suffix.String(), hint))
			return
		}
	}
}

func findUntrustedPeer(f *rule.Finder, c *Configuration, trusted *trust, peer *Node) {
	for _, suffix := range peer.domains {
		if name, missing := trusted.untrusted(peer, suffix); missing {
			reportUntrusted(f, c, peer, suffix, name, trustHint(trusted.patterns, suffix))
		}
	}
}

func reportUntrusted(f *rule.Finder, c *Configuration, peer *Node, suffix dnsSuffix, name, hint string) {
	where := securityFile
	if c.Embedded {
		where = "the security.conf embedded in the node deploy file"
	}
	f.Report(c.On(c.trustedHosts().Get("hosts"), "configuration.TrustedHosts.hosts"), hint,
		"%s does not trust %s, a node of %s: add %q", where, name, peer.Manifest(), "*."+suffix.String())
}

// trustHint names the pattern that differs from the expected one in one part.
func trustHint(patterns []string, want dnsSuffix) string {
	for _, pattern := range patterns {
		service, rest, _ := strings.Cut(strings.TrimPrefix(pattern, "*."), ".")
		namespace, domain, _ := strings.Cut(rest, ".svc.")
		for _, part := range []struct {
			name, got, want string
			rest            bool
		}{
			{"cluster domain", domain, want.domain, service == want.service && namespace == want.namespace},
			{"namespace", namespace, want.namespace, service == want.service && domain == want.domain},
			{"service", service, want.service, namespace == want.namespace && domain == want.domain && similar(service, want.service)},
		} {
			if part.rest && part.got != part.want && strings.HasPrefix(pattern, "*.") {
				return fmt.Sprintf("did you mean %q instead of %q, whose %s is another?", "*."+want.String(), pattern, part.name)
			}
		}
	}
	return fmt.Sprintf("add %q to TrustedHosts.hosts", "*."+want.String())
}

// similar reports whether one text is the other with a little changed at its start
// or its end.
func similar(a, b string) bool {
	prefix := 0
	for prefix < min(len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	suffix := 0
	for suffix < min(len(a), len(b))-prefix && a[len(a)-1-suffix] == b[len(b)-1-suffix] {
		suffix++
	}
	return max(len(a), len(b))-prefix-suffix <= 2
}
