package schema

import (
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// Rules are those that a Judge finds broken, and Unstorable, in order of their IDs.
var Rules = []rule.Rule{Mismatch, noSchema, notServed, manifest.Unreadable, unusable, Unstorable}

// Mismatch is broken by an object that does not fit its schema.
var Mismatch = rule.Rule{
	ID: "EF201", Severity: rule.Error, Title: "a manifest does not match its schema",
	Why: "the API server refuses an object with a wrong type or a missing field; a field that it does not know it may drop in " +
		"silence, as Flux lets it, and the setting never takes effect",
	Example: "kind: StatefulSet\nspec:\n  replicas: \"3\"\n  serviceNam: ef-app",
	Fix:     "kind: StatefulSet\nspec:\n  replicas: 3\n  serviceName: ef-app",
}

var noSchema = rule.Rule{
	ID: "EF202", Severity: rule.Error, Title: "no schema describes a kind",
	Why:     "nothing could tell whether the manifest is right, so it is not taken for right; most often kind or apiVersion is misspelt",
	Example: "apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor",
	Fix:     "schemas: [crds/servicemonitors.yaml]   # in the environment file: the CustomResourceDefinition or a JSON Schema of the kind",
}

var notServed = rule.Rule{
	ID: "EF203", Severity: rule.Error, Title: "the cluster's Kubernetes version does not serve an API version",
	Why:     "the API server answers \"no matches for kind\" to an API version that was removed or has yet to come",
	Example: "apiVersion: policy/v1beta1   # gone since Kubernetes 1.25\nkind: PodDisruptionBudget",
	Fix:     "apiVersion: policy/v1\nkind: PodDisruptionBudget",
}

var unusable = rule.Rule{
	ID: "EF205", Severity: rule.Error, Title: "a file of `schemas` cannot be used",
	Why:     "the kinds that it is meant to describe cannot be checked",
	Example: "$schema: https://json-schema.org/draft/2020-12/schema\nproperties:\n  spec: {$ref: \"https://example.com/spec.json\"}",
	Fix: "give a CustomResourceDefinition (apiextensions.k8s.io/v1), or a JSON Schema that refers to nothing outside of itself and names " +
		"its kind by an `enum` or `const` of properties.apiVersion and properties.kind, or by x-kubernetes-group-version-kind",
}

// Unstorable is broken by an object that fits its schema and not its Kubernetes type,
// which is not for a Judge to see.
var Unstorable = rule.Rule{
	ID: "EF206", Severity: rule.Error, Title: "a value does not fit its type",
	Why:     "the API server refuses an object that does not fit the types that it stores; a schema cannot see every limit",
	Example: "kind: StatefulSet\nspec: {replicas: 3000000000}",
	Fix:     "spec: {replicas: 3}",
}
