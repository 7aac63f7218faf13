package config

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

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

// Ingress leads HTTP requests for one host to a port of the client Service.
type Ingress struct {
	// Host name of the requests.
	Host string `json:"host"`
	// IngressClass. Default: the cluster's.
	ClassName string `json:"className,omitempty"`
	// Prefix of the path. Default: /.
	Path string `json:"path,omitempty"`
	// Name of the port that the requests go to: web, or one of ports. Default: web, for the cluster monitor lvweb.
	Port string `json:"port,omitempty"`
	// TLS with a certificate from a Secret. Default: none.
	TLS *IngressTLS `json:"tls,omitempty"`
}

// IngressTLS names the certificate of an Ingress.
type IngressTLS struct {
	// Secret of type kubernetes.io/tls.
	SecretName string `json:"secretName"`
}

// Route leads HTTP requests for one host to a port of the client Service, on OpenShift.
type Route struct {
	// Host name of the requests. Default: the cluster makes one.
	Host string `json:"host,omitempty"`
	// Name of the port that the requests go to: web, or one of ports. Default: web, for the cluster monitor lvweb.
	Port string `json:"port,omitempty"`
	// TLS that ends at the router, with the router's certificate. Default: none.
	TLS *RouteTLS `json:"tls,omitempty"`
}

// RouteTLS switches on edge termination.
type RouteTLS struct{}

// Probes holds the timing of the health probes, and what they ask.
type Probes struct {
	// When a node may take part. Default: first after 60 seconds, then every 10.
	Readiness Probe `json:"readiness,omitzero"`
	// When a node is restarted. Default: first after 240 seconds, then every 10.
	Liveness Probe `json:"liveness,omitzero"`
	// Holds back the others until the node has started. Default: none; {} allows 60 failures, one every 5 seconds.
	Startup *Probe `json:"startup,omitempty"`
	// What all three ask instead of the node's health check. Default: the health check on the web port.
	Action *ProbeAction `json:"action,omitempty"`
}

// ProbeAction is what a probe does: exactly one of the two.
type ProbeAction struct {
	// Asks an address by HTTP; the port is web or one of ports, by its name.
	HTTPGet *corev1.HTTPGetAction `json:"httpGet,omitempty"`
	// Opens a connection; the port is web or one of ports, by its name.
	TCPSocket *corev1.TCPSocketAction `json:"tcpSocket,omitempty"`
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

// NetworkPolicy says who may reach the web and declared ports. The application's own nodes, the
// cluster monitor and the nodes of security.trustApplications always reach every port.
type NetworkPolicy struct {
	// Peers that may reach the web and declared ports. Default: an empty list, which means everybody.
	IngressFrom []networkingv1.NetworkPolicyPeer `json:"ingressFrom,omitempty"`
}

// License is where nodes get their licence from: licence files, activation services, or both.
type License struct {
	// Secret whose keys are licence files. A licence configuration in the application archive wins over them. Default: none.
	Secret string `json:"secret,omitempty"`
	// Folder of the container in which they appear. Default: /home/tibco/.tibco-streaming/licenses.
	MountPath string `json:"mountPath,omitempty"`
	// Addresses of activation services, from product version 11.2 on; not for the cluster monitor, which takes licence files only. Default: none.
	URLs []string `json:"urls,omitempty"`
	// `name` of the licence configuration in the application archive, which the one with urls replaces. Default: license-configuration.
	Name string `json:"name,omitempty"`
}

// Autoscaling is a HorizontalPodAutoscaler that decides on the number of nodes.
type Autoscaling struct {
	// Fewest nodes. Default: 3.
	MinReplicas *int32 `json:"minReplicas,omitempty"`
	// Most nodes: node names and trusted hosts are checked for all of them.
	MaxReplicas int32 `json:"maxReplicas"`
	// Wanted use of the processor, in percent of what all containers request. Default: 0, which does not count.
	CPU int32 `json:"cpu,omitempty"`
	// Wanted use of memory, in percent of what all containers request. Default: 0, which does not count.
	Memory int32 `json:"memory,omitempty"`
	// How fast nodes are added and taken away. Default: Kubernetes' own.
	Behavior *autoscalingv2.HorizontalPodAutoscalerBehavior `json:"behavior,omitempty"`
}

// Metrics is a ServiceMonitor, by which Prometheus reads the nodes' metrics.
type Metrics struct {
	// Name of the port that serves them: web, or one of ports. Default: web, which wants node.webServices.metrics.
	Port string `json:"port,omitempty"`
	// Path of the metrics' URL. The product's documentation names none, so see where your nodes serve them.
	Path string `json:"path"`
	// Time between two readings, as Prometheus writes it. Default: 30s.
	Interval string `json:"interval,omitempty"`
	// Labels of the ServiceMonitor, by which a Prometheus selects it. Default: none.
	Labels map[string]string `json:"labels,omitempty"`
}
