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
	ID: "EF413", Severity: rule.Warning, Title: "a licence that may not be found",
	Why:     "from product version 11.2 on a node does not start without a licence. A licence configuration in the application archive, which the vendor's samples have, wins over licence files, and one that the node deploys wins over that; the cluster monitor takes licence files only",
	Example: "productVersion: \"11.2\"   # and no license, or license: {secret: streaming-license} alone",
	Fix:     "license: {urls: [\"https://activation.example.com\"]}; or an exception with the reason: the archive names the right licence, or none",
}, Check: findNoLicense}

// findNoLicense knows the ways in which a node of 11.2 or later gets a licence. Where nobody
// says the version, whoever mounts a licence has one that needs it.
func findNoLicense(set *manifest.Set, f *rule.Finder) {
	version := set.Facts().ProductVersion
	if version != "" && !needsLicense(version) {
		return
	}
	for _, n := range NodesOf(set) {
		file := n.licenseFile()
		at := n.At(n.Main.Field + ".volumeMounts")
		archived := n.licenses(func(c *Configuration) bool { return !c.Embedded && c.At.Object() == nil })
		switch {
		case n.licenses(func(c *Configuration) bool { return c.Embedded }) && !n.IsMonitor:
		case file != "" && n.IsMonitor:
		case file != "" && archived:
			f.Report(at, "name the activation services in that configuration, or leave it out of the archive",
				"the licence configuration in the archive of %s wins over the licence files in %s, which change nothing", n.Manifest(), file)
		case file != "":
			f.Report(at, "write license.urls, or except the rule with a reason if the archive has none",
				"a licence configuration in the archive of %s, which the vendor's samples have, would win over the licence files in %s", n.Manifest(), file)
		case version == "" || archived && !n.IsMonitor:
		case n.IsMonitor:
			f.Report(at, "set license.secret: the cluster monitor takes licence files only",
				"product version %s does not start without a licence, and no licence file is mounted for %s", version, n.Manifest())
		default:
			f.Report(at, "set license.urls, or license.secret for licence files; or except the rule with a reason if the archive names a licence",
				"product version %s does not start without a licence, and nothing but the archive can name one for %s", version, n.Manifest())
		}
	}
}

// licenseFile is the folder of licence files that the node has mounted, empty if there is none.
func (n *Node) licenseFile() string {
	i := slices.IndexFunc(n.Main.VolumeMounts, func(m corev1.VolumeMount) bool {
		return strings.Contains(m.MountPath, "license") || strings.Contains(m.MountPath, "licence")
	})
	if i < 0 {
		return ""
	}
	return n.Main.VolumeMounts[i].MountPath
}

// licenses reports whether one of the node's configurations of a sort is for licences.
func (n *Node) licenses(isOfSort func(*Configuration) bool) bool {
	return slices.ContainsFunc(n.Configurations(), func(c *Configuration) bool {
		return isOfSort(c) && c.Text("type") == TypeLicensing
	})
}

func needsLicense(version string) bool {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	x, errX := strconv.Atoi(major)
	y, errY := strconv.Atoi(minor)
	return errX == nil && (x > 11 || x == 11 && errY == nil && y >= 2)
}
