package review

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/efgen/efgen/validate/rule"
)

// maxHosts bounds how many patterns one host is held against.
const maxHosts = 1000

// A trustedHost is a host pattern of a folder's security.conf.
type trustedHost struct {
	// pattern is as written, but for the substitutions that are known.
	written, pattern string
	streamingConfiguration
	index int
}

// trustedHosts are those of the nodes in a folder.
func (s *side) trustedHosts(folder string) (all []trustedHost) {
	known := s.substitutions(folder)
	for _, conf := range s.configurations(folder) {
		hosts, _ := conf.fields.get("configuration", "TrustedHosts", "hosts").([]any)
		for i, host := range hosts {
			text, _ := host.(string)
			all = append(all, trustedHost{text, s.general(resolve(text, known)), conf, i})
		}
	}
	return all
}

// general writes the environment's own namespace alike on both sides.
func (s *side) general(host string) string {
	if s.namespace == "" {
		return host
	}
	return strings.ReplaceAll(host, "."+s.namespace+".svc.", "."+ownNamespace+".svc.")
}

// substituted matches a substitution that the node resolves.
var substituted = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$\{([^}:]+)(?::-[^}]*)?\}`)
})

// resolve puts known values in the place of substitutions.
func resolve(text string, known map[string]string) string {
	return substituted().ReplaceAllStringFunc(text, func(match string) string {
		if value, found := known[substituted().FindStringSubmatch(match)[1]]; found {
			return value
		}
		return match
	})
}

// substitutions are what the nodes in a folder are told by files and variables, as far
// as the manifests show it.
func (s *side) substitutions(folder string) map[string]string {
	known := map[string]string{"POD_NAMESPACE": s.namespace}
	for _, o := range s.beside(folder) {
		for _, key := range o.dataKeys() {
			if path.Ext(key) == ".txt" {
				define(known, strings.Split(o.fields.text("data", key), "\n"))
			}
		}
	}
	for _, w := range s.workloadsBeside(folder) {
		for _, c := range w.containers() {
			for _, env := range c.Env {
				if env.Name == "STREAMING_SUBSTITUTIONS" {
					define(known, strings.Split(env.Value, ","))
				}
			}
		}
	}
	return known
}

func define(known map[string]string, definitions []string) {
	for _, definition := range definitions {
		if name, value, found := strings.Cut(definition, "="); found {
			known[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
}

// workloadsBeside are those in the files of a folder.
func (s *side) workloadsBeside(folder string) (all []*workload) {
	for _, o := range s.beside(folder) {
		if w := workloadOf(o); w != nil {
			all = append(all, w)
		}
	}
	return all
}

func findWiderTrust(c *comparison, f *finder) {
	for _, folder := range c.foldersOf(func(d *difference) bool { return d.mayChangeTrust() }) {
		if len(c.old.workloadsBeside(folder)) == 0 {
			// Nobody has trusted anybody yet.
			continue
		}
		before := c.old.trustedHosts(folder)
		known := map[string]bool{}
		for _, was := range before {
			known[was.pattern] = true
		}
		for _, host := range c.new.trustedHosts(folder) {
			if known[host.pattern] || covered(before, host) {
				continue
			}
			known[host.pattern] = true
			f.addTrust(c, host, slices.ContainsFunc(before, func(was trustedHost) bool { return was.written == host.written }))
		}
	}
}

// covered tells whether a host was trusted by one of the first patterns before: nobody
// has more of them.
func covered(before []trustedHost, host trustedHost) bool {
	return slices.ContainsFunc(before[:min(len(before), maxHosts)], func(was trustedHost) bool { return trustCovers(was.pattern, host.pattern) })
}

// mayChangeTrust tells whether a difference is one of configurations or substitutions.
func (d *difference) mayChangeTrust() bool {
	o := d.object()
	return o.kind == kindFile && isConfiguration(o.file) || o.kind == "ConfigMap" || slices.ContainsFunc(d.changes, func(ch change) bool { return strings.Contains(ch.at, ".env") })
}

// foldersOf are those with such a difference, in order.
func (c *comparison) foldersOf(match func(*difference) bool) (all []string) {
	for _, d := range c.differences {
		if match(d) {
			all = append(all, d.object().folder())
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// addTrust notes a host with the difference that brings it: that of its own file, or
// else, if it was written before, what turns it into another one.
func (f *finder) addTrust(c *comparison, host trustedHost, written bool) {
	folder := host.object.folder()
	d := c.differenceOf(func(d *difference) bool { return d.new == host.object })
	if d == nil {
		d = c.differenceOf(func(d *difference) bool { return d.new != nil && d.new.folder() == folder && len(d.new.dataKeys()) > 0 })
	}
	if d == nil {
		d = c.differenceOf(func(d *difference) bool { return d.object().folder() == folder })
	}
	pattern := strings.ReplaceAll(host.pattern, ownNamespace, c.new.namespace)
	found := f.add(d, "", "%s may administer the nodes of %s without a password", whoIs(pattern), path.Base(folder))
	if d.new == host.object && !written {
		// security.conf lists the hosts one by one, the file that embeds it does not.
		found.file, found.manifest = path.Join(folder, "security.conf"), ""
		found.field = rule.Index("configuration.TrustedHosts.hosts", host.index)
	} else if len(d.changes) > 0 {
		found.field = d.changes[0].at
	}
}

func (c *comparison) differenceOf(match func(*difference) bool) *difference {
	if i := slices.IndexFunc(c.differences, match); i >= 0 {
		return c.differences[i]
	}
	return nil
}

// whoIs says whom a host pattern means.
func whoIs(pattern string) string {
	suffix, wild := strings.CutPrefix(pattern, "*")
	net, isNetwork := network(pattern)
	switch {
	case isNetwork && !net.IsSingleIP():
		return "every pod in " + pattern
	case wild && strings.Trim(suffix, ".*") == "":
		return "every host"
	case wild && strings.Contains(suffix, ".svc."):
		return "every pod behind " + strings.TrimPrefix(suffix, ".")
	case wild:
		return "every host below " + strings.TrimPrefix(suffix, ".")
	}
	return "whoever runs on " + pattern
}

// trustCovers tells whether one host pattern surely takes all that another one takes.
func trustCovers(outer, inner string) bool {
	outer, inner = strings.ToLower(outer), strings.ToLower(inner)
	if outer == inner {
		return true
	}
	if strings.Contains(outer+inner, "${") {
		return false
	}
	if suffix, wild := strings.CutPrefix(outer, "*"); wild {
		return suffix == "" || suffix[0] == '.' && strings.HasSuffix(inner, suffix)
	}
	return networkCovers(outer, inner)
}
