package config

import (
	"cmp"
	"slices"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// Rules are the rules of the environment file, by ID.
var Rules = slices.SortedFunc(slices.Values(append([]rule.Rule{
	unusableExtends, uselessNull, unreadableFile, conflictingSettings, takenTwice, reservedName, invalidName, invalidFileName, windowsLineEnds,
}, yamltree.Rules...)), func(a, b rule.Rule) int { return cmp.Compare(a.ID, b.ID) })

var (
	unusableExtends = rule.Rule{
		ID: "EF109", Severity: rule.Error, Title: "extended file that cannot be used",
		Why:     "an environment is not complete without the files that it extends, and a file that extends itself never ends",
		Example: "extends: [../base.yaml]",
		Fix:     "extends: [_base.yaml]   # relative to this file, inside the environments folder, at most 8 in a row",
	}
	uselessNull = rule.Rule{
		ID: "EF110", Severity: rule.Error, Title: "null that removes nothing",
		Why:     "null removes what an extended file or `defaults` set; where nobody set it, the key is misspelt or out of date, and something that should be gone may still be there",
		Example: "applications:\n  ef-kubernetes-app:\n    ingress: null   # and no extended file has one",
		Fix:     "remove the line",
	}
	unreadableFile = rule.Rule{
		ID: "EF111", Severity: rule.Error, Title: "file that cannot be read",
		Why:     "the pods, the checks or the cluster would miss what the file holds; files outside of the environments folder are not reviewed with it",
		Example: "files: {resources: {logback-test.xml: /etc/logback.xml}}",
		Fix:     "files: {resources: {logback-test.xml: files/logback.xml}}",
	}
	conflictingSettings = rule.Rule{
		ID: "EF113", Severity: rule.Error, Title: "settings that do not go together",
		Why:     "the API server would refuse the object, or one of the two settings would do nothing",
		Example: "service: {type: ClusterIP, nodePort: 31008}",
		Fix:     "service: {type: NodePort, nodePort: 31008}",
	}
	takenTwice = rule.Rule{
		ID: "EF114", Severity: rule.Error, Title: "two of what there can be only one of",
		Why:     "node ports, addresses, names and ports are given out once: the second object is refused, or takes the traffic of the first",
		Example: "ports: [{name: sb, port: 10000}, {name: admin, port: 10000}]",
		Fix:     "ports: [{name: sb, port: 10000}, {name: admin, port: 10001}]",
	}
	reservedName = rule.Rule{
		ID: "EF115", Severity: rule.Error, Title: "name that efgen uses itself",
		Why:     "the value would replace what discovery, selectors or start-node rely on, and nodes would not find each other; a branch that is proposed to itself changes without a review",
		Example: "env: [{name: STREAMING_NODENAME, value: A}]",
		Fix:     "env: [{name: FEED_NAME, value: A}]",
	}
	invalidName = rule.Rule{
		ID: "EF116", Severity: rule.Error, Title: "name that Kubernetes refuses",
		Why:     "the API server refuses the object; a StatefulSet with a name over 52 characters is taken, but never gets a pod, since the label with its revision is too long",
		Example: "applications: {Orders_App: {}}",
		Fix:     "applications: {orders-app: {}}",
	}
	invalidFileName = rule.Rule{
		ID: "EF119", Severity: rule.Error, Title: "file name that is no environment's",
		Why:     "a file that is silently left out looks as if it were deployed; an environment's name becomes a folder, a branch and parts of labels",
		Example: "environments/Production.yml",
		Fix:     "environments/production.yaml, or environments/_production.yaml for a file that others extend",
	}
	windowsLineEnds = rule.Rule{
		ID: "EF120", Severity: rule.Warning, Title: "file with the line ends of Windows",
		Why:     "the file goes to the pods byte for byte; where git changes line ends on checkout, the same commit renders to other bytes on another system, and the pods restart",
		Example: "files: {resources: {logback.xml: files/logback.xml}}   # its lines end in CRLF",
		Fix:     "write `environments/** -text` into .gitattributes and check out again, or let the lines end in LF",
	}
)
