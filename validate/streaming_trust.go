package validate

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/efgen/efgen/validate/hocon"
	"github.com/efgen/efgen/validate/rule"
)

func itoa(n int32) string { return strconv.Itoa(int(n)) }

// substitution matches what a node resolves in a value: ${NAME:-default}.
var substitution = regexp.MustCompile(`\$\{([^}:]*)(:-([^}]*))?\}`)

// resolve fills substitutions in as a node does: those on its command line, then
// those of its file, then the default. One without a value stays as it is.
func resolve(value string, known map[string]string) string {
	return substitution.ReplaceAllStringFunc(value, func(ref string) string {
		parts := substitution.FindStringSubmatch(ref)
		if got, ok := known[parts[1]]; ok {
			return got
		}
		if parts[2] == "" {
			return ref
		}
		return parts[3]
	})
}

// substitutions are those whose values the manifests show. The start script adds
// POD_NAMESPACE if the container has that variable.
func (s *subject) substitutions(n *node) map[string]string {
	known := map[string]string{}
	for _, set := range s.setSubstitutions(n) {
		if _, earlier := known[set.name]; !earlier {
			known[set.name] = set.value
		}
	}
	if namespace, ok := n.expand(envPodNamespace, n.hostname(n.first)); ok && namespace != "" {
		known[envPodNamespace] = namespace
	}
	return known
}

// A setSubstitution is one that the manifests set.
type setSubstitution struct {
	name, value string
	at          place
	// argument says that it stands on the node's command line.
	argument bool
}

func (s *subject) setSubstitutions(n *node) []setSubstitution {
	var all []setSubstitution
	if value, ok := n.expand(envSubstitutions, n.hostname(n.first)); ok && value != "" {
		_, field := n.env(envSubstitutions)
		for _, item := range strings.Split(value, ",") {
			name, value, found := strings.Cut(item, "=")
			if !found && len(all) > 0 {
				// The comma was meant to be part of the value before it.
				all[len(all)-1].value += "," + item
				continue
			}
			all = append(all, setSubstitution{name, value, n.at(field + ".value"), true})
		}
	}
	text, at, _ := s.mountedText(n, envSubstFile)
	line := 0
	for item := range strings.Lines(text) {
		line++
		if item = strings.TrimRight(item, "\r\n"); strings.TrimSpace(item) == "" || strings.HasPrefix(item, "#") {
			continue
		}
		name, value, _ := strings.Cut(item, "=")
		all = append(all, setSubstitution{name, value, at.on(line), false})
	}
	return all
}

// substitutionName is the form that every product version takes.
var substitutionName = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)

func findSubstitutionNames(s *subject, r *report) {
	for _, n := range s.nodes {
		for _, set := range s.setSubstitutions(n) {
			if !substitutionName.MatchString(set.name) {
				r.add(set.at, "use upper case letters, digits and _, not beginning with a digit", "%q is no name for a substitution in every product version", set.name)
			}
		}
	}
}

// findSubstitutionValues judges values on a command line by the shell, which
// splits and globs them unquoted, and those in a file as properties. Whether the
// product takes such characters from a file is not documented.
func findSubstitutionValues(s *subject, r *report) {
	for _, n := range s.nodes {
		for _, set := range s.setSubstitutions(n) {
			switch {
			case set.argument && strings.ContainsAny(set.value, " \t\n,*?[]\"'`$\\"):
				r.add(set.at, "move it into a substitution file, or write it without spaces, commas, quotes and *?[]$\\`", "the value of %s would be taken apart on the command line", set.name)
			case !set.argument && strings.ContainsAny(set.value, "\\\x00\x0b\x0c"):
				r.add(set.at, "write it without backslashes and control characters", "the value of %s holds what a properties file reads as an escape", set.name)
			case !set.argument && strings.ContainsAny(set.value, " \t,*?["):
				r.as(rule.Warning).add(set.at, "write it without spaces, commas and *?[ if the node does not start", "the value of %s holds characters that substitutions are not known to take", set.name)
			}
		}
	}
}

// trusts tells whether a host pattern with a wildcard takes a DNS name.
func trusts(pattern, name string) bool {
	suffix, wild := strings.CutPrefix(pattern, "*")
	return wild && (suffix == "" || suffix[0] == '.' && strings.HasSuffix(name, suffix))
}

// untrusted is the first DNS name below a suffix that no pattern takes. A pattern
// with a wildcard takes all names of the suffix or none; otherwise every pod needs a
// pattern of its own, so that no more ordinals than patterns need a look.
func untrusted(patterns []string, n *node, suffix dnsSuffix) (string, bool) {
	below := "." + strings.ToLower(suffix.String())
	exact := make(map[string]bool, len(patterns))
	for _, pattern := range patterns {
		if trusts(pattern, "pod"+below) {
			return "", false
		}
		exact[pattern] = true
	}
	for ordinal := n.first; ordinal <= min(n.last(), n.first+len(patterns)); ordinal++ {
		if name := n.hostname(ordinal) + below; !exact[name] {
			return name, true
		}
	}
	return "", false
}

// patterns are the trusted hosts of a configuration as a node resolves them.
func (c *configuration) patterns(n *node, s *subject) []string {
	var all []string
	known := s.substitutions(n)
	for _, host := range c.hosts() {
		all = append(all, strings.ToLower(resolve(host.Text, known)))
	}
	return all
}

func (c *configuration) hosts() []*hocon.Value {
	if hosts := c.trustedHosts().Get("hosts"); hosts != nil {
		return hosts.Items
	}
	return nil
}

// securityFile is the file in an application's folder that goes into its archive.
const securityFile = "security.conf"

func findUntrusted(s *subject, r *report) {
	judged := map[*node]bool{}
	for _, c := range s.configurations {
		if c.trustedHosts() == nil {
			continue
		}
		for _, n := range c.nodes {
			judged[n] = judged[n] || c.at.file == n.name+"/"+securityFile
			patterns := c.patterns(n, s)
			for _, peer := range s.nodes {
				if peer.namespace == n.namespace {
					s.findUntrustedPeer(r, c, patterns, peer)
				}
			}
		}
	}
	for _, n := range s.nodes {
		if s.facts.Environment != "" && !judged[n] && !n.monitor {
			r.add(n.at("metadata.name"), "run `efgen generate`, or give the StatefulSet the name of its application",
				"there is no %s/%s with TrustedHosts: nothing tells which hosts the nodes of %s trust", n.name, securityFile, n.manifest())
		}
	}
}

func (s *subject) findUntrustedPeer(r *report, c *configuration, patterns []string, peer *node) {
	for _, suffix := range s.domains(peer) {
		name, missing := untrusted(patterns, peer, suffix)
		if !missing {
			continue
		}
		where := securityFile
		if c.embedded {
			where = "the security.conf embedded in the node deploy file"
		}
		r.add(c.on(c.trustedHosts().Get("hosts"), "configuration.TrustedHosts.hosts"), trustHint(patterns, suffix),
			"%s does not trust %s, a node of %s: add %q", where, name, peer.manifest(), "*."+suffix.String())
	}
}

// trustHint names the pattern that differs from the wanted one in one part.
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

// similar tells whether one text is the other with a little changed at its start
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
