package streaming

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

var noLicense = row{Rule: rule.Rule{
	ID: "EF413", Severity: rule.Error, Title: "no licence",
	Why:     "from product version 11.2 on a node does not start without a licence file or an activation service",
	Example: "productVersion: \"11.2\"   # and no license",
	Fix:     "license: {secret: streaming-license}",
}, Check: findNoLicense}

// findNoLicense knows the ways in which a node of 11.2 or later gets a licence: a
// folder of licence files, or the address of an activation service.
func findNoLicense(set *manifest.Set, f *rule.Finder) {
	if !needsLicense(set.Facts().ProductVersion) {
		return
	}
	for _, n := range NodesOf(set) {
		mounts := slices.ContainsFunc(n.Main.VolumeMounts, func(m corev1.VolumeMount) bool {
			return strings.Contains(m.MountPath, "license") || strings.Contains(m.MountPath, "licence")
		})
		if !mounts && !n.activates() {
			f.Report(n.At(n.Main.Field+".volumeMounts"), "set license.secret, or name the activation service in a file of security.include",
				"product version %s does not start without a licence, and nothing is mounted for %s", set.Facts().ProductVersion, n.Manifest())
		}
	}
}

func needsLicense(version string) bool {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	x, errX := strconv.Atoi(major)
	y, errY := strconv.Atoi(minor)
	return errX == nil && (x > 11 || x == 11 && errY == nil && y >= 2)
}

// activates reports whether a configuration of the node names an activation service.
func (n *Node) activates() bool {
	for _, c := range n.Configurations() {
		for path := range c.Root.Texts() {
			if slices.ContainsFunc(path, func(step rule.Step) bool { return step.Key == "activationServiceURLs" }) {
				return true
			}
		}
	}
	return false
}
