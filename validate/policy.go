package validate

import "github.com/efgen/efgen/validate/rule"

var policyChecks = []row{
	{rule.Rule{
		ID: "EF501", Severity: rule.Error, Title: "a pod is below the Pod Security level",
		Why:     "a namespace that enforces the level refuses the pod",
		Example: "policy: {podSecurity: restricted}\nsecurityContext: {runAsNonRoot: false}",
		Fix:     "securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}",
	}, findInsecurePods},
	{rule.Rule{
		ID: "EF502", Severity: rule.Error, Title: "an image without tag and digest",
		Why:     "it means the tag latest, which is another image every time",
		Example: "image: registry.example.com/flow",
		Fix:     "image: registry.example.com/flow:1.0.0",
	}, findUntaggedImages},
	{rule.Rule{
		ID: "EF503", Severity: rule.Error, Title: "an image tagged latest",
		Why:     "nobody can tell which image runs, nodes of one cluster run different ones, and there is no way back",
		Example: "image: registry.example.com/flow:latest",
		Fix:     "image: registry.example.com/flow:1.0.0",
	}, findLatestImages},
	{rule.Rule{
		ID: "EF504", Severity: rule.Error, Title: "an image without a digest",
		Why:     "a tag can be moved to another image; policy.requireDigest demands the one that was reviewed",
		Example: "image: registry.example.com/flow:1.0.0   # with policy: {requireDigest: true}",
		Fix:     "image: registry.example.com/flow:1.0.0@sha256:…",
	}, findImagesWithoutDigest},
	{rule.Rule{
		ID: "EF505", Severity: rule.Error, Title: "an image from a registry that is not allowed",
		Why:     "policy.allowedRegistries says whose images may run",
		Example: "image: docker.io/someone/flow:1.0.0   # with policy: {allowedRegistries: [registry.example.com]}",
		Fix:     "image: registry.example.com/flow:1.0.0",
	}, findForeignImages},
	{rule.Rule{
		ID: "EF506", Severity: rule.Warning, Title: "a registry without TLS",
		Why:     "whoever sits on the way can put another image in place, and read the pull secret",
		Example: "registry: {host: registry.example.com:5000, insecure: true}",
		Fix:     "give the registry a certificate, or except the rule for Environment/<name> with a reason",
	}, findInsecureRegistry},
	{rule.Rule{
		ID: "EF507", Severity: rule.Error, Title: "cluster-admin",
		Why:     "whoever breaks into a pod owns the cluster; nodes need Services and pods only",
		Example: "roleRef: {kind: ClusterRole, name: cluster-admin}",
		Fix:     "roleRef: {kind: ClusterRole, name: service-update-production}",
	}, findClusterAdmin},
	{rule.Rule{
		ID: "EF508", Severity: rule.Error, Title: "a role with a wildcard",
		Why:     "a wildcard also gives what is added to the cluster later",
		Example: "rules: [{apiGroups: [\"\"], resources: [\"*\"], verbs: [get]}]",
		Fix:     "rules: [{apiGroups: [\"\"], resources: [services, pods], verbs: [get]}]",
	}, findWildcards},
	{rule.Rule{
		ID: "EF509", Severity: rule.Error, Title: "a role that can give itself more",
		Why:     "escalate, bind and impersonate let their holder take any right",
		Example: "rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}]",
		Fix:     "leave the verb out",
	}, findEscalation},
	{rule.Rule{
		ID: "EF510", Severity: rule.Warning, Title: "no memory limit",
		Why:     "one node that leaks takes the memory of all pods on its worker",
		Example: "resources: {requests: {memory: 2Gi}}",
		Fix:     "resources: {requests: {memory: 2Gi}, limits: {memory: 2Gi}}",
	}, findNoMemoryLimit},
	{rule.Rule{
		ID: "EF511", Severity: rule.Error, Title: "a budget that blocks every drain",
		Why:     "a worker that runs one of the pods can never be drained, so it is never updated",
		Example: "kind: PodDisruptionBudget\nspec: {maxUnavailable: 0}",
		Fix:     "spec: {maxUnavailable: 1}",
	}, findBlockingBudgets},
	{rule.Rule{
		ID: "EF512", Severity: rule.Error, Title: "a Secret with data",
		Why:     "base64 hides nothing: everyone who can read the repository, ever, has the secret",
		Example: "kind: Secret\ndata: {password: aHVudGVyMg==}",
		Fix:     "create the Secret in the cluster, or keep it sealed or external, and refer to it by name",
	}, findSecretData},
	{rule.Rule{
		ID: "EF513", Severity: rule.Error, Title: "a secret in an environment variable",
		Why:     "everyone who can read the repository, or the pod, has the secret",
		Example: "env: [{name: DB_PASSWORD, value: hunter2}]",
		Fix:     "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]",
	}, findSecretEnv},
	{rule.Rule{
		ID: "EF514", Severity: rule.Error, Title: "a private key or a token in plain text",
		Why:     "everyone who can read the repository, ever, can use it",
		Example: "data:\n  key.pem: |\n    -----BEGIN PRIVATE KEY-----",
		Fix:     "revoke it, put a new one into a Secret in the cluster, and mount that",
	}, findTokens},
	{rule.Rule{
		ID: "EF515", Severity: rule.Error, Title: "a password in a configuration",
		Why:     "everyone who can read the repository, ever, has the password",
		Example: "password = \"hunter2\"",
		Fix:     "password = \"${DB_PASSWORD}\"   # from a substitution file in a Secret: node.substitutionSecret",
	}, findPasswords},
	{rule.Rule{
		ID: "EF516", Severity: rule.Warning, Title: "OpenShift's own RBAC",
		Why:     "neither Argo CD nor Flux can sync authorization.openshift.io: it is for `oc apply` by hand only",
		Example: "rbac: {api: openshift}",
		Fix:     "rbac: {api: kubernetes}   # OpenShift takes it as well",
	}, findOpenShiftRBAC},
	{exceptionUnmatched, none},
	{exceptionExpired, none},
	{exceptionInvalid, none},
}
