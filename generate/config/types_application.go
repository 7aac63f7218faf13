package config

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/generate/yamltree"
)

// Workload is what an application and the cluster monitor have in common.
type Workload struct {
	// The container image.
	Image Image `json:"image,omitzero"`
	// ServiceAccount of the pods. Default: the application's name, created; any other must exist.
	ServiceAccount string `json:"serviceAccount,omitempty"`
	// Compute resources of the container. Default: none.
	Resources corev1.ResourceRequirements `json:"resources,omitzero"`
	// The Service for clients.
	Service yamltree.Switch[Service] `json:"service,omitzero"`
	// An Ingress to the web port. Default: none.
	Ingress *Ingress `json:"ingress,omitempty"`
	// An OpenShift Route to the web port. Default: none.
	Route *Route `json:"route,omitempty"`
	// Who may reach the pods. Default: on; false for no NetworkPolicy.
	NetworkPolicy yamltree.Switch[NetworkPolicy] `json:"networkPolicy,omitzero"`
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
	DisruptionBudget yamltree.Switch[DisruptionBudget] `json:"disruptionBudget,omitzero"`
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
	// Further hosts whose requests need no credentials. Those of the application's own nodes and of the cluster monitor are derived. Default: none.
	TrustedHosts []string `json:"trustedHosts,omitempty"`
	// Host through which requests reach the pod, filled in by the node at start. Default: "${DEFAULT_ROUTE:-10.1.0.1}"; "" leaves it out.
	DefaultRoute *string `json:"defaultRoute,omitempty"`
	// How it reaches the node: nodeDeploy embeds it in node.conf, image leaves it to the image build. Default: nodeDeploy.
	Delivery Delivery `json:"delivery,omitempty"`
	// Other applications of the environment whose nodes are trusted without credentials, and let in by the NetworkPolicy; one way. Default: none.
	TrustApplications []string `json:"trustApplications,omitempty"`
	// Whether the names of the Services that nodes make for themselves are trusted as well: a look-up of a node's address may answer with any of its names. Default: true.
	TrustDiscoveryServices *bool `json:"trustDiscoveryServices,omitempty"`
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

	// WritesNodeConf reports whether the file asks for a value that only node.conf carries.
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
