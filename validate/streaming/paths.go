package streaming

import (
	"fmt"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// A mounted path of a container: the volume behind it and the path inside it.
type mounted struct {
	volume *corev1.Volume
	inside string
	exact  bool
}

// mount finds what lies at a path of the container; ok is false if nothing is
// mounted there.
func (n *Node) mount(name string) (found mounted, ok bool) {
	longest := -1
	for _, m := range n.Main.VolumeMounts {
		inside, below := strings.CutPrefix(path.Clean(name)+"/", strings.TrimSuffix(path.Clean(m.MountPath), "/")+"/")
		if !below || len(m.MountPath) <= longest {
			continue
		}
		longest = len(m.MountPath)
		volume := n.Volume(m.Name)
		inside = strings.TrimSuffix(inside, "/")
		found, ok = mounted{volume, strings.Trim(m.SubPath+"/"+inside, "/"), inside == ""}, n.Mountable(m.Name)
	}
	return found, ok
}

// key is the key of a ConfigMap that is mounted at a path; it is empty if the path
// is that of the volume as a whole.
func (m mounted) key() string {
	if m.volume == nil || m.volume.ConfigMap == nil {
		return ""
	}
	for _, item := range m.volume.ConfigMap.Items {
		if item.Path == m.inside {
			return item.Key
		}
	}
	if len(m.volume.ConfigMap.Items) > 0 {
		return ""
	}
	return m.inside
}

// mountedText is the text of a file of the container that comes from a ConfigMap,
// and the place of the text.
func (n *Node) mountedText(variable string) (text string, at manifest.Place, ok bool) {
	name, ok := n.variable(variable)
	if !ok {
		return "", at, false
	}
	m, ok := n.mount(name)
	if !ok || m.volume == nil || m.volume.ConfigMap == nil {
		return "", at, false
	}
	config := n.set.ConfigMap(n.Namespace, m.volume.ConfigMap.Name)
	if config.Value == nil {
		return "", at, false
	}
	text, ok = config.Value.Data[m.key()]
	return text, config.Entry("data", m.key()), ok
}

var noPath = row{Rule: rule.Rule{
	ID: "EF412", Severity: rule.Error, Title: "a STREAMING_ path leads nowhere",
	Why:     "a node does not start if a file that it is told to read is not there",
	Example: "STREAMING_NODEDEPLOY: /var/opt/tibco/streambase/configuration/nodes.conf   # the key is node.conf",
	Fix:     "STREAMING_NODEDEPLOY: /var/opt/tibco/streambase/configuration/node.conf",
}, Check: findNoPath}

func findNoPath(set *manifest.Set, f *rule.Finder) {
	for _, n := range NodesOf(set) {
		for _, variable := range []string{envNodeDeploy, envSubstitutionFile, envKeystore, envDeployDirectories} {
			value, ok := n.variable(variable)
			if !ok || value == "" {
				continue
			}
			_, field := n.Main.Variable(variable)
			names := []string{value}
			if variable == envDeployDirectories {
				names = strings.FieldsFunc(value, func(c rune) bool { return c == ',' || c == ':' })
			}
			for _, name := range names {
				if fault := n.pathFault(name, variable == envDeployDirectories); fault != "" {
					f.Report(n.At(field+".value"), "mount a ConfigMap or a Secret that holds it, or correct the path", "%s names %q, %s", variable, name, fault)
				}
			}
		}
	}
}

// pathFault says why nothing is at a path; what a Secret holds cannot be known.
func (n *Node) pathFault(name string, folder bool) string {
	m, ok := n.mount(name)
	if !ok {
		return "where nothing is mounted"
	}
	if m.volume == nil || m.volume.ConfigMap == nil || folder && m.exact {
		return ""
	}
	config := n.set.ConfigMap(n.Namespace, m.volume.ConfigMap.Name)
	if config.Value == nil || manifest.HasKey(config.Value, m.key()) {
		return ""
	}
	return fmt.Sprintf("which ConfigMap %q does not hold", m.volume.ConfigMap.Name)
}
