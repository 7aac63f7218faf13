// Package manifest is the one reader of Kubernetes documents: what an object, a workload,
// an image, a secret is, and where it stands, is said here, and the checks and the review
// ask.
package manifest

import "time"

// File is one file of an environment: its path below the environment's folder,
// slash-separated, and its bytes. For loose files the path is the one given.
type File struct {
	Path string
	Data []byte
}

// Facts is all that the checks know of an environment besides its files.
type Facts struct {
	// Environment is its name; empty for loose files.
	Environment string
	// Namespace is the one of the environment. Default: the one that most of its objects name.
	Namespace string
	// Cluster is the name of the cluster, by which environments are checked
	// for clashes; empty for a cluster of its own.
	Cluster string
	// Server is the address of the cluster's API server, empty if unknown: environments with one
	// server share a cluster, unless both name theirs.
	Server string
	// Platform is "kubernetes" or "openshift".
	Platform string
	// Domain is the DNS domain of the cluster. Default: cluster.local.
	Domain string
	// KubernetesVersion is the minor, as in "1.34".
	KubernetesVersion string
	// ProductVersion is the version of Spotfire Streaming, as in "11.1"; empty if unknown.
	ProductVersion string
	// Trusts are the other applications that each application is to trust, by their names.
	Trusts map[string][]string
	// DiscoveryDistrusted are the applications that are not to trust the names of the Services
	// which nodes make for themselves.
	DiscoveryDistrusted map[string]bool
	// RegistryInsecure says that images come from a registry without TLS.
	RegistryInsecure bool
	// GitOps says that a controller is to sync the files.
	GitOps bool
	// Schemas are CustomResourceDefinitions or JSON Schemas for further kinds.
	Schemas []File
	Policy  Policy
	// Today is the day against which exceptions expire.
	Today time.Time
}

// Policy is what an environment demands of its manifests.
type Policy struct {
	// PodSecurity is "privileged", "baseline" or "restricted".
	PodSecurity       string
	RequireDigest     bool
	AllowedRegistries []string
	Exceptions        []Exception
}

// Exception accepts the problems that one rule finds in one object.
type Exception struct {
	Rule     string
	Resource string
	Reason   string
	// Expires is the last day on which it holds; zero for ever.
	Expires time.Time
}
