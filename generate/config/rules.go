package config

import "github.com/efgen/efgen/validate/rule"

// Rules are the rules of the environment file, by ID.
var Rules = []rule.Rule{
	unknownField,
	duplicateKey,
	wrongType,
	unknownValue,
	ambiguousText,
	notPlainYAML,
	overBound,
	mergeKey,
	unusableExtends,
	uselessNull,
	unreadableFile,
	missingValue,
	conflictingSettings,
	takenTwice,
	reservedName,
	invalidName,
	outOfRange,
	malformedText,
	invalidFileName,
}

var (
	unknownField = rule.Rule{
		ID: "EF101", Severity: rule.Error,
		Title:   "unknown field",
		Why:     "a misspelt setting would silently keep its default, and the cluster would run with it",
		Example: "applications:\n  ef-kubernetes-app:\n    replicsa: 5",
		Fix:     "applications:\n  ef-kubernetes-app:\n    replicas: 5",
	}
	duplicateKey = rule.Rule{
		ID: "EF102", Severity: rule.Error,
		Title:   "a key stands twice in one mapping",
		Why:     "readers of YAML disagree on which of the two counts, and a reviewer sees only one",
		Example: "namespace: production\nnamespace: staging",
		Fix:     "namespace: production",
	}
	wrongType = rule.Rule{
		ID: "EF103", Severity: rule.Error,
		Title:   "wrong type",
		Why:     "the value is not of the kind that the field holds, so nobody knows what it should do in the cluster",
		Example: "applications:\n  ef-kubernetes-app:\n    replicas: three",
		Fix:     "applications:\n  ef-kubernetes-app:\n    replicas: 3",
	}
	unknownValue = rule.Rule{
		ID: "EF104", Severity: rule.Error,
		Title:   "value that the field does not know",
		Why:     "only the values that the message lists have a meaning; the API server or the node would refuse any other",
		Example: "cluster: {platform: k8s}",
		Fix:     "cluster: {platform: kubernetes}",
	}
	ambiguousText = rule.Rule{
		ID: "EF105", Severity: rule.Error,
		Title:   "text without quotes that YAML may read as something else",
		Why:     "1.10 is the number 1.1 to some readers, yes is true and 0777 is 511: the cluster would get another tag, label or mode than the file shows",
		Example: "image: {tag: 1.10}",
		Fix:     `image: {tag: "1.10"}`,
	}
	notPlainYAML = rule.Rule{
		ID: "EF106", Severity: rule.Error,
		Title:   "not one document of plain YAML",
		Why:     "whatever does not read the same everywhere (several documents, tabs, control characters, tags, other encodings) hides what the cluster will get",
		Example: "namespace: production\n---\nnamespace: staging",
		Fix:     "one file for each environment, in UTF-8, indented with spaces",
	}
	overBound = rule.Rule{
		ID: "EF107", Severity: rule.Error,
		Title:   "over a bound",
		Why:     "a file that is far larger or deeper than any real one, or an alias that holds itself, would use up the memory of the machine that reads it",
		Example: "a: &a [*a]",
		Fix:     "stay below 1 MiB, 64 levels and 100,000 values for each environment; 1 MiB for each file in a ConfigMap, 4 MiB for each manifest, 64 MiB for all; 250 applications",
	}
	mergeKey = rule.Rule{
		ID: "EF108", Severity: rule.Error,
		Title:   "merge key",
		Why:     "YAML 1.2 has no <<, so readers disagree on what it does; efgen has its own way to share values, and can say where each one comes from",
		Example: "applications:\n  ef-kubernetes-app:\n    <<: *common",
		Fix:     "defaults:\n  replicas: 5",
	}
	unusableExtends = rule.Rule{
		ID: "EF109", Severity: rule.Error,
		Title:   "extended file that cannot be used",
		Why:     "without the files that it extends an environment is not complete; a file that extends itself never ends",
		Example: "extends: [../base.yaml]",
		Fix:     "extends: [_base.yaml]   # relative to this file, inside the environments folder, at most 8 in a row",
	}
	uselessNull = rule.Rule{
		ID: "EF110", Severity: rule.Error,
		Title:   "null that removes nothing",
		Why:     "null removes what an extended file or `defaults` set; where nobody set it, the key is misspelt or out of date, and something that should be gone may still be there",
		Example: "applications:\n  ef-kubernetes-app:\n    ingress: null   # and no extended file has one",
		Fix:     "remove the line",
	}
	unreadableFile = rule.Rule{
		ID: "EF111", Severity: rule.Error,
		Title:   "file that cannot be read",
		Why:     "the pods, the checks or the cluster would miss what the file holds; files outside of the environments folder are not reviewed with it",
		Example: "files: {resources: {logback-test.xml: /etc/logback.xml}}",
		Fix:     "files: {resources: {logback-test.xml: files/logback.xml}}",
	}
	missingValue = rule.Rule{
		ID: "EF112", Severity: rule.Error,
		Title:   "missing value",
		Why:     "nothing sensible can be generated without it, and there is no default that would be right",
		Example: "ingress: {className: nginx}",
		Fix:     "ingress: {className: nginx, host: flow.example.com}",
	}
	conflictingSettings = rule.Rule{
		ID: "EF113", Severity: rule.Error,
		Title:   "settings that do not go together",
		Why:     "the API server would refuse the object, or one of the two settings would do nothing",
		Example: "service: {type: ClusterIP, nodePort: 31008}",
		Fix:     "service: {type: NodePort, nodePort: 31008}",
	}
	takenTwice = rule.Rule{
		ID: "EF114", Severity: rule.Error,
		Title:   "two of what there can be only one of",
		Why:     "node ports, addresses, names and ports are given out once: the second object is refused, or takes the traffic of the first",
		Example: "ports: [{name: sb, port: 10000}, {name: admin, port: 10000}]",
		Fix:     "ports: [{name: sb, port: 10000}, {name: admin, port: 10001}]",
	}
	reservedName = rule.Rule{
		ID: "EF115", Severity: rule.Error,
		Title:   "name that efgen uses itself",
		Why:     "the value would replace what discovery, selectors or start-node rely on, and nodes would not find each other; a branch that is proposed to itself changes without a review",
		Example: "env: [{name: STREAMING_NODENAME, value: A}]",
		Fix:     "env: [{name: FEED_NAME, value: A}]",
	}
	invalidName = rule.Rule{
		ID: "EF116", Severity: rule.Error,
		Title:   "name that Kubernetes refuses",
		Why:     "the API server refuses the object; a StatefulSet with a name over 52 characters is taken, but never gets a pod, since the label with its revision is too long",
		Example: "applications: {Orders_App: {}}",
		Fix:     "applications: {orders-app: {}}",
	}
	outOfRange = rule.Rule{
		ID: "EF117", Severity: rule.Error,
		Title:   "number out of range",
		Why:     "the API server or the node refuses the number",
		Example: "ports: [{name: sb, port: 100000}]",
		Fix:     "ports: [{name: sb, port: 10000}]",
	}
	malformedText = rule.Rule{
		ID: "EF118", Severity: rule.Error,
		Title:   "text that is not written as the field wants it",
		Why:     "the image, host, path, date or address that it names cannot exist, which would only show when something in the cluster uses it",
		Example: "image: {repository: 'ef-kubernetes-app:1.0.0'}",
		Fix:     `image: {repository: ef-kubernetes-app, tag: "1.0.0"}`,
	}
	invalidFileName = rule.Rule{
		ID: "EF119", Severity: rule.Error,
		Title:   "file name that is no environment's",
		Why:     "a file that is silently left out looks as if it were deployed; an environment's name becomes a folder, a branch and parts of labels",
		Example: "environments/Production.yml",
		Fix:     "environments/production.yaml, or environments/_production.yaml for a file that others extend",
	}
)
