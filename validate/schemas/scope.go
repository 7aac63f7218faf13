package schemas

import "slices"

// A Scope says where objects of a kind live, in the words of
// CustomResourceDefinitions; it is empty if that is not known.
type Scope string

// The scopes.
const (
	InNamespace Scope = "Namespaced"
	InCluster   Scope = "Cluster"
)

// Nearest is a minor if it is supported, and else the newest one that is.
func Nearest(minor string) string {
	if supported := minors(); !slices.Contains(supported, minor) {
		return supported[len(supported)-1]
	}
	return minor
}

// ScopeOf is where objects of an embedded kind live, as that minor serves it; empty for
// a kind that it does not serve.
func ScopeOf(minor, apiVersion, kind string) Scope {
	if _, embedded := Find(minor, apiVersion, kind); !embedded {
		return ""
	}
	if clusterScoped[kind] {
		return InCluster
	}
	return InNamespace
}

// clusterScoped are the embedded kinds that live in no namespace: in the API
// descriptions of Kubernetes and OpenShift, their paths name none.
var clusterScoped = map[string]bool{
	"APIService": true, "CSIDriver": true, "CSINode": true, "CertificateSigningRequest": true,
	"ClusterResourceQuota": true, "ClusterRole": true, "ClusterRoleBinding": true, "ClusterTrustBundle": true,
	"CustomResourceDefinition": true, "DeviceClass": true, "DeviceTaintRule": true, "FlowSchema": true,
	"Group": true, "IPAddress": true, "Identity": true, "IngressClass": true, "MutatingAdmissionPolicy": true,
	"MutatingAdmissionPolicyBinding": true, "MutatingWebhookConfiguration": true, "Namespace": true, "Node": true,
	"OAuthClient": true, "PersistentVolume": true, "PriorityClass": true, "PriorityLevelConfiguration": true,
	"Project": true, "ResourceSlice": true, "RuntimeClass": true, "SecurityContextConstraints": true,
	"ServiceCIDR": true, "StorageClass": true, "StorageVersionMigration": true, "User": true,
	"ValidatingAdmissionPolicy": true, "ValidatingAdmissionPolicyBinding": true,
	"ValidatingWebhookConfiguration": true, "VolumeAttachment": true, "VolumeAttributesClass": true,
}
