package streaming

import (
	"fmt"
	"strings"

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

// untrusted is the first DNS name below a suffix that no pattern matches. A pattern
// with a wildcard matches all names of the suffix or none; otherwise every pod needs a
// pattern of its own, so that no more ordinals than patterns need a look.
func (t *trust) untrusted(n *Node, suffix dnsSuffix) (string, bool) {
	below := "." + strings.ToLower(suffix.String())
	if t.all(below) {
		return "", false
	}
	for ordinal := n.FirstOrdinal; ordinal <= min(n.lastOrdinal(), n.FirstOrdinal+len(t.patterns)); ordinal++ {
		if name := n.podName(ordinal) + below; !t.names[name] {
			return name, true
		}
	}
	return "", false
}

// securityFile is the file in an application's folder that goes into its archive.
const securityFile = "security.conf"

var untrusted = row{Rule: rule.Rule{
	ID: "EF401", Severity: rule.Error, Title: "a node is not trusted",
	Why:     "nodes that do not trust each other's DNS names ask for credentials they do not have, and the cluster never forms; nothing shows it before production",
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
			for _, peer := range NodesOf(set) {
				if peer.Namespace == n.Namespace {
					findUntrustedPeer(f, c, trusted, peer)
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

func findUntrustedPeer(f *rule.Finder, c *Configuration, trusted *trust, peer *Node) {
	for _, suffix := range peer.domains {
		name, missing := trusted.untrusted(peer, suffix)
		if !missing {
			continue
		}
		where := securityFile
		if c.Embedded {
			where = "the security.conf embedded in the node deploy file"
		}
		f.Report(c.On(c.trustedHosts().Get("hosts"), "configuration.TrustedHosts.hosts"), trustHint(trusted.patterns, suffix),
			"%s does not trust %s, a node of %s: add %q", where, name, peer.Manifest(), "*."+suffix.String())
	}
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
