// Package refused foretells what the API server refuses though it fits its schema: EF207.
package refused

import (
	"strings"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// Value is the rule of a value that the API server refuses.
var Value = rule.Rule{
	ID: "EF207", Severity: rule.Error, Title: "the API server refuses a value",
	Why:     "some values fit their schema and their type, and are refused all the same: the sync fails, or pods are never created",
	Example: "resources: {requests: {memory: 4Gi}, limits: {memory: 2Gi}}",
	Fix:     "resources: {requests: {memory: 2Gi}, limits: {memory: 2Gi}}",
}

// Rows are the rules of what the API server refuses.
var Rows = []rule.Row[*manifest.Set]{{Rule: Value, Check: checkSet}}

// checkSet looks at each object alone. OpenShift's own kinds have servers of their own.
func checkSet(set *manifest.Set, f *rule.Finder) {
	minor := set.Facts().KubernetesVersion
	for _, o := range set.Objects() {
		checkMetadata(f, o)
		if value := o.Typed(); value != nil && !strings.Contains(o.APIVersion, ".openshift.io/") {
			checkName(f, o, minor)
			walk{f, minor}.object(o, value)
		}
	}
}
