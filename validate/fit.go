package validate

import "github.com/efgen/efgen/validate/rule"

// Rules without a check of their own: their problems are found among
// environments, or by the caller, who has the ledger.
var (
	clashingObject = rule.Rule{
		ID: "EF326", Severity: rule.Error, Title: "one object in two environments of a cluster",
		Why:     "both environments write the object: whoever syncs last wins, and removing one environment removes the object of the other",
		Example: "cluster: {name: shared}\nrbac: {roleName: service-update}   # the same in staging.yaml and production.yaml",
		Fix:     "rbac: {roleName: service-update-production}",
	}
	clashingNodePort = rule.Rule{
		ID: "EF327", Severity: rule.Error, Title: "one node port claimed twice",
		Why:     "a node port belongs to one Service of the cluster; the API server refuses the second",
		Example: "ports: [{name: sb, port: 10000, nodePort: 31000}]   # the same in another Service of the cluster",
		Fix:     "ports: [{name: sb, port: 10000, nodePort: 31001}]",
	}
	clashingHost = rule.Rule{
		ID: "EF328", Severity: rule.Error, Title: "one host and path claimed twice",
		Why:     "the controller serves one of the two and ignores the other, or mixes their traffic",
		Example: "ingress: {host: flow.example.com}   # the same in another application or environment of the cluster",
		Fix:     "ingress: {host: flow-staging.example.com}",
	}
	handEdited = rule.Rule{
		ID: "EF325", Severity: rule.Error, Title: "a generated file was edited or deleted by hand",
		Why:     "what is there is not what the environment file says, and an edit is lost when it is generated again",
		Example: "# an image tag changed in out/production/flow/statefulset.yaml",
		Fix:     "change the environment file (`patches` for what it has no field for) and run `efgen generate`",
	}
)

// HandEdited is the Problem of a file whose bytes are not those of its ledger.
func HandEdited(environment, path string) rule.Problem {
	return notOfLedger(environment, path, "the file was edited by hand: it is not what efgen.lock says",
		"make the change in the environment file, then run `efgen generate --env "+environment+" --force`")
}

// Deleted is the Problem of a file that is in its ledger and no longer there.
func Deleted(environment, path string) rule.Problem {
	return notOfLedger(environment, path, "the file is gone: efgen.lock lists it", "run `efgen generate --env "+environment+"`")
}

func notOfLedger(environment, path, message, hint string) rule.Problem {
	return rule.Problem{
		Rule: handEdited.ID, Severity: handEdited.Severity, Environment: environment, File: path, Line: 1, Message: message, Hint: hint,
	}
}

// none is the check of rules whose problems are found elsewhere.
func none(*subject, *report) {}

var fitChecks = []row{
	{rule.Rule{
		ID: "EF301", Severity: rule.Error, Title: "a selector misses the labels of its own pods",
		Why:     "the API server refuses a workload whose selector does not match its template",
		Example: "selector: {matchLabels: {app: flow}}\ntemplate: {metadata: {labels: {app: flows}}}",
		Fix:     "template: {metadata: {labels: {app: flow}}}",
	}, findSelectorMisses},
	{rule.Rule{
		ID: "EF302", Severity: rule.Error, Title: "the governing Service does not exist",
		Why:     "without the Service named by serviceName pods have no DNS names, so no node can be trusted by its name",
		Example: "kind: StatefulSet\nspec: {serviceName: flow}   # and no Service flow",
		Fix:     "kind: Service\nmetadata: {name: flow}\nspec: {clusterIP: None, selector: {app: flow}}",
	}, findNoGoverningService},
	{rule.Rule{
		ID: "EF303", Severity: rule.Error, Title: "the governing Service does not select the pods",
		Why:     "a pod gets its DNS name only from a governing Service that selects it",
		Example: "kind: Service\nmetadata: {name: flow}\nspec: {clusterIP: None, selector: {app: other}}",
		Fix:     "spec: {clusterIP: None, selector: {app: flow}}",
	}, findGoverningServiceMisses},
	{rule.Rule{
		ID: "EF304", Severity: rule.Error, Title: "the governing Service is not headless",
		Why:     "only a headless Service gives every pod an address of its own under its name; the cluster monitor, which is alone, needs none",
		Example: "kind: Service\nmetadata: {name: flow}\nspec: {type: NodePort, selector: {app: flow}}",
		Fix:     "spec: {clusterIP: None, selector: {app: flow}}   # and a second Service for clients",
	}, findGoverningServiceNotHeadless},
	{rule.Rule{
		ID: "EF305", Severity: rule.Error, Title: "a Service selects no pods",
		Why:     "the Service has no endpoints: every connection to it fails",
		Example: "kind: Service\nspec: {selector: {app: flwo}}",
		Fix:     "spec: {selector: {app: flow}}   # the labels of the pods",
	}, findServiceSelectsNothing},
	{rule.Rule{
		ID: "EF306", Severity: rule.Note, Title: "a ServiceAccount must exist already",
		Why:     "pods do not start under a ServiceAccount that does not exist",
		Example: "serviceAccountName: shared   # and no such ServiceAccount among the manifests",
		Fix:     "make sure that it exists in the namespace, or leave serviceAccount out to have one made",
	}, findForeignServiceAccount},
	{rule.Rule{
		ID: "EF307", Severity: rule.Error, Title: "nodes may not manage Services and pods",
		Why:     "a node makes a Service for itself and finds the others through the API; without the right it stays alone",
		Example: "subjects: [{kind: User, name: \"system:serviceaccount:staging:flow\"}]   # in the manifests of production",
		Fix:     "subjects: [{kind: User, name: \"system:serviceaccount:production:flow\"}]",
	}, findNoRights},
	{rule.Rule{
		ID: "EF308", Severity: rule.Warning, Title: "rights go to an unknown ServiceAccount",
		Why:     "whoever creates a ServiceAccount of that name gets the rights; mostly the namespace or the name is mistyped",
		Example: "subjects: [{kind: User, name: \"system:serviceaccount:production:flwo\"}]",
		Fix:     "subjects: [{kind: User, name: \"system:serviceaccount:production:flow\"}]",
	}, findUnknownSubject},
	{rule.Rule{
		ID: "EF309", Severity: rule.Error, Title: "a binding names a role that does not exist",
		Why:     "a binding to a missing role gives no rights, and whoever creates the role decides what it gives",
		Example: "roleRef: {kind: ClusterRole, name: service-updates}   # the role is service-update",
		Fix:     "roleRef: {kind: ClusterRole, name: service-update}",
	}, findNoRole},
	{rule.Rule{
		ID: "EF310", Severity: rule.Error, Title: "a mount names no volume",
		Why:     "the API server refuses a container that mounts a volume which the pod does not have",
		Example: "volumeMounts: [{name: config, mountPath: /etc/flow}]\nvolumes: [{name: configuration, configMap: {name: flow}}]",
		Fix:     "volumeMounts: [{name: configuration, mountPath: /etc/flow}]",
	}, findNoVolume},
	{rule.Rule{
		ID: "EF311", Severity: rule.Error, Title: "a ConfigMap does not exist",
		Why:     "a pod waits for ever for a ConfigMap that it needs",
		Example: "volumes: [{name: configuration, configMap: {name: flow-config}}]   # the ConfigMap is flow-configuration",
		Fix:     "volumes: [{name: configuration, configMap: {name: flow-configuration}}]",
	}, findNoConfigMap},
	{rule.Rule{
		ID: "EF312", Severity: rule.Error, Title: "a ConfigMap has no such key",
		Why:     "a pod does not start if a key that it needs is missing; a subPath without its key mounts an empty folder",
		Example: "configMap: {name: flow, items: [{key: node.cfg, path: node.conf}]}   # the key is node.conf",
		Fix:     "configMap: {name: flow, items: [{key: node.conf, path: node.conf}]}",
	}, findNoKey},
	{rule.Rule{
		ID: "EF313", Severity: rule.Error, Title: "a probe asks a port that the container does not open",
		Why:     "the probe never succeeds, so the pod is never ready or is killed again and again",
		Example: "ports: [{name: web, containerPort: 8008}]\nreadinessProbe: {httpGet: {path: /healthcheck/v1/status, port: 8080}}",
		Fix:     "readinessProbe: {httpGet: {path: /healthcheck/v1/status, port: web}}",
	}, findProbePorts},
	{rule.Rule{
		ID: "EF314", Severity: rule.Error, Title: "a Service sends to a port that its pods do not open",
		Why:     "connections to that port of the Service are refused",
		Example: "kind: Service\nspec: {ports: [{port: 80, targetPort: http}]}   # the container's port is named web",
		Fix:     "spec: {ports: [{port: 80, targetPort: web}]}",
	}, findServicePorts},
	{rule.Rule{
		ID: "EF315", Severity: rule.Error, Title: "an Ingress or a Route leads nowhere",
		Why:     "every request gets 503: the Service does not exist or has no such port",
		Example: "backend: {service: {name: flow-client, port: {name: http}}}   # the Service's port is named web",
		Fix:     "backend: {service: {name: flow-client, port: {name: web}}}",
	}, findBackends},
	{rule.Rule{
		ID: "EF316", Severity: rule.Error, Title: "a disruption budget selects no pods",
		Why:     "a drain takes all nodes at once, and with them the state that they keep for each other",
		Example: "kind: PodDisruptionBudget\nspec: {selector: {matchLabels: {app: flwo}}}",
		Fix:     "spec: {selector: {matchLabels: {app: flow}}}",
	}, findBudgetSelectsNothing},
	{rule.Rule{
		ID: "EF317", Severity: rule.Error, Title: "a network policy selects no pods",
		Why:     "the pods that it was written for are open to everyone",
		Example: "kind: NetworkPolicy\nspec: {podSelector: {matchLabels: {app: flwo}}}",
		Fix:     "spec: {podSelector: {matchLabels: {app: flow}}}",
	}, findPolicySelectsNothing},
	{rule.Rule{
		ID: "EF318", Severity: rule.Error, Title: "kustomization.yaml leaves a manifest out",
		Why:     "what is not listed, or marked config.kubernetes.io/local-config for kustomize alone, never reaches the cluster, and is removed from it if it was there",
		Example: "resources: [namespace.yaml]   # beside flow/statefulset.yaml",
		Fix:     "resources: [flow/statefulset.yaml, namespace.yaml]",
	}, findUnlisted},
	{rule.Rule{
		ID: "EF319", Severity: rule.Error, Title: "kustomization.yaml lists what it must not",
		Why:     "a sync fails as a whole over a missing file; what lies in _gitops is applied once, by hand, and would sync itself",
		Example: "resources: [flow/service.yml]   # the file is flow/service.yaml",
		Fix:     "resources: [flow/service.yaml]",
	}, findListedInVain},
	{rule.Rule{
		ID: "EF320", Severity: rule.Error, Title: "one object twice",
		Why:     "the second manifest overwrites the first at every sync",
		Example: "# extra/service.yaml and flow/service.yaml both hold Service flow",
		Fix:     "keep one, or name the other differently",
	}, twice(func(s *subject) []claim { return s.claimed.objects })},
	{rule.Rule{
		ID: "EF321", Severity: rule.Error, Title: "a ConfigMap is too large",
		Why:     "the API server refuses more than 1 MiB of data",
		Example: "files: {resources: {model.bin: files/model.bin}}   # of 3 MiB",
		Fix:     "put large files into the image, or on a volume",
	}, findTooLarge},
	{rule.Rule{
		ID: "EF322", Severity: rule.Warning, Title: "a ConfigMap is too large for client-side apply",
		Why:     "`kubectl apply` keeps the whole object, as JSON, in an annotation, and annotations end at 262,144 bytes; server-side apply has no such limit",
		Example: "files: {resources: {table.csv: files/table.csv}}   # of 300 KiB",
		Fix:     "apply with --server-side, or put large files into the image",
	}, findLarge},
	{rule.Rule{
		ID: "EF323", Severity: rule.Error, Title: "an object names no namespace",
		Why:     "it ends up in whatever namespace the person or the controller that applies it happens to use",
		Example: "kind: ConfigMap\nmetadata: {name: flow}",
		Fix:     "metadata: {name: flow, namespace: production}",
	}, findNoNamespace},
	{rule.Rule{
		ID: "EF324", Severity: rule.Warning, Title: "an object is in another namespace",
		Why:     "most of what belongs together finds each other within one namespace only",
		Example: "metadata: {name: flow, namespace: staging}   # while all else is in production",
		Fix:     "metadata: {name: flow, namespace: production}",
	}, findOtherNamespace},
	{handEdited, none},
	{clashingObject, none},
	{clashingNodePort, twice(func(s *subject) []claim { return s.claimed.nodePorts })},
	{clashingHost, twice(func(s *subject) []claim { return s.claimed.hosts })},
}
