package config

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/efgen/efgen/generate/yamltree"
	"github.com/efgen/efgen/validate/rule"
)

// instanceLabel is the label by which Argo CD tells whose an object is.
const instanceLabel = "app.kubernetes.io/instance"

// environmentWide checks what belongs to no single application.
func (c *checker) environmentWide() {
	env := c.env
	if n := len(env.Applications); n > maxApplications {
		c.bad(yamltree.OverBound, "applications", "make several environments of them",
			"%d applications are more than %d", n, maxApplications)
	}
	c.text("namespace", env.Namespace, dnsLabel)
	if *env.CreateNamespace && foreignNamespace(env.Namespace) {
		c.bad(conflictingSettings, "createNamespace", "write false, or another namespace",
			"the namespace %s belongs to the cluster and cannot be created", env.Namespace)
	}
	c.text("productVersion", env.ProductVersion, productVersion)
	c.text("cluster.name", env.Cluster.Name, line)
	if !slices.Contains(c.minors, env.Cluster.Version) {
		c.bad(yamltree.UnknownValue, "cluster.version", "", "want %s, not %q", yamltree.Choice(c.minors), env.Cluster.Version)
	}
	c.text("cluster.domain", env.Cluster.Domain, dnsName)
	c.labels("labels", env.Labels, &labelValue,
		"app.kubernetes.io/name", "app.kubernetes.io/component", "app.kubernetes.io/part-of", "app.kubernetes.io/managed-by")
	if _, found := env.Labels[instanceLabel]; found {
		c.badKey(reservedName, rule.Key("labels", instanceLabel), "use another key", "Argo CD tells by %s whose an object is", instanceLabel)
	}
	c.aggregation()
	c.labels("annotations", env.Annotations, nil)
	c.text("registry.host", env.Registry.Host, registry)
	c.text("registry.pullSecret", env.Registry.PullSecret, dnsName)
	c.rightsName("rbac.roleName", env.RBAC.RoleName)
	c.rightsName("rbac.bindingName", env.RBAC.BindingName)
	if written := env.Origins.Written; written("dashboard") && !written("dashboard.viewer") {
		c.bad(yamltree.MissingValue, "dashboard", "write viewer: true, or remove dashboard", "asks for nothing")
	}
}

// aggregationLabels begin the labels that add the rules of a ClusterRole to another one
// (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles).
const aggregationLabels = "rbac.authorization.k8s.io/"

// aggregation refuses labels that would give the nodes' rights to everybody with a role of
// the cluster's own.
func (c *checker) aggregation() {
	for _, key := range slices.Sorted(maps.Keys(c.env.Labels)) {
		if strings.HasPrefix(key, aggregationLabels) {
			c.badKey(reservedName, rule.Key("labels", key), "remove it",
				"Kubernetes adds the rules of a role with this label to another role, so everybody who has that one gets them")
		}
	}
}

// rightsName checks the name of a role or a binding: Kubernetes brings some itself, and
// writing them changes the rights of others.
func (c *checker) rightsName(field, name string) {
	c.text(field, name, objectName)
	owned := slices.Contains([]string{"admin", "edit", "view", "cluster-admin"}, name) || strings.HasPrefix(name, "system:")
	if owned && c.env.Origins.Written(field) {
		c.bad(reservedName, field, "take a name of your own, as in service-update-"+c.env.Namespace,
			"%q is a name that Kubernetes uses itself: this would change the rights of others", name)
	}
}

func (c *checker) patches() {
	c.patchesOfOne()
	for i, patch := range c.env.Patches {
		at := rule.Index("patches", i)
		c.text(at+".target.kind", patch.Target.Kind, kindName)
		c.text(at+".target.name", patch.Target.Name, objectName)
		if len(patch.Patch) == 0 {
			c.bad(yamltree.MissingValue, at+".patch", "", "must not be empty")
		}
	}
}

// manifests checks the names of extra manifests, which share one folder, and of schemas.
func (c *checker) manifests() {
	names := claims{}
	for i, file := range c.env.ExtraManifests {
		at := rule.Index("extraManifests", i)
		c.text(at, file, manifestFile)
		if reserved := reservedOn(path.Base(file)); reserved != "" && manifestFile.valid(file) {
			c.bad(yamltree.MalformedText, at, "rename the file", "%q cannot be the name of a file: %s", path.Base(file), reserved)
		}
		// Some file systems do not tell A from a.
		c.claim(names, strings.ToLower(path.Base(file)), at, "the file name")
	}
	c.items("schemas", c.env.Schemas, manifestFile)
}

func (c *checker) policy() {
	c.items("policy.allowedRegistries", c.env.Policy.AllowedRegistries, registry)
	for i, exception := range c.env.Policy.Exceptions {
		at := rule.Index("policy.exceptions", i)
		c.text(at+".rule", exception.Rule, ruleID)
		c.text(at+".resource", exception.Resource, object)
		c.text(at+".reason", exception.Reason, line)
		c.text(at+".expires", exception.Expires, date)
	}
}

// delivery checks how the environment gets into a cluster.
func (c *checker) delivery() {
	if d := c.env.Deploy; d != nil {
		c.text("deploy.host", d.Host, gitHost)
		c.text("deploy.repository", d.Repository, gitRepository)
		c.text("deploy.base", d.Base, gitBranch)
		if d.Base == "efgen/"+c.env.Name {
			c.bad(reservedName, "deploy.base", "write the branch that proposals are merged into, as in main", "%s is the branch that efgen proposes from", d.Base)
		}
		c.text("deploy.path", d.Path, gitFolder)
		c.deployPath(d.Path)
		c.text("deploy.pullRequest.title", d.PullRequest.Title, line)
		c.text("deploy.pullRequest.title", d.PullRequest.Title, pullTitle)
		c.items("deploy.pullRequest.labels", d.PullRequest.Labels, line)
		c.items("deploy.pullRequest.reviewers", d.PullRequest.Reviewers, word)
		c.items("deploy.pullRequest.teamReviewers", d.PullRequest.TeamReviewers, word)
		c.items("deploy.pullRequest.assignees", d.PullRequest.Assignees, word)
	}
	if c.env.GitOps != nil {
		c.gitOps(c.env.GitOps)
	}
}

// deployPath checks the folders of a deploy path, which everybody's system has to take.
func (c *checker) deployPath(text string) {
	if !gitFolder.valid(text) {
		return // and that has been said
	}
	parts := strings.Split(text, "/")
	for _, part := range parts {
		if reserved := reservedOn(part); reserved != "" {
			c.bad(yamltree.MalformedText, "deploy.path", "choose another folder", "%q cannot be the name of a folder: %s", part, reserved)
			return
		}
	}
	if strings.EqualFold(parts[0], ".github") {
		c.bad(yamltree.MalformedText, "deploy.path", "choose another folder", "%s is where GitHub takes workflows and settings from", parts[0])
	}
}

func (c *checker) gitOps(g *GitOps) {
	if g.ArgoCD == nil && g.Flux == nil {
		c.bad(yamltree.MissingValue, "gitops", "write argocd: {} or flux: {}, or remove gitops", "names no controller")
	}
	if g.URL == "" {
		c.bad(yamltree.MissingValue, "gitops", "write deploy.repository or gitops.url", "names no repository to follow")
	}
	if c.env.Deploy == nil || c.env.Deploy.Base == "" {
		c.bad(yamltree.MissingValue, "gitops", "write deploy.base, as in main", "names no branch to follow")
	}
	c.text("gitops.url", g.URL, gitURL)
	if a := g.ArgoCD; a != nil {
		c.text("gitops.argocd.namespace", a.Namespace, dnsLabel)
		c.text("gitops.argocd.project", a.Project, dnsName)
		c.text("gitops.argocd.server", a.Server, serverURL)
	}
	if f := g.Flux; f != nil {
		c.text("gitops.flux.namespace", f.Namespace, dnsLabel)
		c.text("gitops.flux.interval", f.Interval, interval)
		c.text("gitops.flux.secretRef", f.SecretRef, dnsName)
		if f.SecretRef == "" && strings.HasPrefix(g.URL, "ssh:") {
			c.bad(yamltree.MissingValue, "gitops.flux", "write secretRef, the Secret with the keys identity and known_hosts",
				"names no credentials, and Flux takes no ssh address without a key")
		}
	}
}
