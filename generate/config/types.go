package config

// Environment is one environment file, merged with the files that it extends.
// Read fills in every default, so that rendering has nothing left to decide.
//
// The comments of the fields below are what the JSON Schema and `efgen explain` show to users.
type Environment struct {
	// Version of this file format: efgen/v1. A fragment (a file whose name starts with "_") may leave it out.
	APIVersion string `json:"apiVersion"`
	// Always Environment. A fragment may leave it out.
	Kind string `json:"kind"`
	// Files to start from, relative to this one, merged in this order; this file's own values win.
	Extends []string `json:"extends,omitempty"`
	// Kubernetes namespace of every namespaced object. Default: the name of this file without ".yaml".
	Namespace string `json:"namespace,omitempty"`
	// Whether the Namespace itself is generated. Default: true, but false for default, kube-* and openshift*.
	CreateNamespace *bool `json:"createNamespace,omitempty"`
	// Version of Spotfire Streaming in the images, as in "11.1". From 11.2 on, nodes need a licence to start. Default: unknown.
	ProductVersion string `json:"productVersion,omitempty"`
	// The cluster that this environment runs in.
	Cluster Cluster `json:"cluster,omitzero"`
	// Labels of every object's metadata; never of selectors, pods or volume claims.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations of every object's metadata; never of pods or volume claims.
	Annotations map[string]string `json:"annotations,omitempty"`
	// Where images come from.
	Registry Registry `json:"registry,omitzero"`
	// An application's settings that lie under those of every application.
	Defaults *Application `json:"defaults,omitempty"`
	// The applications by name, at least one. A name is that of the StatefulSet, its headless Service and its container.
	Applications map[string]*Application `json:"applications"`
	// The LiveView cluster monitor. Default: none.
	ClusterMonitor *ClusterMonitor `json:"clusterMonitor,omitempty"`
	// The rights that Kubernetes discovery needs.
	RBAC RBAC `json:"rbac,omitzero"`
	// A ServiceAccount for people who look on.
	Dashboard Dashboard `json:"dashboard,omitzero"`
	// Changes to generated objects, for what this file has no field for.
	Patches []Patch `json:"patches,omitempty"`
	// Manifests that are validated, listed and owned like generated ones; paths in the environments folder, one object per file.
	ExtraManifests []string `json:"extraManifests,omitempty"`
	// CustomResourceDefinitions or JSON Schemas for other kinds in extraManifests; paths in the environments folder.
	Schemas []string `json:"schemas,omitempty"`
	// What the checks demand of this environment.
	Policy Policy `json:"policy,omitzero"`
	// Objects with which Argo CD or Flux syncs this environment. Default: none.
	GitOps *GitOps `json:"gitops,omitempty"`
	// Where `efgen pr` proposes this environment. Default: nowhere.
	Deploy *Deploy `json:"deploy,omitempty"`

	// Name is the file's stem.
	Name string `json:"-"`
	// File is the path of the environment file, for messages.
	File string `json:"-"`
	// Origins tells who wrote each value.
	Origins *Origins `json:"-"`
	// Contents holds the bytes of every file that the environment names outside of `extends`, by the path it names.
	Contents map[string][]byte `json:"-"`
	// Inputs are the files that all of this was read from, this one's own first: paths in the environments folder.
	Inputs []string `json:"-"`
}

// Cluster describes the Kubernetes cluster of an environment.
type Cluster struct {
	// Environments with the same name share a cluster and are checked for clashes. Default: a cluster of its own.
	Name string `json:"name,omitempty"`
	// What the cluster is: kubernetes or openshift. Default: kubernetes.
	Platform Platform `json:"platform,omitempty"`
	// Kubernetes minor version, as in "1.34". Default: 1.34.
	Version string `json:"version,omitempty"`
	// DNS domain of the cluster, as the kubelets have it. Default: cluster.local.
	Domain string `json:"domain,omitempty"`
}

// Platform is the flavour of Kubernetes.
type Platform string

// The platforms.
const (
	Kubernetes Platform = "kubernetes"
	OpenShift  Platform = "openshift"
)

// Values lists what a Platform may be.
func (Platform) Values() []string { return []string{string(Kubernetes), string(OpenShift)} }

// Registry is the image registry of an environment.
type Registry struct {
	// Host, with port and path if need be, put before every image that names no registry. Default: none.
	Host string `json:"host,omitempty"`
	// Secret of type kubernetes.io/dockerconfigjson with which images are pulled. Default: none.
	PullSecret string `json:"pullSecret,omitempty"`
	// Says that the registry is reached without TLS, which is a warning. Default: false.
	Insecure bool `json:"insecure,omitempty"`
}

// RBAC says how the pods get the rights that Kubernetes discovery needs.
type RBAC struct {
	// cluster for a ClusterRole, namespace for a Role. Default: cluster.
	Scope Scope `json:"scope,omitempty"`
	// API group of the objects: kubernetes, or openshift for `oc apply`. Default: kubernetes, on OpenShift too.
	API Platform `json:"api,omitempty"`
	// Name of the role. Default: service-update-<namespace>.
	RoleName string `json:"roleName,omitempty"`
	// Name of the binding. Default: roleName.
	BindingName string `json:"bindingName,omitempty"`
}

// Scope is how far rights reach.
type Scope string

// The scopes.
const (
	ScopeCluster   Scope = "cluster"
	ScopeNamespace Scope = "namespace"
)

// Values lists what a Scope may be.
func (Scope) Values() []string { return []string{string(ScopeCluster), string(ScopeNamespace)} }

// Dashboard is access for people who look on.
type Dashboard struct {
	// Whether a ServiceAccount dashboard-viewer with the view role is generated. Default: false.
	Viewer bool `json:"viewer,omitempty"`
}

// Patch changes one generated object.
type Patch struct {
	// The object.
	Target Target `json:"target"`
	// A strategic merge patch for built-in kinds, a JSON merge patch for others. It may not change kind, name or namespace.
	Patch map[string]any `json:"patch"`
}

// Target names a generated object.
type Target struct {
	// Kind of the object.
	Kind string `json:"kind"`
	// Name of the object.
	Name string `json:"name"`
}

// Policy is what the checks demand.
type Policy struct {
	// Pod Security level of the namespace: privileged, baseline or restricted. Default: restricted.
	PodSecurity PodSecurity `json:"podSecurity,omitempty"`
	// Whether every image needs a digest. Default: false.
	RequireDigest bool `json:"requireDigest,omitempty"`
	// Registries that images may come from, with a path if need be. Default: any.
	AllowedRegistries []string `json:"allowedRegistries,omitempty"`
	// Problems that are accepted. Default: none.
	Exceptions []Exception `json:"exceptions,omitempty"`
}

// PodSecurity is a level of the Pod Security standards.
type PodSecurity string

// Values lists what a PodSecurity may be.
func (PodSecurity) Values() []string { return []string{"privileged", "baseline", "restricted"} }

// Exception accepts the problems that one rule finds in one object.
type Exception struct {
	// ID of the rule, as in EF501.
	Rule string `json:"rule"`
	// The object as Kind/name, or Environment/<name> for a problem that no manifest shows.
	Resource string `json:"resource"`
	// Why it is accepted.
	Reason string `json:"reason"`
	// Last day on which it holds, as in "2027-01-31". Default: it holds for ever.
	Expires string `json:"expires,omitempty"`
}

// GitOps says which controller syncs the environment from deploy.repository.
type GitOps struct {
	// Address of the repository. Default: https://<deploy.host>/<deploy.repository>.git.
	URL string `json:"url,omitempty"`
	// An Argo CD Application. Default: none.
	ArgoCD *ArgoCD `json:"argocd,omitempty"`
	// A Flux GitRepository and Kustomization. Default: none.
	Flux *Flux `json:"flux,omitempty"`
}

// ArgoCD is what the Application needs.
type ArgoCD struct {
	// Namespace of the Application. Default: argocd.
	Namespace string `json:"namespace,omitempty"`
	// AppProject. Default: default.
	Project string `json:"project,omitempty"`
	// API server of the cluster. Default: https://kubernetes.default.svc.
	Server string `json:"server,omitempty"`
	// Whether Argo CD syncs, prunes and heals by itself. Default: true.
	Automated *bool `json:"automated,omitempty"`
}

// Flux is what the GitRepository and the Kustomization need.
type Flux struct {
	// Namespace of both objects. Default: flux-system.
	Namespace string `json:"namespace,omitempty"`
	// Time between two looks at the repository, as in 10m. Default: 10m.
	Interval string `json:"interval,omitempty"`
	// Secret with the repository's credentials. Default: none.
	SecretRef string `json:"secretRef,omitempty"`
}

// Deploy names the repository that the controller syncs.
type Deploy struct {
	// Host of the repository. Default: github.com.
	Host string `json:"host,omitempty"`
	// Repository as owner/name.
	Repository string `json:"repository,omitempty"`
	// Branch that proposals are made against. Default: the repository's default branch.
	Base string `json:"base,omitempty"`
	// Folder of this environment in the repository. Default: streaming/<environment>.
	Path string `json:"path,omitempty"`
	// How the pull request looks.
	PullRequest PullRequest `json:"pullRequest,omitzero"`
}

// PullRequest is how a proposal looks.
type PullRequest struct {
	// Title. Default: made from the environment and its changes.
	Title string `json:"title,omitempty"`
	// Labels. Default: none.
	Labels []string `json:"labels,omitempty"`
	// People who are asked for a review. Default: none.
	Reviewers []string `json:"reviewers,omitempty"`
	// Teams that are asked for a review. Default: none.
	TeamReviewers []string `json:"teamReviewers,omitempty"`
	// People whom the proposal is assigned to. Default: none.
	Assignees []string `json:"assignees,omitempty"`
	// Whether it starts as a draft. Default: false.
	Draft bool `json:"draft,omitempty"`
}
