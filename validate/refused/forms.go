package refused

import (
	"path"
	"slices"
	"strings"

	utilvalidation "k8s.io/apimachinery/pkg/util/validation"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// A form is what a text must look like.
type form struct {
	what, hint string
	// faults are Kubernetes' own reasons; none if the text is right.
	faults func(text string) []string
}

func (x form) check(f *rule.Finder, value string, at manifest.Place) {
	if len(x.faults(value)) > 0 {
		f.Report(at, x.hint, "%s is %q, which is no %s", lastStep(at.InObject()), value, x.what)
	}
}

// checkKey looks at a key, or at a part of a value, which needs no name.
func (x form) checkKey(f *rule.Finder, key string, at manifest.Place) {
	if len(x.faults(key)) > 0 {
		f.Report(at, x.hint, "%q is no %s", key, x.what)
	}
}

var (
	label = form{"DNS label", "use at most 63 lower case letters, digits and dashes; begin and end with a letter or a digit", utilvalidation.IsDNS1123Label}
	// letterLabel is a Service's name before 1.36.
	letterLabel = form{"DNS label that begins with a letter", "use at most 63 lower case letters, digits and dashes; begin with a letter", utilvalidation.IsDNS1035Label}
	subdomain   = form{"DNS name", "use lower case letters, digits, dashes and dots; begin and end with a letter or a digit", utilvalidation.IsDNS1123Subdomain}
	portName    = form{"name of a port", "use at most 15 lower case letters, digits and single dashes, at least one of them a letter", utilvalidation.IsValidPortName}
	key         = form{"key of labels", "use at most 63 letters, digits, dashes, underscores and dots, after a DNS name and a slash if need be", utilvalidation.IsQualifiedName}
	labelValue  = form{"value of a label", "use at most 63 letters, digits, dashes, underscores and dots; begin and end with a letter or a digit", utilvalidation.IsValidLabelValue}
	dataKey     = form{"key of a ConfigMap or a Secret", "use letters, digits, dashes, underscores and dots", utilvalidation.IsConfigMapKey}
	variable    = form{"name of a variable", "use printable ASCII characters without =", utilvalidation.IsRelaxedEnvVarName}
	header      = form{"name of an HTTP header", "use letters, digits and dashes", utilvalidation.IsHTTPHeaderName}
	segment     = form{"name", "leave slashes and percent signs out", pathSegment}
	localPath   = form{"path inside the volume", "name a path without a slash at its start, without .. and without a first part that starts with ..", localFaults}
	upward      = form{"path without ..", "name the path itself", upwardFaults}
	relative    = form{"path inside the profiles of the worker", "name a path without a slash at its start and without ..", relativeFaults}
	absolute    = form{"absolute path", "begin it with a slash", absoluteFaults}
	address     = form{"IP address", "write it as in 10.1.0.1", addressFaults}
	search      = form{"DNS name", "use lower case letters, digits, dashes, underscores and dots", searchFaults}
	driver      = form{"DNS name", "use letters, digits, dashes and dots; begin and end with a letter or a digit", driverFaults}
	lowerKey    = form{"lower case name with or without a domain", "use lower case letters, digits, dashes and dots, after a DNS name and a slash if need be", lowerKeyFaults}
)

// forms are those of fields that may be empty, and of the items of lists.
var forms = map[string]form{
	"CSIVolumeSource.driver":                  driver,
	"ConfigMapKeySelector.key":                dataKey,
	"Container.name":                          label,
	"ContainerPort.name":                      portName,
	"DownwardAPIVolumeFile.path":              localPath,
	"EnvFromSource.prefix":                    variable,
	"EnvVar.name":                             variable,
	"HTTPHeader.name":                         header,
	"HostAlias.ip":                            address,
	"HostAlias.hostnames":                     subdomain,
	"HostPathVolumeSource.path":               upward,
	"KeyToPath.path":                          localPath,
	"NFSVolumeSource.path":                    absolute,
	"PodAffinityTerm.namespaces":              label,
	"PodAffinityTerm.topologyKey":             key,
	"PodDNSConfig.nameservers":                address,
	"PodReadinessGate.conditionType":          key,
	"PodSpec.hostname":                        label,
	"PodSpec.nodeName":                        subdomain,
	"PodSpec.priorityClassName":               subdomain,
	"PodSpec.runtimeClassName":                subdomain,
	"PodSpec.serviceAccountName":              subdomain,
	"PodSpec.subdomain":                       label,
	"SecretKeySelector.key":                   dataKey,
	"SeccompProfile.localhostProfile":         relative,
	"ServiceAccountTokenProjection.path":      localPath,
	"Toleration.value":                        labelValue,
	"PodDNSConfig.searches":                   search,
	"VolumeDevice.devicePath":                 upward,
	"TopologySelectorLabelRequirement.key":    key,
	"Toleration.key":                          key,
	"TopologySpreadConstraint.matchLabelKeys": key,
	"PodAffinityTerm.matchLabelKeys":          key,
	"PodAffinityTerm.mismatchLabelKeys":       key,
	"Volume.name":                             label,

	"ConfigMapEnvSource.name":                             subdomain,
	"ConfigMapKeySelector.name":                           subdomain,
	"SecretEnvSource.name":                                subdomain,
	"SecretKeySelector.name":                              subdomain,
	"PersistentVolumeClaimSpec.storageClassName":          subdomain,
	"PersistentVolumeClaimSpec.volumeAttributesClassName": subdomain,
	"StorageClass.provisioner":                            lowerKey,

	"StatefulSetSpec.serviceName":   label,
	"ServicePort.name":              label,
	"ServicePort.appProtocol":       key,
	"ServiceSpec.externalIPs":       address,
	"ServiceSpec.externalName":      subdomain,
	"ServiceSpec.loadBalancerClass": key,

	"IngressServiceBackend.name":   label,
	"IngressSpec.ingressClassName": subdomain,
	"IngressTLS.secretName":        subdomain,
	"ServiceBackendPort.name":      portName,

	"CrossVersionObjectReference.kind":            segment,
	"CrossVersionObjectReference.name":            segment,
	"MetricIdentifier.name":                       segment,
	"ContainerResourceMetricSource.container":     label,
	"RoleRef.name":                                segment,
	"PodFailurePolicyOnPodConditionsPattern.type": key,
}

func pathSegment(text string) (faults []string) {
	if text == "." || text == ".." || strings.ContainsAny(text, "/%") {
		faults = append(faults, "is no part of a path")
	}
	return faults
}

func upwardFaults(text string) (faults []string) {
	if slices.Contains(strings.Split(text, "/"), "..") {
		faults = append(faults, "leaves its folder")
	}
	return faults
}

func relativeFaults(text string) []string {
	faults := upwardFaults(text)
	if path.IsAbs(text) {
		faults = append(faults, "is absolute")
	}
	return faults
}

func localFaults(text string) []string {
	faults := relativeFaults(text)
	if strings.HasPrefix(text, "..") {
		faults = append(faults, "is reserved")
	}
	return faults
}

func absoluteFaults(text string) (faults []string) {
	if !path.IsAbs(text) {
		faults = append(faults, "is relative")
	}
	return faults
}

func addressFaults(text string) (faults []string) {
	for _, err := range utilvalidation.IsValidIPForLegacyField(nil, text, false, nil) {
		faults = append(faults, err.Detail)
	}
	return faults
}

// searchFaults lets the root pass, and a dot at the end.
func searchFaults(text string) []string {
	if text == "." {
		return nil
	}
	return utilvalidation.IsDNS1123SubdomainWithUnderscore(strings.TrimSuffix(text, "."))
}

func driverFaults(text string) []string {
	return utilvalidation.IsDNS1123Subdomain(strings.ToLower(text))
}

func lowerKeyFaults(text string) []string {
	return utilvalidation.IsQualifiedName(strings.ToLower(text))
}
