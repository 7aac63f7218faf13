package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// eachImage calls with the image of every container and every volume.
func eachImage(set *manifest.Set, visit func(text string, i manifest.Image, at manifest.Place)) {
	for _, w := range set.Workloads() {
		for i, volume := range w.Pod.Volumes {
			if volume.Image != nil && volume.Image.Reference != "" {
				at := w.At(rule.Index(w.PodField("volumes"), i) + ".image.reference")
				visit(volume.Image.Reference, manifest.ParseImage(volume.Image.Reference), at)
			}
		}
		for _, c := range w.Containers() {
			visit(c.Image, manifest.ParseImage(c.Image), w.At(c.Field+".image"))
		}
	}
}

var untaggedImages = row{Rule: rule.Rule{
	ID: "EF502", Severity: rule.Error, Title: "an image without tag and digest",
	Why:     "without both, Kubernetes pulls the tag latest, which can be another image every time",
	Example: "image: registry.example.com/flow",
	Fix:     "image: registry.example.com/flow:1.0.0",
}, Check: findUntaggedImages}

func findUntaggedImages(set *manifest.Set, f *rule.Finder) {
	eachImage(set, func(text string, i manifest.Image, at manifest.Place) {
		if i.Tag == "" && i.Digest == "" {
			f.Report(at, "add the tag of a release, or a digest", "image %q has neither tag nor digest", text)
		}
	})
}

var latestImages = row{Rule: rule.Rule{
	ID: "EF503", Severity: rule.Error, Title: "an image tagged latest",
	Why:     "nobody can tell which image runs, nodes of one cluster run different ones, and there is no way back",
	Example: "image: registry.example.com/flow:latest",
	Fix:     "image: registry.example.com/flow:1.0.0",
}, Check: findLatestImages}

func findLatestImages(set *manifest.Set, f *rule.Finder) {
	eachImage(set, func(text string, i manifest.Image, at manifest.Place) {
		if i.Tag == "latest" && i.Digest == "" {
			f.Report(at, "use the tag of a release, or a digest", "image %q is whatever is latest", text)
		}
	})
}

var imagesWithoutDigest = row{Rule: rule.Rule{
	ID: "EF504", Severity: rule.Error, Title: "an image without a digest",
	Why:     "a tag can be moved to another image; policy.requireDigest demands the one that was reviewed",
	Example: "image: registry.example.com/flow:1.0.0   # with policy: {requireDigest: true}",
	Fix:     "image: registry.example.com/flow:1.0.0@sha256:…",
}, Check: findImagesWithoutDigest}

func findImagesWithoutDigest(set *manifest.Set, f *rule.Finder) {
	if !set.Facts().Policy.RequireDigest {
		return
	}
	eachImage(set, func(text string, i manifest.Image, at manifest.Place) {
		if i.Digest == "" {
			f.Report(at, "add image.digest", "image %q has no digest, which policy.requireDigest demands", text)
		}
	})
}

var foreignImages = row{Rule: rule.Rule{
	ID: "EF505", Severity: rule.Error, Title: "an image from a registry that is not allowed",
	Why:     "policy.allowedRegistries says whose images may run",
	Example: "image: docker.io/someone/flow:1.0.0   # with policy: {allowedRegistries: [registry.example.com]}",
	Fix:     "image: registry.example.com/flow:1.0.0",
}, Check: findForeignImages}

func findForeignImages(set *manifest.Set, f *rule.Finder) {
	allowed := set.Facts().Policy.AllowedRegistries
	if len(allowed) == 0 {
		return
	}
	eachImage(set, func(text string, i manifest.Image, at manifest.Place) {
		switch {
		case !i.NamesRegistry():
			f.Report(at, "name one of policy.allowedRegistries", "image %q names no registry, and only %s are allowed", text, quoted(allowed))
		case !slices.ContainsFunc(allowed, i.IsBelow):
			f.Report(at, "use an image of one of policy.allowedRegistries", "image %q is from none of the allowed registries %s", text, quoted(allowed))
		}
	})
}

// maxQuoted is how many texts a message lists, which is said of every image.
const maxQuoted = 10

// quoted lists the first texts in quotation marks.
func quoted(list []string) string {
	var all []string
	for _, item := range list[:min(len(list), maxQuoted)] {
		all = append(all, strconv.Quote(item))
	}
	text := strings.Join(all, ", ")
	if more := len(list) - maxQuoted; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
