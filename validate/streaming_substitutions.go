package validate

import (
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// substitution matches what a node resolves in a value: ${NAME:-default}.
var substitution = expression(`\$\{([^}:]*)(:-([^}]*))?\}`)

// resolve fills substitutions in as a node does: those on its command line, then
// those of its file, then the default. One without a value stays as it is.
func resolve(value string, known map[string]string) string {
	return substitution().ReplaceAllStringFunc(value, func(ref string) string {
		parts := substitution().FindStringSubmatch(ref)
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
var substitutionName = expression(`^[A-Z_][A-Z0-9_]*$`)

func findSubstitutionNames(s *subject, r *report) {
	for _, n := range s.nodes {
		for _, set := range s.setSubstitutions(n) {
			if !substitutionName().MatchString(set.name) {
				r.add(set.at, "use upper case letters, digits and _, not beginning with a digit", "%q is no name for a substitution in every product version", set.name)
			}
		}
	}
}

// findSubstitutionValues judges values on a command line by the shell, which
// splits and globs them unquoted, and those in a file as properties. Whether the
// product takes spaces and commas from a file is not documented; nor is it for *?[,
// but they are special to the shell alone, which reads no file, and URLs need them.
func findSubstitutionValues(s *subject, r *report) {
	for _, n := range s.nodes {
		for _, set := range s.setSubstitutions(n) {
			switch {
			case set.argument && strings.ContainsAny(set.value, " \t\n,*?[]\"'`$\\"):
				r.add(set.at, "move it into a substitution file, or write it without spaces, commas, quotes and *?[]$\\`", "the value of %s would be taken apart on the command line", set.name)
			case !set.argument && strings.ContainsAny(set.value, "\\\x00\x0b\x0c"):
				r.add(set.at, "write it without backslashes and control characters", "the value of %s holds what a properties file reads as an escape", set.name)
			case !set.argument && strings.ContainsAny(set.value, " \t,"):
				r.add(set.at, "write it without spaces and commas, or except the rule with a reason", "the value of %s holds characters that substitutions are not known to take", set.name)
			case !set.argument && strings.ContainsAny(set.value, "*?["):
				r.as(rule.Warning).add(set.at, "see that the node reads it whole, then except the rule with a reason", "the value of %s holds one of *?[, of which no document says that a substitution file takes it", set.name)
			}
		}
	}
}
