package validate

import "github.com/efgen/efgen/validate/schemas"

// A scope says where objects of a kind live, in the words of
// CustomResourceDefinitions; it is empty if that is not known.
type scope string

const (
	inNamespace scope = "Namespaced"
	inCluster   scope = "Cluster"
)

// scope is known of the kinds that are embedded, and of those that a
// CustomResourceDefinition describes; a JSON Schema does not tell.
func (s *Schemas) scope(apiVersion, kind string) scope {
	key := schemaKey{s.minor, apiVersion, kind}
	if known, described := s.scopes[key]; described {
		return known
	}
	if _, embedded := schemas.Find(s.minor, apiVersion, kind); !embedded {
		return ""
	}
	if clusterScoped[kind] {
		return inCluster
	}
	return inNamespace
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
