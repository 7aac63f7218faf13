package validate

import "github.com/efgen/efgen/validate/rule"

var streamingChecks = []row{
	{rule.Rule{
		ID: "EF401", Severity: rule.Error, Title: "a node is not trusted",
		Why:     "nodes that do not trust each other by DNS name ask for credentials which they do not have: the cluster falls apart, and nothing shows it before production",
		Example: "TrustedHosts = { hosts = [\"*.flow.staging.svc.cluster.local\"] }   # in production",
		Fix:     "TrustedHosts = { hosts = [\"*.flow.production.svc.cluster.local\"] }",
	}, findUntrusted},
	{rule.Rule{
		ID: "EF402", Severity: rule.Error, Title: "strangers are trusted",
		Why:     "a trusted host may administer nodes without credentials",
		Example: "TrustedHosts = { hosts = [\"*.com\", \"0.0.0.0/0\"] }",
		Fix:     "TrustedHosts = { hosts = [\"*.flow.production.svc.cluster.local\"] }",
	}, findTrustsTooMuch},
	{rule.Rule{
		ID: "EF403", Severity: rule.Warning, Title: "a whole network is trusted",
		Why:     "every pod of a trusted pod network, or of the cluster's whole DNS domain, whoever runs it, may administer nodes without credentials",
		Example: "TrustedHosts = { hosts = [\"10.1.0.0/16\", \"*.svc.cluster.local\"] }",
		Fix:     "TrustedHosts = { hosts = [\"*.flow.production.svc.cluster.local\"] }",
	}, findTrustsNetwork},
	{rule.Rule{
		ID: "EF404", Severity: rule.Error, Title: "more than one TrustedHosts",
		Why:     "a node has one active TrustedHosts: which one is left to the order of loading",
		Example: "# security.conf is named \"flow\", the text embedded in node.conf \"flow-production\"",
		Fix:     "name = \"flow\"   # in both, with another version",
	}, findTrustedHostsTwice},
	{rule.Rule{
		ID: "EF405", Severity: rule.Error, Title: "a configuration does not read as HOCON",
		Why:     "a node that cannot load one of its configurations does not start",
		Example: "hosts = [ ${HOST:-a.example.com} ]",
		Fix:     "hosts = [ \"${HOST:-a.example.com}\" ]",
	}, findUnreadable},
	{rule.Rule{
		ID: "EF406", Severity: rule.Error, Title: "a configuration has no name, version or type",
		Why:     "the three tell configurations apart; a node that cannot load one does not start",
		Example: "configuration = { TrustedHosts = { hosts = [] } }",
		Fix:     "name = \"flow\"\nversion = \"1.0.0\"\ntype = \"com.tibco.ep.dtm.configuration.security\"\nconfiguration = { … }",
	}, findNoEnvelope},
	{rule.Rule{
		ID: "EF407", Severity: rule.Error, Title: "a node name makes no Service name",
		Why:     "a node makes a Service named as itself, dots as dashes: 63 characters, beginning with a letter; otherwise no other node finds it",
		Example: "# application market-data-enrichment-service in namespace pre-production-frankfurt",
		Fix:     "shorten the application's name or the namespace",
	}, findBadNodeName},
	{rule.Rule{
		ID: "EF408", Severity: rule.Error, Title: "two nodes have one name",
		Why:     "the start script takes dashes out of node names; two nodes of one name drive each other out of the cluster",
		Example: "applications: {ef-a: {}, efa: {}}",
		Fix:     "applications: {ef-a: {}, ef-b: {}}",
	}, findSameNodeNames},
	{rule.Rule{
		ID: "EF409", Severity: rule.Error, Title: "a substitution's name is not portable",
		Why:     "product versions differ in the names that they take; upper case letters, digits and _ work in all",
		Example: "substitutions: {db.url: x}",
		Fix:     "substitutions: {DB_URL: x}",
	}, findSubstitutionNames},
	{rule.Rule{
		ID: "EF410", Severity: rule.Error, Title: "a substitution's value is taken apart",
		Why:     "the start script passes STREAMING_SUBSTITUTIONS unquoted: the shell splits it at spaces and expands *?[, commas end a value; in a file, backslashes are escapes, and spaces and commas are not known to work",
		Example: "STREAMING_SUBSTITUTIONS: \"TITLE=my flow\"",
		Fix:     "STREAMING_SUBSTITUTIONS: \"TITLE=my-flow\"",
	}, findSubstitutionValues},
	{rule.Rule{
		ID: "EF411", Severity: rule.Error, Title: "the health check is not bound",
		Why:     "without a binding that asks for no credentials probes get 401: pods are never ready, and are killed",
		Example: "administration = { webPort = 8008 }",
		Fix:     "administration = { webPort = 8008, webServiceBindings = { healthcheck = {} } }",
	}, findNoHealthcheck},
	{rule.Rule{
		ID: "EF412", Severity: rule.Error, Title: "a STREAMING_ path leads nowhere",
		Why:     "a node does not start if a file that it is told to read is not there",
		Example: "STREAMING_NODEDEPLOY: /var/opt/tibco/streambase/configuration/nodes.conf   # the key is node.conf",
		Fix:     "STREAMING_NODEDEPLOY: /var/opt/tibco/streambase/configuration/node.conf",
	}, findNoPath},
	{rule.Rule{
		ID: "EF413", Severity: rule.Error, Title: "no licence",
		Why:     "from product version 11.2 on a node does not start without a licence file or an activation service",
		Example: "productVersion: \"11.2\"   # and no license",
		Fix:     "license: {secret: streaming-license}",
	}, findNoLicense},
	{rule.Rule{
		ID: "EF414", Severity: rule.Error, Title: "one port for administration and web server",
		Why:     "a node does not start if one of its ports is taken",
		Example: "node: {adminPort: 8008, webPort: 8008}",
		Fix:     "node: {adminPort: 2000, webPort: 8008}",
	}, findPortTwice},
	{rule.Rule{
		ID: "EF415", Severity: rule.Error, Title: "a probe misses the web server",
		Why:     "the health check answers on the web server's port only: pods are never ready, and are killed",
		Example: "webPort = 8080   # in node.conf, while probes ask 8008",
		Fix:     "webPort = 8008",
	}, findProbeMissesWebPort},
	{rule.Rule{
		ID: "EF416", Severity: rule.Error, Title: "nodes get no token for the API",
		Why:     "a node finds the others through the Kubernetes API, for which it needs its ServiceAccount's token",
		Example: "automountServiceAccountToken: false",
		Fix:     "automountServiceAccountToken: true",
	}, findNoToken},
	{rule.Rule{
		ID: "EF417", Severity: rule.Warning, Title: "NODENAME is set",
		Why:     "the old variable wins over STREAMING_NODENAME, so the node has another name than it seems to have",
		Example: "env: [{name: NODENAME, value: flow}]",
		Fix:     "env: [{name: STREAMING_NODENAME, value: \"$(POD_NAME).$(POD_NAMESPACE).$(APPNAME)\"}]",
	}, findLegacyNodeName},
	{rule.Rule{
		ID: "EF418", Severity: rule.Warning, Title: "a configuration is mounted and never loaded",
		Why:     "a node loads the configurations of its archive, and the file that STREAMING_NODEDEPLOY names; another file beside it changes nothing",
		Example: "data: {security.conf: …}   # in a ConfigMap that is mounted",
		Fix:     "embed it in NodeDeploy.globalConfiguration of the file that STREAMING_NODEDEPLOY names",
	}, findNotLoaded},
}
