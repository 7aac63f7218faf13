package manifest

import "strings"

// An Image is a reference to a container image, split into its parts.
type Image struct {
	// Repository is all before the tag and the digest, registry included.
	Repository, Tag, Digest string
}

// ParseImage splits a reference into its parts; a part that is missing is empty.
func ParseImage(reference string) (i Image) {
	i.Repository, i.Digest, _ = strings.Cut(reference, "@")
	slash := strings.LastIndexByte(i.Repository, '/')
	if colon := strings.IndexByte(i.Repository[slash+1:], ':'); colon >= 0 {
		i.Repository, i.Tag = i.Repository[:slash+1+colon], i.Repository[slash+1+colon+1:]
	}
	return i
}

// Resolved is the image with what a container runtime puts before a name without a
// registry: "busybox" is "docker.io/library/busybox".
func (i Image) Resolved() Image {
	if !i.NamesRegistry() {
		i.Repository = "docker.io/" + i.Repository
	}
	host, rest, _ := strings.Cut(i.Repository, "/")
	if host == "index.docker.io" {
		host = "docker.io"
	}
	if host == "docker.io" && !strings.Contains(rest, "/") {
		rest = "library/" + rest
	}
	i.Repository = host + "/" + rest
	return i
}

// Registry is all before the last slash of the repository, empty if there is none.
func (i Image) Registry() string {
	return i.Repository[:max(strings.LastIndexByte(i.Repository, '/'), 0)]
}

// Name is what follows the last slash of the repository.
func (i Image) Name() string {
	return i.Repository[strings.LastIndexByte(i.Repository, '/')+1:]
}

// NamesRegistry reports whether the part before the first slash is a host.
func (i Image) NamesRegistry() bool {
	host, _, found := strings.Cut(i.Repository, "/")
	return found && (strings.ContainsAny(host, ".:") || host == "localhost")
}

// IsBelow reports whether the image is in a registry, or below a path of one.
func (i Image) IsBelow(registry string) bool {
	return strings.HasPrefix(i.Repository, strings.TrimSuffix(registry, "/")+"/")
}
