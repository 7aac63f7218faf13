package yamltree

import "github.com/efgen/efgen/validate/rule"

// Rules are those that reading and decoding raise, by ID.
var Rules = []rule.Rule{
	unknownField, duplicateKey, wrongType, UnknownValue, ambiguousText, notPlainYAML, OverBound, mergeKey,
	MissingValue, OutOfRange, MalformedText,
}

// The rules with an exported name are also for the room that checks the decoded values.
var (
	unknownField = rule.Rule{
		ID: "EF101", Severity: rule.Error, Title: "unknown field",
		Why:     "a misspelt setting would silently keep its default, and the cluster would run with it",
		Example: "applications:\n  ef-kubernetes-app:\n    replicsa: 5",
		Fix:     "applications:\n  ef-kubernetes-app:\n    replicas: 5",
	}
	duplicateKey = rule.Rule{
		ID: "EF102", Severity: rule.Error, Title: "a key stands twice in one mapping",
		Why:     "readers of YAML disagree on which of the two counts, and a reviewer sees only one",
		Example: "namespace: production\nnamespace: staging",
		Fix:     "namespace: production",
	}
	wrongType = rule.Rule{
		ID: "EF103", Severity: rule.Error, Title: "wrong type",
		Why:     "the value is not of the kind that the field holds, so nobody knows what it should do in the cluster",
		Example: "applications:\n  ef-kubernetes-app:\n    replicas: three",
		Fix:     "applications:\n  ef-kubernetes-app:\n    replicas: 3",
	}
	UnknownValue = rule.Rule{
		ID: "EF104", Severity: rule.Error, Title: "value that the field does not know",
		Why:     "the message lists the values that are allowed; the API server or the node would refuse any other",
		Example: "cluster: {platform: k8s}",
		Fix:     "cluster: {platform: kubernetes}",
	}
	ambiguousText = rule.Rule{
		ID: "EF105", Severity: rule.Error, Title: "text without quotes that YAML may read as something else",
		Why:     "1.10 is the number 1.1 to some readers, yes is true and 0777 is 511: the cluster would get another tag, label or mode than the file shows",
		Example: "image: {tag: 1.10}",
		Fix:     `image: {tag: "1.10"}`,
	}
	notPlainYAML = rule.Rule{
		ID: "EF106", Severity: rule.Error, Title: "not one document of plain YAML",
		Why:     "some forms of YAML (several documents, tabs, control characters, tags, other encodings) do not read the same everywhere, and hide what the cluster will get",
		Example: "namespace: production\n---\nnamespace: staging",
		Fix:     "one file for each environment, in UTF-8, indented with spaces",
	}
	OverBound = rule.Rule{
		ID: "EF107", Severity: rule.Error, Title: "over a bound",
		Why:     "a file that is far larger or deeper than any real one, or an alias that holds itself, would use up the memory of the machine that reads it",
		Example: "a: &a [*a]",
		Fix:     "stay below 1 MiB, 64 levels and 100,000 values for each environment; 1 MiB for each file in a ConfigMap, 4 MiB for each manifest, 64 MiB for all; 250 applications",
	}
	mergeKey = rule.Rule{
		ID: "EF108", Severity: rule.Error, Title: "merge key",
		Why:     "YAML 1.2 has no <<, so readers disagree on what it does; efgen has its own way to share values, and can say where each one comes from",
		Example: "applications:\n  ef-kubernetes-app:\n    <<: *common",
		Fix:     "defaults:\n  replicas: 5",
	}
	MissingValue = rule.Rule{
		ID: "EF112", Severity: rule.Error, Title: "missing value",
		Why:     "nothing sensible can be generated without it, and there is no default that would be right",
		Example: "ingress: {className: nginx}",
		Fix:     "ingress: {className: nginx, host: flow.example.com}",
	}
	OutOfRange = rule.Rule{
		ID: "EF117", Severity: rule.Error, Title: "number out of range",
		Why:     "the API server or the node refuses the number",
		Example: "ports: [{name: sb, port: 100000}]",
		Fix:     "ports: [{name: sb, port: 10000}]",
	}
	MalformedText = rule.Rule{
		ID: "EF118", Severity: rule.Error, Title: "text that is not written as the field wants it",
		Why:     "the image, host, path, date or address that it names cannot exist, which would only show when something in the cluster uses it",
		Example: "image: {repository: 'ef-kubernetes-app:1.0.0'}",
		Fix:     `image: {repository: ef-kubernetes-app, tag: "1.0.0"}`,
	}
)
