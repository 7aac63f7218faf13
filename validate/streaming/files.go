package streaming

import (
	"path"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// The folders of an application in a Maven project, which are side by side.
const (
	mavenManifests      = "kubernetes"
	mavenConfigurations = "configurations"
)

// applicationFolder is the folder of the application that a file in a folder belongs to: that
// folder, or, for loose files in Maven's layout, the one around it.
func applicationFolder(set *manifest.Set, folder string) string {
	if base := path.Base(folder); set.Facts().Environment == "" && (base == mavenManifests || base == mavenConfigurations) {
		return path.Dir(folder)
	}
	return folder
}

// inFiles are .conf files; those beside a node's manifest are for its image.
func inFiles(set *manifest.Set) (all []*Configuration) {
	beside := map[string][]*Node{}
	for _, n := range NodesOf(set) {
		if folder := applicationFolder(set, n.Folder()); !n.IsMonitor {
			beside[folder] = append(beside[folder], n)
		}
	}
	for _, name := range set.Paths() {
		if IsFile(name) {
			file, _ := set.File(name)
			c := newConfiguration(string(file.Data), manifest.InFile(name, 0), beside[applicationFolder(set, path.Dir(name))]...)
			looksOwn := path.Base(name) == securityFile || c.Root.Get("configuration") != nil || c.Text("type") != ""
			c.foreign = !looksOwn && !saysStreaming().Match(file.Data)
			all = append(all, c)
		}
	}
	return all
}

var noNodeFound = row{Rule: rule.Rule{
	ID: "EF424", Severity: rule.Note, Title: "no node loads a security configuration",
	Why:     "its trusted hosts can be compared only with nodes: with a StatefulSet in the same folder, or in the kubernetes folder beside its configurations folder",
	Example: "efgen validate src/main/configurations",
	Fix:     "efgen validate src/main",
}, Check: findNoNode}

// findNoNode finds loose files alone: in an environment, EF401 misses the node's file.
func findNoNode(set *manifest.Set, f *rule.Finder) {
	for _, c := range ConfigurationsOf(set) {
		if set.Facts().Environment == "" && c.At.Object() == nil && !c.Embedded && len(c.Nodes) == 0 && c.Text("type") == TypeSecurity {
			f.Report(c.On(c.Root, ""), "validate it together with the StatefulSet, in one folder or as src/main of a Maven project",
				"no node was found that loads this configuration: its trusted hosts were not compared with any node's names")
		}
	}
}
