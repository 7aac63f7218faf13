package config

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Environment is one environment file, merged with the files that it extends.
// Read fills in every default, so that rendering has nothing left to decide.
//
// The comments of the fields below are what the JSON Schema and `efgen explain`
// show to users.
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

// Workload is what an application and the cluster monitor have in common.
type Workload struct {
	// The container image.
	Image Image `json:"image,omitzero"`
	// ServiceAccount of the pods. Default: the application's name, created; any other must exist.
	ServiceAccount string `json:"serviceAccount,omitempty"`
	// Compute resources of the container. Default: none.
	Resources corev1.ResourceRequirements `json:"resources,omitzero"`
	// The Service for clients.
	Service Switch[Service] `json:"service,omitzero"`
	// An Ingress to the web port. Default: none.
	Ingress *Ingress `json:"ingress,omitempty"`
	// An OpenShift Route to the web port. Default: none.
	Route *Route `json:"route,omitempty"`
	// Who may reach the pods. Default: on; false for no NetworkPolicy.
	NetworkPolicy Switch[NetworkPolicy] `json:"networkPolicy,omitzero"`
	// The product licence that nodes need from version 11.2 on. Default: none.
	License *License `json:"license,omitempty"`
	// Environment variables after those that efgen sets. Default: none.
	Env []corev1.EnvVar `json:"env,omitempty"`
	// Labels that a worker must have to run the pods. Default: none.
	NodeSelector map[string]string `json:"nodeSelector,omitempty"`
	// Taints that the pods tolerate. Default: none.
	Tolerations []corev1.Toleration `json:"tolerations,omitempty"`
	// Where the scheduler prefers or demands to place the pods. Default: none.
	Affinity *corev1.Affinity `json:"affinity,omitempty"`
	// PriorityClass of the pods. Default: the cluster's.
	PriorityClassName string `json:"priorityClassName,omitempty"`
	// Security context of the pods, laid over efgen's restricted one. Default: runAsUser 1000 on Kubernetes, none on OpenShift, which assigns it.
	SecurityContext *corev1.PodSecurityContext `json:"securityContext,omitempty"`
}

// Application is one deployable application archive with its image.
type Application struct {
	Workload
	// Number of nodes. Default: 3.
	Replicas *int32 `json:"replicas,omitempty"`
	// Ports beside web, which is always there. Default: none.
	Ports []Port `json:"ports,omitempty"`
	// Timing of the health probes.
	Probes Probes `json:"probes,omitzero"`
	// Seconds that a new node must be ready before the next one is replaced, since partitions migrate after that. Default: 30 with more than one replica, else 0.
	MinReadySeconds *int32 `json:"minReadySeconds,omitempty"`
	// How nodes are replaced.
	UpdateStrategy UpdateStrategy `json:"updateStrategy,omitzero"`
	// How many nodes a drain may take away. Default: on with more than one replica; false for no budget.
	DisruptionBudget Switch[DisruptionBudget] `json:"disruptionBudget,omitzero"`
	// Seconds that a node has to stop. Default: 120.
	TerminationGracePeriodSeconds *int64 `json:"terminationGracePeriodSeconds,omitempty"`
	// Whether a stopping pod stops its node first, so that partitions move in order. Default: true.
	GracefulStop *bool `json:"gracefulStop,omitempty"`
	// Further labels of the pods. Default: none.
	PodLabels map[string]string `json:"podLabels,omitempty"`
	// Further annotations of the pods. Default: none.
	PodAnnotations map[string]string `json:"podAnnotations,omitempty"`
	// How nodes spread over workers. Default: with more than one replica by hostname, maxSkew 1, ScheduleAnyway.
	TopologySpreadConstraints *[]corev1.TopologySpreadConstraint `json:"topologySpreadConstraints,omitempty"`
	// Further volumes of the pods. Default: none.
	Volumes []corev1.Volume `json:"volumes,omitempty"`
	// Further mounts of the container. Default: none.
	VolumeMounts []corev1.VolumeMount `json:"volumeMounts,omitempty"`
	// Volume claims of each node. Default: none; a node keeps its state in memory.
	VolumeClaimTemplates []corev1.PersistentVolumeClaim `json:"volumeClaimTemplates,omitempty"`
	// Files that the pods find in their configuration and resources folders.
	Files Files `json:"files,omitzero"`
	// What goes into security.conf.
	Security Security `json:"security,omitzero"`
	// What goes into node.conf and the node's own settings.
	Node Node `json:"node,omitzero"`

	// Name is the application's key.
	Name string `json:"-"`
}

// ClusterMonitor is the LiveView cluster monitor: one node in a Streaming cluster of its own.
// Its Service cannot be switched off, since it governs the StatefulSet.
type ClusterMonitor struct {
	Workload
}

// Image names a container image: a tag or a digest, or both.
type Image struct {
	// Repository, without a registry to take the environment's. Default: the application's name.
	Repository string `json:"repository,omitempty"`
	// Tag, quoted where it looks like a number. Default: none.
	Tag string `json:"tag,omitempty"`
	// Digest, as in sha256:<64 hexadecimal digits>. Default: none.
	Digest string `json:"digest,omitempty"`
	// When the image is pulled. Default: not written, so that Kubernetes decides by the tag.
	PullPolicy PullPolicy `json:"pullPolicy,omitempty"`
}

// PullPolicy says when an image is pulled.
type PullPolicy string

// Values lists what a PullPolicy may be.
func (PullPolicy) Values() []string {
	return []string{string(corev1.PullAlways), string(corev1.PullIfNotPresent), string(corev1.PullNever)}
}

// Port is a TCP port of the container, of the headless Service and of the client Service.
type Port struct {
	// Name, at most 15 lower-case letters, digits and dashes.
	Name string `json:"name"`
	// Number, the same in the container and in the Services.
	Port int32 `json:"port"`
	// Port of every worker, for a client Service of type NodePort or LoadBalancer. Default: the cluster picks one.
	NodePort int32 `json:"nodePort,omitempty"`
}

// Service is a Service for clients.
type Service struct {
	// Type: ClusterIP, NodePort or LoadBalancer. Default: ClusterIP.
	Type ServiceType `json:"type,omitempty"`
	// Port of every worker for the web port. Default: the cluster picks one.
	NodePort int32 `json:"nodePort,omitempty"`
	// Annotations of the Service. Default: none.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// ServiceType is how a Service is reached.
type ServiceType string

// Values lists what a ServiceType may be.
func (ServiceType) Values() []string {
	return []string{string(corev1.ServiceTypeClusterIP), string(corev1.ServiceTypeNodePort), string(corev1.ServiceTypeLoadBalancer)}
}

// Ingress leads HTTP requests for one host to the web port.
type Ingress struct {
	// Host name of the requests.
	Host string `json:"host"`
	// IngressClass. Default: the cluster's.
	ClassName string `json:"className,omitempty"`
	// Prefix of the path. Default: /.
	Path string `json:"path,omitempty"`
	// TLS with a certificate from a Secret. Default: none.
	TLS *IngressTLS `json:"tls,omitempty"`
}

// IngressTLS names the certificate of an Ingress.
type IngressTLS struct {
	// Secret of type kubernetes.io/tls.
	SecretName string `json:"secretName"`
}

// Route leads HTTP requests for one host to the web port, on OpenShift.
type Route struct {
	// Host name of the requests. Default: the cluster makes one.
	Host string `json:"host,omitempty"`
	// TLS that ends at the router, with the router's certificate. Default: none.
	TLS *RouteTLS `json:"tls,omitempty"`
}

// RouteTLS switches on edge termination.
type RouteTLS struct{}

// Probes holds the timing of the health probes, which ask the node's web port.
type Probes struct {
	// When a node may take part. Default: first after 60 seconds, then every 10.
	Readiness Probe `json:"readiness,omitzero"`
	// When a node is restarted. Default: first after 240 seconds, then every 10.
	Liveness Probe `json:"liveness,omitzero"`
	// Holds back the others until the node has started. Default: none; {} allows 60 failures, one every 5 seconds.
	Startup *Probe `json:"startup,omitempty"`
}

// Probe is a Kubernetes probe without its action.
type Probe struct {
	// Seconds from the container's start to the first probe.
	InitialDelaySeconds *int32 `json:"initialDelaySeconds,omitempty"`
	// Seconds between probes. Default: 10, for startup 5.
	PeriodSeconds *int32 `json:"periodSeconds,omitempty"`
	// Seconds after which a probe counts as failed. Default: Kubernetes' 1.
	TimeoutSeconds *int32 `json:"timeoutSeconds,omitempty"`
	// Successes in a row that make it good again. Default: Kubernetes' 1.
	SuccessThreshold *int32 `json:"successThreshold,omitempty"`
	// Failures in a row that make it bad. Default: Kubernetes' 3, for startup 60.
	FailureThreshold *int32 `json:"failureThreshold,omitempty"`
	// Seconds that the container has to stop when this probe ends it. Default: the pod's.
	TerminationGracePeriodSeconds *int64 `json:"terminationGracePeriodSeconds,omitempty"`
}

// UpdateStrategy says how the nodes of an application are replaced.
type UpdateStrategy struct {
	// RollingUpdate or OnDelete. Default: RollingUpdate.
	Type UpdateStrategyType `json:"type,omitempty"`
	// Nodes with a lower ordinal are not replaced. Default: 0.
	Partition *int32 `json:"partition,omitempty"`
}

// UpdateStrategyType says who replaces a node.
type UpdateStrategyType string

// Values lists what an UpdateStrategyType may be.
func (UpdateStrategyType) Values() []string { return []string{"RollingUpdate", "OnDelete"} }

// DisruptionBudget limits what a drain may take away.
type DisruptionBudget struct {
	// Number or percentage of nodes that may be away. Default: 1.
	MaxUnavailable *intstr.IntOrString `json:"maxUnavailable,omitempty"`
}

// NetworkPolicy says who may reach the web and declared ports. The nodes and the
// cluster monitor of the environment always reach every port.
type NetworkPolicy struct {
	// Peers that may reach the web and declared ports. Default: an empty list, which means everybody.
	IngressFrom []networkingv1.NetworkPolicyPeer `json:"ingressFrom,omitempty"`
}

// License is a product licence from a Secret.
type License struct {
	// Secret whose keys are licence files.
	Secret string `json:"secret"`
	// Folder of the container in which they appear. Default: /home/tibco/.tibco-streaming/licenses.
	MountPath string `json:"mountPath,omitempty"`
}

// Files maps file names in the container to paths in the environments folder.
type Files struct {
	// Files in /var/opt/tibco/streambase/configuration. Default: none beside efgen's node.conf.
	Configuration map[string]string `json:"configuration,omitempty"`
	// Files in /var/opt/tibco/streambase/resources, one of the node's deploy directories. Default: none.
	Resources map[string]string `json:"resources,omitempty"`
}

// Security is what security.conf says.
type Security struct {
	// `name` of the security.conf in the application archive, which a generated one replaces. Default: the application's name.
	Name string `json:"name,omitempty"`
	// Further hosts whose requests need no credentials. Those of the environment's own nodes are derived. Default: none.
	TrustedHosts []string `json:"trustedHosts,omitempty"`
	// Host through which requests reach the pod, filled in by the node at start. Default: "${DEFAULT_ROUTE:-10.1.0.1}"; "" leaves it out.
	DefaultRoute *string `json:"defaultRoute,omitempty"`
	// How it reaches the node: nodeDeploy embeds it in node.conf, image leaves it to the image build. Default: nodeDeploy.
	Delivery Delivery `json:"delivery,omitempty"`
	// HOCON files (LDAP, OpenID Connect, roles) delivered the same way, as they are; paths in the environments folder. Default: none.
	Include []string `json:"include,omitempty"`
}

// Delivery is the way of security.conf to a node.
type Delivery string

// The ways.
const (
	DeliveryNodeDeploy Delivery = "nodeDeploy"
	DeliveryImage      Delivery = "image"
)

// Values lists what a Delivery may be.
func (Delivery) Values() []string { return []string{string(DeliveryNodeDeploy), string(DeliveryImage)} }

// Node is what node.conf says, and how the node is installed.
type Node struct {
	// Node type of the application definition. Default: docker.
	NodeType string `json:"nodeType,omitempty"`
	// Number of ports that discovery searches. Default: 5.
	NumberSearchPorts *int32 `json:"numberSearchPorts,omitempty"`
	// Administration port. Default: 0, left to the node.
	AdminPort int32 `json:"adminPort,omitempty"`
	// Web port: health checks, administration, metrics. Default: 8008.
	WebPort *int32 `json:"webPort,omitempty"`
	// Values of substitutions, in a file of the configuration ConfigMap. Default: none.
	Substitutions map[string]string `json:"substitutions,omitempty"`
	// A substitution file from a Secret, instead of substitutions. Default: none.
	SubstitutionSecret *SecretKey `json:"substitutionSecret,omitempty"`
	// The master secret that opens encrypted values. Default: none.
	Keystore *Keystore `json:"keystore,omitempty"`
	// Availability zones, as node deploy configuration has them. Default: none.
	AvailabilityZones map[string]any `json:"availabilityZones,omitempty"`
	// Memberships of every node in availability zones, as node deploy configuration has them. Default: none.
	AvailabilityZoneMemberships map[string]any `json:"availabilityZoneMemberships,omitempty"`

	// WritesNodeConf tells whether the file asks for a value that only node.conf carries.
	WritesNodeConf bool `json:"-"`
}

// SecretKey names one key of a Secret.
type SecretKey struct {
	// Name of the Secret.
	Name string `json:"name"`
	// Key in the Secret.
	Key string `json:"key"`
}

// Keystore is a Secret with the node's master secret and its password.
type Keystore struct {
	// Name of the Secret.
	Secret string `json:"secret"`
	// Key that holds the keystore file. Default: mastersecret.ks.
	Key string `json:"key,omitempty"`
	// Key that holds its password. Default: keystorepassword.
	PasswordKey string `json:"passwordKey,omitempty"`
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

// Switch is a setting that is on by default, or by writing it, and that `false` switches off.
type Switch[T any] struct {
	// Off is true after `false`.
	Off bool
	// On holds the setting, nil where nobody wrote it and after `false`.
	On *T
}
