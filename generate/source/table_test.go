package source_test

const theContainer = "spec.template.spec.containers[0]"

// sources are fields of manifests, the fields of testdata/test.yaml that
// are behind them, and another value for those (nil removes them).
var sources = []struct {
	file, field, source string
	value               any
}{
	{"namespace.yaml", "metadata.name", "namespace", "other"},
	{"namespace.yaml", `metadata.labels["pod-security.kubernetes.io/enforce"]`, "policy.podSecurity", "privileged"},
	{"rbac/clusterrole.yaml", "metadata.name", "rbac", m{"roleName": "other"}},
	{"rbac/clusterrolebinding.yaml", "roleRef.name", "rbac", m{"roleName": "other"}},
	{"dashboard/serviceaccount.yaml", "metadata.name", "dashboard.viewer", false},
	{"dashboard/rolebinding.yaml", "roleRef.name", "dashboard.viewer", false},

	{"flow/serviceaccount.yaml", "metadata.name", "applications.flow.serviceAccount", "other"},
	{"clustermonitor/serviceaccount.yaml", "metadata.name", "clusterMonitor.serviceAccount", "other"},

	{"flow/statefulset.yaml", "spec.podManagementPolicy", "applications.flow", nil},
	{"flow/statefulset.yaml", "spec.replicas", "applications.flow.replicas", 5},
	{"flow/statefulset.yaml", "spec.minReadySeconds", "applications.flow.minReadySeconds", 50},
	{"flow/statefulset.yaml", "spec.updateStrategy.type", "applications.flow.updateStrategy.type", "OnDelete"},
	{"flow/statefulset.yaml", "spec.updateStrategy.rollingUpdate.partition", "applications.flow.updateStrategy.partition", 2},
	{"flow/statefulset.yaml", "spec.volumeClaimTemplates[0].spec.storageClassName", "applications.flow.volumeClaimTemplates[0].spec.storageClassName", "slow"},
	{"flow/statefulset.yaml", "spec.template.metadata.labels.tier", "applications.flow.podLabels.tier", "back"},
	{"flow/statefulset.yaml", `spec.template.metadata.annotations["example.com/scrape"]`, `applications.flow.podAnnotations["example.com/scrape"]`, "false"},
	{"flow/statefulset.yaml", "spec.template.spec.serviceAccountName", "applications.flow.serviceAccount", "other"},
	{"flow/statefulset.yaml", "spec.template.spec.imagePullSecrets[0].name", "registry.pullSecret", "other"},
	{"flow/statefulset.yaml", "spec.template.spec.securityContext.fsGroup", "applications.flow.securityContext.fsGroup", 2000},
	{"flow/statefulset.yaml", "spec.template.spec.nodeSelector.disk", "applications.flow.nodeSelector.disk", "slow"},
	{"flow/statefulset.yaml", "spec.template.spec.tolerations[0].key", "applications.flow.tolerations[0].key", "other"},
	{"flow/statefulset.yaml", "spec.template.spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight",
		"applications.flow.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight", 2},
	{"flow/statefulset.yaml", "spec.template.spec.priorityClassName", "applications.flow.priorityClassName", "low"},
	{"flow/statefulset.yaml", "spec.template.spec.topologySpreadConstraints[0].topologyKey", "applications.flow.topologySpreadConstraints[0].topologyKey", "rack"},
	{"flow/statefulset.yaml", "spec.template.spec.terminationGracePeriodSeconds", "applications.flow.terminationGracePeriodSeconds", 61},
	{"flow/statefulset.yaml", "spec.template.spec.volumes", "applications.flow.volumes", []any{m{"name": "scratch", "emptyDir": m{"medium": "Memory"}}}},
	{"flow/statefulset.yaml", theContainer + ".image", "applications.flow.image", m{"tag": "1.0.1"}},
	{"flow/statefulset.yaml", theContainer + ".imagePullPolicy", "applications.flow.image.pullPolicy", "Never"},
	{"flow/statefulset.yaml", theContainer + ".resources.limits.memory", "applications.flow.resources.limits.memory", "2Gi"},
	{"flow/statefulset.yaml", theContainer + ".env", "applications.flow.env", []any{}},
	{"flow/statefulset.yaml", theContainer + ".ports[1].containerPort", "applications.flow.ports[0]", m{"name": "sb", "port": 10001}},
	{"flow/statefulset.yaml", theContainer + ".env[7].value", "applications.flow.env[0].value", "info"},
	{"flow/statefulset.yaml", theContainer + ".volumeMounts[2].mountPath", "applications.flow.volumeMounts[0].mountPath", "/other"},
	{"flow/statefulset.yaml", "spec.template.spec.volumes[2].emptyDir", "applications.flow.volumes[0].emptyDir", m{"medium": "Memory"}},
	{"clustermonitor/statefulset.yaml", theContainer + ".env[0].value", "clusterMonitor.env[0].value", "info"},
	{"flow/statefulset.yaml", theContainer + ".ports[0].containerPort", "applications.flow.node.webPort", 8081},
	{"flow/statefulset.yaml", theContainer + ".volumeMounts", "applications.flow.volumeMounts", []any{}},
	{"flow/statefulset.yaml", theContainer + ".lifecycle.preStop", "applications.flow.gracefulStop", false},
	{"flow/statefulset.yaml", theContainer + ".readinessProbe.periodSeconds", "applications.flow.probes.readiness.periodSeconds", 7},
	{"flow/statefulset.yaml", theContainer + ".readinessProbe.httpGet.port", "applications.flow.node.webPort", 8081},
	{"flow/statefulset.yaml", theContainer + ".livenessProbe.periodSeconds", "applications.flow.probes.liveness.periodSeconds", 7},
	{"flow/statefulset.yaml", theContainer + ".livenessProbe.httpGet.port", "applications.flow.node.webPort", 8081},
	{"flow/statefulset.yaml", theContainer + ".startupProbe.periodSeconds", "applications.flow.probes.startup.periodSeconds", 7},
	{"flow/statefulset.yaml", theContainer + ".startupProbe.httpGet.port", "applications.flow.node.webPort", 8081},
	{"clustermonitor/statefulset.yaml", theContainer + ".image", "clusterMonitor.image", m{"tag": "1.0.1"}},

	{"flow/service-headless.yaml", "spec.clusterIP", "applications.flow", nil},
	{"flow/service-headless.yaml", "spec.ports[1].port", "applications.flow.ports[0].port", 10001},
	{"flow/service-headless.yaml", "spec.ports[0].port", "applications.flow.node.webPort", 8081},

	{"view/service.yaml", "spec.selector", "applications.view.service", false},
	{"flow/service.yaml", `metadata.annotations["example.com/exposed"]`, `applications.flow.service.annotations["example.com/exposed"]`, "no"},
	{"flow/service.yaml", "spec.type", "applications.flow.service.type", "LoadBalancer"},
	{"flow/service.yaml", "spec.ports[1].nodePort", "applications.flow.ports[0].nodePort", 31001},
	{"flow/service.yaml", "spec.ports[0].port", "applications.flow.node.webPort", 8081},
	{"flow/service.yaml", "spec.ports[0].nodePort", "applications.flow.service.nodePort", 31009},
	{"clustermonitor/service.yaml", "spec.ports[0].nodePort", "clusterMonitor.service.nodePort", 31908},

	{"flow/ingress.yaml", "spec.rules[0].http.paths[0].backend", "applications.flow.ingress", nil},
	{"flow/ingress.yaml", "spec.ingressClassName", "applications.flow.ingress.className", "other"},
	{"flow/ingress.yaml", "spec.rules[0].host", "applications.flow.ingress.host", "other.example.com"},
	{"flow/ingress.yaml", "spec.rules[0].http.paths[0].path", "applications.flow.ingress.path", "/other"},
	{"flow/ingress.yaml", "spec.tls", "applications.flow.ingress.tls", nil},
	{"flow/ingress.yaml", "spec.tls[0].secretName", "applications.flow.ingress.tls.secretName", "other"},
	{"flow/ingress.yaml", "spec.tls[0].hosts[0]", "applications.flow.ingress.host", "other.example.com"},

	{"flow/route.yaml", "spec.to", "applications.flow.route", nil},
	{"flow/route.yaml", "spec.host", "applications.flow.route.host", "other.example.com"},
	{"flow/route.yaml", "spec.tls.termination", "applications.flow.route.tls", nil},

	{"flow/networkpolicy.yaml", "spec.podSelector", "applications.flow.networkPolicy", false},
	{"flow/networkpolicy.yaml", "spec.ingress[0].from[0].podSelector.matchExpressions[0].values[2]", "applications.flow.security.trustApplications", []any{}},
	{"flow/networkpolicy.yaml", "spec.ingress[1].from[0].ipBlock.cidr", "applications.flow.networkPolicy.ingressFrom[0].ipBlock.cidr", "10.2.0.0/16"},
	{"flow/networkpolicy.yaml", "spec.ingress[1].ports[1].port", "applications.flow.ports[0].port", 10001},
	{"flow/networkpolicy.yaml", "spec.ingress[1].ports[0].port", "applications.flow.node.webPort", 8081},

	{"flow/poddisruptionbudget.yaml", "spec.selector", "applications.flow.disruptionBudget", false},
	{"flow/poddisruptionbudget.yaml", "spec.maxUnavailable", "applications.flow.disruptionBudget.maxUnavailable", "50%"},

	{"flow/configmap-configuration.yaml", "data", "applications.flow.files.configuration", m{}},
	{"flow/configmap-configuration.yaml", "binaryData", "applications.flow.files.configuration", m{"feed.bin": "files/bytes.bin"}},
	{"flow/configmap-configuration.yaml", `data["engine.conf"]`, `applications.flow.files.configuration["engine.conf"]`, "files/b.txt"},
	{"flow/configmap-configuration.yaml", `data["node.conf"]`, "applications.flow.security", m{"name": "other"}},
	{"flow/configmap-configuration.yaml", `data["substitutions.txt"]`, "applications.flow.node.substitutions", m{"PORT": "2"}},
	{"flow/configmap-resources.yaml", "metadata.name", "applications.flow.files.resources", m{}},
	{"flow/configmap-resources.yaml", `data["logback.xml"]`, `applications.flow.files.resources["logback.xml"]`, "files/b.txt"},
	{"flow/security.conf", "", "applications.flow.security", m{"name": "other"}},

	{"_gitops/application.yaml", "spec.project", "gitops.argocd", m{"project": "other"}},
	{"_gitops/application.yaml", "spec.source.repoURL", "gitops.url", "https://example.com/other.git"},
	{"_gitops/application.yaml", "spec.source.path", "deploy.path", "other"},
	{"_gitops/application.yaml", "spec.source.targetRevision", "deploy.base", "other"},
	{"_gitops/gitrepository.yaml", "spec.interval", "gitops.flux", m{"interval": "6m"}},
	{"_gitops/gitrepository.yaml", "spec.url", "gitops.url", "https://example.com/other.git"},
	{"_gitops/gitrepository.yaml", "spec.ref.branch", "deploy.base", "other"},
	{"_gitops/kustomization.yaml", "spec.interval", "gitops.flux", m{"interval": "6m"}},
	{"_gitops/kustomization.yaml", "spec.path", "deploy.path", "other"},

	{"extra/quota.yaml", "spec", "extraManifests[0]", "files/other/quota.yaml"},
}
