package validate

import (
	"slices"
	"strings"

	"github.com/efgen/efgen/validate/rule"
)

// An image is a reference to a container image, taken apart.
type image struct {
	// repository is all before the tag and the digest, registry included.
	repository, tag, digest string
}

func parseImage(reference string) image {
	name, digest, _ := strings.Cut(reference, "@")
	slash := strings.LastIndexByte(name, '/')
	if colon := strings.LastIndexByte(name, ':'); colon > slash {
		return image{name[:colon], name[colon+1:], digest}
	}
	return image{name, "", digest}
}

// namesRegistry tells whether the part before the first slash is a host.
func (i image) namesRegistry() bool {
	host, _, found := strings.Cut(i.repository, "/")
	return found && (strings.ContainsAny(host, ".:") || host == "localhost")
}

// below tells whether the image is in a registry, or below a path of one.
func (i image) below(registry string) bool {
	return strings.HasPrefix(i.repository, strings.TrimSuffix(registry, "/")+"/")
}

// eachImage calls with the image of every container and every volume.
func (s *subject) eachImage(visit func(text string, i image, at place)) {
	for _, w := range s.allWorkloads {
		for i, volume := range w.pod.Volumes {
			if volume.Image != nil && volume.Image.Reference != "" {
				at := w.at(rule.Index(w.spec("volumes"), i) + ".image.reference")
				visit(volume.Image.Reference, parseImage(volume.Image.Reference), at)
			}
		}
		for _, c := range w.containers() {
			visit(c.Image, parseImage(c.Image), w.at(c.field+".image"))
		}
	}
}

func findUntaggedImages(s *subject, r *report) {
	s.eachImage(func(text string, i image, at place) {
		if i.tag == "" && i.digest == "" {
			r.add(at, "add the tag of a release, or a digest", "image %q has neither tag nor digest", text)
		}
	})
}

func findLatestImages(s *subject, r *report) {
	s.eachImage(func(text string, i image, at place) {
		if i.tag == "latest" && i.digest == "" {
			r.add(at, "use the tag of a release, or a digest", "image %q is whatever is latest", text)
		}
	})
}

func findImagesWithoutDigest(s *subject, r *report) {
	if !s.facts.Policy.RequireDigest {
		return
	}
	s.eachImage(func(text string, i image, at place) {
		if i.digest == "" {
			r.add(at, "add image.digest", "image %q has no digest, which policy.requireDigest demands", text)
		}
	})
}

func findForeignImages(s *subject, r *report) {
	allowed := s.facts.Policy.AllowedRegistries
	if len(allowed) == 0 {
		return
	}
	s.eachImage(func(text string, i image, at place) {
		switch {
		case !i.namesRegistry():
			r.add(at, "name one of policy.allowedRegistries", "image %q names no registry, and only %s are allowed", text, quoted(allowed))
		case !slices.ContainsFunc(allowed, i.below):
			r.add(at, "use an image of one of policy.allowedRegistries", "image %q is from none of the allowed registries %s", text, quoted(allowed))
		}
	})
}
