package fit

import (
	"strings"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var laterVariable = row{Rule: rule.Rule{
	ID: "EF330", Severity: rule.Warning, Title: "a variable that is not set before it is used",
	Why:     "Kubernetes fills in $(NAME) from the variables before it in the list; where none has the name, the program gets the text $(NAME)",
	Example: "env: [{name: LABEL, value: zone-$(ZONE)}, {name: ZONE, value: \"1\"}]",
	Fix:     "env: [{name: ZONE, value: \"1\"}, {name: LABEL, value: zone-$(ZONE)}]",
}, Check: findLaterVariable}

func findLaterVariable(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		for _, c := range w.Containers() {
			before := map[string]bool{}
			for i, env := range c.Env {
				for _, name := range manifest.Variables(env.Value) {
					// EF407 checks the name of a node.
					if env.Name != "STREAMING_NODENAME" && !before[name] && !mayBeSet(c, name) {
						hint := "set it before, or write $$(" + name + ") for the text itself"
						f.Report(w.At(rule.Index(c.Field+".env", i)+".value"), hint, "$(%s) is not set before %s, so it stays as text", name, env.Name)
					}
				}
				before[env.Name] = true
			}
		}
	}
}

// mayBeSet reports whether a variable that no earlier entry sets can have a value: one of
// envFrom, unless env sets it later, or one that the kubelet adds for a Service.
func mayBeSet(c manifest.Container, name string) bool {
	own, _ := c.Variable(name)
	return own == nil && (len(c.EnvFrom) > 0 || strings.Contains(name, "_SERVICE_") || strings.Contains(name, "_PORT"))
}
