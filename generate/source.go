package generate

import (
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/config"
	"github.com/efgen/efgen/validate/rule"
)

// A sourceRow says which environment field is behind the fields of a manifest
// that start with a prefix.
type sourceRow struct {
	// file is the last part of the manifest's path, or the folder of a manifest outside of the workloads.
	file string
	// prefix is a path of the manifest; the longest one that fits wins.
	prefix string
	// field is a path of the environment file; one that starts with a dot lies below the workload.
	field string
	// same says that both have the same shape from there on, down to list indexes.
	same bool
}

const theContainer = "spec.template.spec.containers[0]"

// sourceRows is where a problem in a manifest turns into a line of the
// environment file.
var sourceRows = []sourceRow{
	{"namespace.yaml", "", "namespace", false},
	{"namespace.yaml", "metadata.labels", "policy.podSecurity", false},
	{"rbac/", "", "rbac", false},
	{"dashboard/", "", "dashboard.viewer", false},

	{"serviceaccount.yaml", "", ".serviceAccount", false},

	{"statefulset.yaml", "", ".", false},
	{"statefulset.yaml", "spec.replicas", ".replicas", false},
	{"statefulset.yaml", "spec.minReadySeconds", ".minReadySeconds", false},
	{"statefulset.yaml", "spec.updateStrategy.type", ".updateStrategy.type", false},
	{"statefulset.yaml", "spec.updateStrategy.rollingUpdate.partition", ".updateStrategy.partition", false},
	{"statefulset.yaml", "spec.volumeClaimTemplates", ".volumeClaimTemplates", true},
	{"statefulset.yaml", "spec.template.metadata.labels", ".podLabels", true},
	{"statefulset.yaml", "spec.template.metadata.annotations", ".podAnnotations", true},
	{"statefulset.yaml", "spec.template.spec.serviceAccountName", ".serviceAccount", false},
	{"statefulset.yaml", "spec.template.spec.imagePullSecrets", "registry.pullSecret", false},
	{"statefulset.yaml", "spec.template.spec.securityContext", ".securityContext", true},
	{"statefulset.yaml", "spec.template.spec.nodeSelector", ".nodeSelector", true},
	{"statefulset.yaml", "spec.template.spec.tolerations", ".tolerations", true},
	{"statefulset.yaml", "spec.template.spec.affinity", ".affinity", true},
	{"statefulset.yaml", "spec.template.spec.priorityClassName", ".priorityClassName", false},
	{"statefulset.yaml", "spec.template.spec.topologySpreadConstraints", ".topologySpreadConstraints", true},
	{"statefulset.yaml", "spec.template.spec.terminationGracePeriodSeconds", ".terminationGracePeriodSeconds", false},
	{"statefulset.yaml", "spec.template.spec.volumes", ".volumes", false},
	{"statefulset.yaml", theContainer + ".image", ".image", false},
	{"statefulset.yaml", theContainer + ".imagePullPolicy", ".image.pullPolicy", false},
	{"statefulset.yaml", theContainer + ".resources", ".resources", true},
	{"statefulset.yaml", theContainer + ".env", ".env", false},
	{"statefulset.yaml", theContainer + ".ports", ".ports", false},
	{"statefulset.yaml", theContainer + ".ports[0]", ".node.webPort", false},
	{"statefulset.yaml", theContainer + ".volumeMounts", ".volumeMounts", false},
	{"statefulset.yaml", theContainer + ".lifecycle", ".gracefulStop", false},
	{"statefulset.yaml", theContainer + ".readinessProbe", ".probes.readiness", true},
	{"statefulset.yaml", theContainer + ".readinessProbe.httpGet", ".node.webPort", false},
	{"statefulset.yaml", theContainer + ".livenessProbe", ".probes.liveness", true},
	{"statefulset.yaml", theContainer + ".livenessProbe.httpGet", ".node.webPort", false},
	{"statefulset.yaml", theContainer + ".startupProbe", ".probes.startup", true},
	{"statefulset.yaml", theContainer + ".startupProbe.httpGet", ".node.webPort", false},

	{"service-headless.yaml", "", ".", false},
	{"service-headless.yaml", "spec.ports", ".ports", false},
	{"service-headless.yaml", "spec.ports[0]", ".node.webPort", false},

	{"service.yaml", "", ".service", false},
	{"service.yaml", "metadata.annotations", ".service.annotations", true},
	{"service.yaml", "spec.type", ".service.type", false},
	{"service.yaml", "spec.ports", ".ports", false},
	{"service.yaml", "spec.ports[0]", ".node.webPort", false},
	{"service.yaml", "spec.ports[0].nodePort", ".service.nodePort", false},

	{"ingress.yaml", "", ".ingress", false},
	{"ingress.yaml", "spec.ingressClassName", ".ingress.className", false},
	{"ingress.yaml", "spec.rules[0].host", ".ingress.host", false},
	{"ingress.yaml", "spec.rules[0].http.paths[0].path", ".ingress.path", false},
	{"ingress.yaml", "spec.tls", ".ingress.tls", false},
	{"ingress.yaml", "spec.tls[0].hosts", ".ingress.host", false},
	{"ingress.yaml", "spec.tls[0].secretName", ".ingress.tls.secretName", false},

	{"route.yaml", "", ".route", false},
	{"route.yaml", "spec.host", ".route.host", false},
	{"route.yaml", "spec.tls", ".route.tls", false},

	{"networkpolicy.yaml", "", ".networkPolicy", false},
	{"networkpolicy.yaml", "spec.ingress[1].from", ".networkPolicy.ingressFrom", true},
	{"networkpolicy.yaml", "spec.ingress[1].ports", ".ports", false},
	{"networkpolicy.yaml", "spec.ingress[1].ports[0]", ".node.webPort", false},

	{"poddisruptionbudget.yaml", "", ".disruptionBudget", false},
	{"poddisruptionbudget.yaml", "spec.maxUnavailable", ".disruptionBudget.maxUnavailable", false},

	{"configmap-configuration.yaml", "", ".files.configuration", false},
	{"configmap-configuration.yaml", "data", ".files.configuration", true},
	{"configmap-configuration.yaml", `data["node.conf"]`, ".security", false},
	{"configmap-configuration.yaml", `data["substitutions.txt"]`, ".node.substitutions", false},
	{"configmap-resources.yaml", "", ".files.resources", false},
	{"configmap-resources.yaml", "data", ".files.resources", true},
	{"security.conf", "", ".security", false},

	{"application.yaml", "", "gitops.argocd", false},
	{"application.yaml", "spec.source.repoURL", "gitops.url", false},
	{"application.yaml", "spec.source.path", "deploy.path", false},
	{"application.yaml", "spec.source.targetRevision", "deploy.base", false},
	{"gitrepository.yaml", "", "gitops.flux", false},
	{"gitrepository.yaml", "spec.url", "gitops.url", false},
	{"gitrepository.yaml", "spec.ref.branch", "deploy.base", false},
	{"_gitops/kustomization.yaml", "", "gitops.flux", false},
	{"_gitops/kustomization.yaml", "spec.path", "deploy.path", false},
}

// Sources finds what is behind the files that an environment renders to. It renders once,
// however much is asked, and is for one goroutine at a time.
type Sources struct {
	Env *config.Environment
	// patched and plain are the objects of the files, with patches and without.
	patched, plain objects
}

// NewSources renders nothing yet.
func NewSources(env *config.Environment) *Sources {
	unpatched := *env
	unpatched.Patches = nil
	return &Sources{env, objects{env: env}, objects{env: &unpatched}}
}

// Field names the environment field behind a field of a generated file. The
// manifest is "Kind/name", file is the path below the environment's folder.
// The answer is empty if no field of the environment file is behind it.
func (s *Sources) Field(manifest, file, field string) string {
	if patch := s.patchBehind(manifest, file, field); patch != "" {
		return patch
	}
	field = s.ownContainerFirst(file, field)
	if item := s.itemBehind(file, field); item != "" {
		return item
	}
	return fieldBehind(s.Env, file, field)
}

// ownContainerFirst undoes what a patch does that adds a container before efgen's own.
func (s *Sources) ownContainerFirst(file, field string) string {
	list, _, _ := strings.Cut(theContainer, "[")
	if len(s.Env.Patches) == 0 || !startsWith(field, list) || startsWith(field, theContainer) {
		return field
	}
	steps, _ := rule.Steps(field)
	depth := strings.Count(list, ".") + 2
	container, _ := valueAt(s.patched.of(file), steps[:min(depth, len(steps))]).(map[string]any)
	if container["name"] != path.Base(path.Dir(file)) {
		return field
	}
	return theContainer + strings.TrimPrefix(field, rule.Index(list, steps[depth-1].Index))
}

// fieldBehind is Field as far as it needs no rendering.
func fieldBehind(env *config.Environment, file, field string) string {
	folder := path.Dir(file)
	if folder == "extra" {
		return extraManifestBehind(env, path.Base(file))
	}
	if host := trustedHostBehind(env, file, field); host != "" {
		return host
	}
	row, found := longestRow(file, field)
	if !found {
		return ""
	}
	source := row.field
	if below, relative := strings.CutPrefix(source, "."); relative {
		if source = workloadField(env, folder); below != "" {
			source += "." + below
		}
	}
	if rest := strings.TrimPrefix(field, row.prefix); row.same {
		source += rest
	}
	return source
}

func longestRow(file, field string) (best sourceRow, found bool) {
	for _, row := range sourceRows {
		if row.covers(file) && startsWith(field, row.prefix) && (!found || len(row.prefix) > len(best.prefix)) {
			best, found = row, true
		}
	}
	return best, found
}

func (row sourceRow) covers(file string) bool {
	if strings.HasSuffix(row.file, "/") {
		return strings.HasPrefix(file, row.file)
	}
	return file == row.file || strings.HasSuffix(file, "/"+row.file)
}

// startsWith compares field paths by whole steps.
func startsWith(field, prefix string) bool {
	rest, ok := strings.CutPrefix(field, prefix)
	return ok && (rest == "" || prefix == "" || rest[0] == '.' || rest[0] == '[')
}

// workloadField is the environment field of the workload that owns a folder.
func workloadField(env *config.Environment, folder string) string {
	if folder == monitorName && env.ClusterMonitor != nil {
		return "clusterMonitor"
	}
	return rule.Field("applications", folder)
}

func extraManifestBehind(env *config.Environment, base string) string {
	for i, file := range env.ExtraManifests {
		if path.Base(file) == base {
			return rule.Index("extraManifests", i)
		}
	}
	return "extraManifests"
}

// trustedHostBehind names the field that put a host into security.conf. Those
// that efgen derives have none.
func trustedHostBehind(env *config.Environment, file, field string) string {
	app := env.Applications[path.Dir(file)]
	steps, _ := rule.Steps(field)
	if app == nil || path.Base(file) != securityConf || len(steps) == 0 || !strings.HasPrefix(field, "configuration.TrustedHosts.hosts[") {
		return ""
	}
	hosts, at := trustedHosts(env, app), steps[len(steps)-1].Index
	if at < 0 || at >= len(hosts) {
		return ""
	}
	security := rule.Field("applications", app.Name, "security")
	if i := slices.Index(app.Security.TrustedHosts, hosts[at]); i >= 0 {
		return rule.Index(security+".trustedHosts", i)
	}
	if hosts[at] == *app.Security.DefaultRoute {
		return security + ".defaultRoute"
	}
	return ""
}
