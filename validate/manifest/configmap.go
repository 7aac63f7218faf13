package manifest

import corev1 "k8s.io/api/core/v1"

// HasKey reports whether a ConfigMap has a key, or will have it once OpenShift has filled in
// what its label or annotation asks for: the certificates of the cluster's proxy, or of its Services.
func HasKey(config *corev1.ConfigMap, key string) bool {
	_, isText := config.Data[key]
	_, isBinary := config.BinaryData[key]
	if isText || isBinary {
		return true
	}
	switch key {
	case "ca-bundle.crt":
		return config.Labels["config.openshift.io/inject-trusted-cabundle"] == "true"
	case "service-ca.crt":
		return config.Annotations["service.beta.openshift.io/inject-cabundle"] == "true"
	}
	return false
}
