package streaming

import (
	"strings"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// A Substitution is one that the manifests set.
type Substitution struct {
	Name, Value string
	At          manifest.Place
	// IsArgument says that it stands on the node's command line.
	IsArgument bool
}

// Substitutions are those that the manifests set, in the order in which a node looks for
// them: those on its command line, then those of its file.
func (n *Node) Substitutions() []Substitution { return n.defined() }

// Resolve fills substitutions in as the node does: those on its command line, then those
// of its file, then the default. One without a value stays as it is.
func (n *Node) Resolve(value string) string {
	if n == nil {
		return manifest.Substitute(value, nil)
	}
	return manifest.Substitute(value, n.resolved())
}

// resolveSubstitutions are the values that the manifests show. The start script adds
// POD_NAMESPACE if the container has that variable.
func (n *Node) resolveSubstitutions() map[string]string {
	values := map[string]string{}
	for _, s := range n.Substitutions() {
		if _, earlier := values[s.Name]; !earlier {
			values[s.Name] = s.Value
		}
	}
	if namespace, ok := n.variable(envPodNamespace); ok && namespace != "" {
		values[envPodNamespace] = namespace
	}
	return values
}

func (n *Node) findSubstitutions() (all []Substitution) {
	if value, ok := n.variable(envSubstitutions); ok && value != "" {
		_, field := n.Main.Variable(envSubstitutions)
		for _, item := range strings.Split(value, ",") {
			name, value, found := strings.Cut(item, "=")
			if !found && len(all) > 0 {
				// The comma was meant to be part of the value before it.
				all[len(all)-1].Value += "," + item
				continue
			}
			all = append(all, Substitution{name, value, n.At(field + ".value"), true})
		}
	}
	text, at, _ := n.mountedText(envSubstitutionFile)
	line := 0
	for item := range strings.Lines(text) {
		line++
		if item = strings.TrimRight(item, "\r\n"); strings.TrimSpace(item) == "" || strings.HasPrefix(item, "#") {
			continue
		}
		name, value, _ := strings.Cut(item, "=")
		all = append(all, Substitution{name, value, at.OnLine(line), false})
	}
	return all
}

// substitutionName is the form that every product version accepts.
var substitutionName = manifest.Pattern(`^[A-Z_][A-Z0-9_]*$`)

var substitutionNames = row{Rule: rule.Rule{
	ID: "EF409", Severity: rule.Error, Title: "a substitution's name is not portable",
	Why:     "not every product version accepts every name; upper case letters, digits and _ work in all",
	Example: "substitutions: {db.url: x}",
	Fix:     "substitutions: {DB_URL: x}",
}, Check: findSubstitutionNames}

func findSubstitutionNames(set *manifest.Set, f *rule.Finder) {
	for _, n := range NodesOf(set) {
		for _, s := range n.Substitutions() {
			if !substitutionName().MatchString(s.Name) {
				f.Report(s.At, "use upper case letters, digits and _, not beginning with a digit", "%q is no name for a substitution in every product version", s.Name)
			}
		}
	}
}

var substitutionValues = row{Rule: rule.Rule{
	ID: "EF410", Severity: rule.Error, Title: "a substitution's value is taken apart",
	Why:     "the start script passes STREAMING_SUBSTITUTIONS unquoted: the shell splits it at spaces and expands *?[, commas end a value; in a file, backslashes are escapes, and spaces and commas are not known to work",
	Example: "STREAMING_SUBSTITUTIONS: \"TITLE=my flow\"",
	Fix:     "STREAMING_SUBSTITUTIONS: \"TITLE=my-flow\"",
}, Check: findSubstitutionValues}

// findSubstitutionValues checks values on a command line by the shell, which
// splits and globs them unquoted, and those in a file as properties. Whether the
// product accepts spaces and commas in a file is not documented; nor is it for *?[,
// but they are special to the shell alone, which reads no file, and URLs need them.
func findSubstitutionValues(set *manifest.Set, f *rule.Finder) {
	for _, n := range NodesOf(set) {
		for _, s := range n.Substitutions() {
			switch {
			case s.IsArgument && strings.ContainsAny(s.Value, " \t\n,*?[]\"'`$\\"):
				f.Report(s.At, "move it into a substitution file, or write it without spaces, commas, quotes and *?[]$\\`", "the value of %s would be taken apart on the command line", s.Name)
			case !s.IsArgument && strings.ContainsAny(s.Value, "\\\x00\x0b\x0c"):
				f.Report(s.At, "write it without backslashes and control characters", "the value of %s holds what a properties file reads as an escape", s.Name)
			case !s.IsArgument && strings.ContainsAny(s.Value, " \t,"):
				f.Report(s.At, "write it without spaces and commas, or except the rule with a reason", "the value of %s holds characters that substitutions are not known to take", s.Name)
			case !s.IsArgument && strings.ContainsAny(s.Value, "*?["):
				f.As(rule.Warning).Report(s.At, "see that the node reads it whole, then except the rule with a reason", "the value of %s holds one of *?[, of which no document says that a substitution file takes it", s.Name)
			}
		}
	}
}
