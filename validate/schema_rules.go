package validate

import (
	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

const (
	schemaRule     = "EF201"
	noSchemaRule   = "EF202"
	notServedRule  = "EF203"
	unreadableRule = "EF204"
	schemaFileRule = "EF205"
)

// schemaRules are what Schemas finds.
var schemaRules = []rule.Rule{
	{
		ID: schemaRule, Severity: rule.Error, Title: "a manifest does not match its schema",
		Why: "the API server refuses an object with a wrong type or a missing field; a field that it does not know it may drop in " +
			"silence, as Flux lets it, and the setting never takes effect",
		Example: "kind: StatefulSet\nspec:\n  replicas: \"3\"\n  serviceNam: ef-app",
		Fix:     "kind: StatefulSet\nspec:\n  replicas: 3\n  serviceName: ef-app",
	},
	{
		ID: noSchemaRule, Severity: rule.Error, Title: "no schema describes a kind",
		Why:     "nothing could tell whether the manifest is right, so it is not taken for right; most often kind or apiVersion is misspelt",
		Example: "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor",
		Fix:     "schemas: [crds/servicemonitors.yaml]   # in the environment file: the CustomResourceDefinition or a JSON Schema of the kind",
	},
	{
		ID: notServedRule, Severity: rule.Error, Title: "the cluster's Kubernetes version does not serve an API version",
		Why:     "the API server answers \"no matches for kind\" to an API version that was removed or has yet to come",
		Example: "apiVersion: policy/v1beta1   # gone since Kubernetes 1.25\nkind: PodDisruptionBudget",
		Fix:     "apiVersion: policy/v1\nkind: PodDisruptionBudget",
	},
	manifest.Unreadable,
	{
		ID: schemaFileRule, Severity: rule.Error, Title: "a file of `schemas` cannot be used",
		Why:     "the kinds that it is meant to describe cannot be checked",
		Example: "$schema: https://json-schema.org/draft/2020-12/schema\nproperties:\n  spec: {$ref: \"https://example.com/spec.json\"}",
		Fix: "give a CustomResourceDefinition (apiextensions.k8s.io/v1), or a JSON Schema that refers to nothing outside of itself and names " +
			"its kind by an `enum` or `const` of properties.apiVersion and properties.kind, or by x-kubernetes-group-version-kind",
	},
}
