package source

import "strings"

// A row says which environment field is behind the fields of a manifest that start
// with a prefix.
type row struct {
	// file is the last part of the manifest's path, or the folder of a manifest outside of the workloads.
	file string
	// prefix is a path of the manifest; the longest one that fits wins.
	prefix string
	// field is a path of the environment file; one that starts with a dot lies below the workload.
	field string
	reach reach
}

// A reach says what the environment field of a row is behind.
type reach int

const (
	// whole is everything below the prefix, as one.
	whole reach = iota
	// sameShape is the same path below both, down to list indexes.
	sameShape
	// withOwnItems is a list in which efgen's own items stand among those of the environment file.
	withOwnItems
	// orWebPort is the same path below both where an application says what its probes ask;
	// else they ask the web port.
	orWebPort
)

const theContainer = "spec.template.spec.containers[0]"

// rows is where a problem in a manifest turns into a line of the environment file.
var rows = []row{
	{"namespace.yaml", "", "namespace", whole},
	{"namespace.yaml", "metadata.labels", "policy.podSecurity", whole},
	{"rbac/", "", "rbac", whole},
	{"dashboard/", "", "dashboard.viewer", whole},

	{"serviceaccount.yaml", "", ".serviceAccount", whole},

	{"statefulset.yaml", "", ".", whole},
	{"statefulset.yaml", "spec.replicas", ".replicas", whole},
	{"statefulset.yaml", "spec.minReadySeconds", ".minReadySeconds", whole},
	{"statefulset.yaml", "spec.updateStrategy.type", ".updateStrategy.type", whole},
	{"statefulset.yaml", "spec.updateStrategy.rollingUpdate.partition", ".updateStrategy.partition", whole},
	{"statefulset.yaml", "spec.volumeClaimTemplates", ".volumeClaimTemplates", sameShape},
	{"statefulset.yaml", "spec.template.metadata.labels", ".podLabels", sameShape},
	{"statefulset.yaml", "spec.template.metadata.annotations", ".podAnnotations", sameShape},
	{"statefulset.yaml", "spec.template.spec.serviceAccountName", ".serviceAccount", whole},
	{"statefulset.yaml", "spec.template.spec.imagePullSecrets", "registry.pullSecret", whole},
	{"statefulset.yaml", "spec.template.spec.securityContext", ".securityContext", sameShape},
	{"statefulset.yaml", "spec.template.spec.nodeSelector", ".nodeSelector", sameShape},
	{"statefulset.yaml", "spec.template.spec.tolerations", ".tolerations", sameShape},
	{"statefulset.yaml", "spec.template.spec.affinity", ".affinity", sameShape},
	{"statefulset.yaml", "spec.template.spec.priorityClassName", ".priorityClassName", whole},
	{"statefulset.yaml", "spec.template.spec.topologySpreadConstraints", ".topologySpreadConstraints", sameShape},
	{"statefulset.yaml", "spec.template.spec.terminationGracePeriodSeconds", ".terminationGracePeriodSeconds", whole},
	{"statefulset.yaml", "spec.template.spec.volumes", ".volumes", withOwnItems},
	{"statefulset.yaml", "spec.template.spec.initContainers", ".initContainers", withOwnItems},
	{"statefulset.yaml", "spec.template.spec.containers", ".sidecars", withOwnItems},
	{"statefulset.yaml", theContainer, ".", whole},
	{"statefulset.yaml", theContainer + ".image", ".image", whole},
	{"statefulset.yaml", theContainer + ".imagePullPolicy", ".image.pullPolicy", whole},
	{"statefulset.yaml", theContainer + ".resources", ".resources", sameShape},
	{"statefulset.yaml", theContainer + ".env", ".env", withOwnItems},
	{"statefulset.yaml", theContainer + ".envFrom", ".envFrom", sameShape},
	{"statefulset.yaml", theContainer + ".ports", ".ports", withOwnItems},
	{"statefulset.yaml", theContainer + ".ports[0]", ".node.webPort", whole},
	{"statefulset.yaml", theContainer + ".volumeMounts", ".volumeMounts", withOwnItems},
	{"statefulset.yaml", theContainer + ".lifecycle", ".gracefulStop", whole},
	{"statefulset.yaml", theContainer + ".lifecycle.preStop.exec.command", ".terminationGracePeriodSeconds", whole},
	{"statefulset.yaml", theContainer + ".readinessProbe", ".probes.readiness", sameShape},
	{"statefulset.yaml", theContainer + ".readinessProbe.httpGet", ".probes.action.httpGet", orWebPort},
	{"statefulset.yaml", theContainer + ".readinessProbe.tcpSocket", ".probes.action.tcpSocket", sameShape},
	{"statefulset.yaml", theContainer + ".livenessProbe", ".probes.liveness", sameShape},
	{"statefulset.yaml", theContainer + ".livenessProbe.httpGet", ".probes.action.httpGet", orWebPort},
	{"statefulset.yaml", theContainer + ".livenessProbe.tcpSocket", ".probes.action.tcpSocket", sameShape},
	{"statefulset.yaml", theContainer + ".startupProbe", ".probes.startup", sameShape},
	{"statefulset.yaml", theContainer + ".startupProbe.httpGet", ".probes.action.httpGet", orWebPort},
	{"statefulset.yaml", theContainer + ".startupProbe.tcpSocket", ".probes.action.tcpSocket", sameShape},

	{"service-headless.yaml", "", ".", whole},
	{"service-headless.yaml", "spec.ports", ".ports", withOwnItems},
	{"service-headless.yaml", "spec.ports[0]", ".node.webPort", whole},

	{"service.yaml", "", ".service", whole},
	{"service.yaml", "metadata.annotations", ".service.annotations", sameShape},
	{"service.yaml", "spec.type", ".service.type", whole},
	{"service.yaml", "spec.ports", ".ports", withOwnItems},
	{"service.yaml", "spec.ports[0]", ".node.webPort", whole},
	{"service.yaml", "spec.ports[0].nodePort", ".service.nodePort", whole},

	{"ingress.yaml", "", ".ingress", whole},
	{"ingress.yaml", "spec.ingressClassName", ".ingress.className", whole},
	{"ingress.yaml", "spec.rules[0].host", ".ingress.host", whole},
	{"ingress.yaml", "spec.rules[0].http.paths[0].path", ".ingress.path", whole},
	{"ingress.yaml", "spec.rules[0].http.paths[0].backend.service.port", ".ingress.port", whole},
	{"ingress.yaml", "spec.tls", ".ingress.tls", whole},
	{"ingress.yaml", "spec.tls[0].hosts", ".ingress.host", whole},
	{"ingress.yaml", "spec.tls[0].secretName", ".ingress.tls.secretName", whole},

	{"route.yaml", "", ".route", whole},
	{"route.yaml", "spec.host", ".route.host", whole},
	{"route.yaml", "spec.port", ".route.port", whole},
	{"route.yaml", "spec.tls", ".route.tls", whole},

	{"networkpolicy.yaml", "", ".networkPolicy", whole},
	{"networkpolicy.yaml", "spec.ingress[0].from", ".security.trustApplications", whole},
	{"networkpolicy.yaml", "spec.ingress[1].from", ".networkPolicy.ingressFrom", sameShape},
	{"networkpolicy.yaml", "spec.ingress[1].ports", ".ports", withOwnItems},
	{"networkpolicy.yaml", "spec.ingress[1].ports[0]", ".node.webPort", whole},

	{"poddisruptionbudget.yaml", "", ".disruptionBudget", whole},
	{"poddisruptionbudget.yaml", "spec.maxUnavailable", ".disruptionBudget.maxUnavailable", whole},

	{"horizontalpodautoscaler.yaml", "", ".autoscaling", whole},
	{"horizontalpodautoscaler.yaml", "spec.minReplicas", ".autoscaling.minReplicas", whole},
	{"horizontalpodautoscaler.yaml", "spec.maxReplicas", ".autoscaling.maxReplicas", whole},
	{"horizontalpodautoscaler.yaml", "spec.behavior", ".autoscaling.behavior", sameShape},

	{"servicemonitor.yaml", "", ".metrics", whole},
	{"servicemonitor.yaml", "metadata.labels", ".metrics.labels", sameShape},
	{"servicemonitor.yaml", "spec.endpoints[0].port", ".metrics.port", whole},
	{"servicemonitor.yaml", "spec.endpoints[0].path", ".metrics.path", whole},
	{"servicemonitor.yaml", "spec.endpoints[0].interval", ".metrics.interval", whole},

	{"configmap-configuration.yaml", "", ".files.configuration", whole},
	{"configmap-configuration.yaml", "data", ".files.configuration", sameShape},
	{"configmap-configuration.yaml", `data["node.conf"]`, ".security", whole},
	{"configmap-configuration.yaml", `data["substitutions.txt"]`, ".node.substitutions", whole},
	{"configmap-resources.yaml", "", ".files.resources", whole},
	{"configmap-resources.yaml", "data", ".files.resources", sameShape},
	{"security.conf", "", ".security", whole},

	{"application.yaml", "", "gitops.argocd", whole},
	{"application.yaml", "spec.source.repoURL", "gitops.url", whole},
	{"application.yaml", "spec.source.path", "deploy.path", whole},
	{"application.yaml", "spec.source.targetRevision", "deploy.base", whole},
	{"gitrepository.yaml", "", "gitops.flux", whole},
	{"gitrepository.yaml", "spec.url", "gitops.url", whole},
	{"gitrepository.yaml", "spec.ref.branch", "deploy.base", whole},
	{"_gitops/kustomization.yaml", "", "gitops.flux", whole},
	{"_gitops/kustomization.yaml", "spec.path", "deploy.path", whole},
}

// longestRow returns the row that decides about a field.
func longestRow(file, field string) (best row, found bool) {
	for _, row := range rows {
		if row.covers(file) && startsWith(field, row.prefix) && (!found || len(row.prefix) > len(best.prefix)) {
			best, found = row, true
		}
	}
	return best, found
}

func (r row) covers(file string) bool {
	if strings.HasSuffix(r.file, "/") {
		return strings.HasPrefix(file, r.file)
	}
	return file == r.file || strings.HasSuffix(file, "/"+r.file)
}

// startsWith compares field paths by whole steps.
func startsWith(field, prefix string) bool {
	rest, ok := strings.CutPrefix(field, prefix)
	return ok && (rest == "" || prefix == "" || rest[0] == '.' || rest[0] == '[')
}
