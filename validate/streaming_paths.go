package validate

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// A mounted path of a container: the volume behind it and the path inside it.
type mounted struct {
	volume *corev1.Volume
	inside string
	exact  bool
}

// mount finds what lies at a path of the container; ok is false if nothing is
// mounted there.
func (n *node) mount(name string) (found mounted, ok bool) {
	longest := -1
	for _, m := range n.VolumeMounts {
		inside, below := strings.CutPrefix(path.Clean(name)+"/", strings.TrimSuffix(path.Clean(m.MountPath), "/")+"/")
		if !below || len(m.MountPath) <= longest {
			continue
		}
		longest = len(m.MountPath)
		volume := n.volume(m.Name)
		inside = strings.TrimSuffix(inside, "/")
		found, ok = mounted{volume, strings.Trim(m.SubPath+"/"+inside, "/"), inside == ""}, n.hasVolume(m.Name)
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
func (s *subject) mountedText(n *node, variable string) (string, place, bool) {
	name, ok := n.expand(variable, n.hostname(n.first))
	if !ok {
		return "", place{}, false
	}
	m, ok := n.mount(name)
	if !ok || m.volume == nil || m.volume.ConfigMap == nil {
		return "", place{}, false
	}
	o, config := s.configMap(n.namespace, m.volume.ConfigMap.Name)
	if config == nil {
		return "", place{}, false
	}
	text, ok := config.Data[m.key()]
	return text, o.key("data", m.key()), ok
}

func findNoPath(s *subject, r *report) {
	for _, n := range s.nodes {
		for _, variable := range []string{envNodeDeploy, envSubstFile, envKeystore, envDeployDirs} {
			value, ok := n.expand(variable, n.hostname(n.first))
			if !ok || value == "" {
				continue
			}
			_, field := n.env(variable)
			names := []string{value}
			if variable == envDeployDirs {
				names = strings.FieldsFunc(value, func(c rune) bool { return c == ',' || c == ':' })
			}
			for _, name := range names {
				if fault := s.pathFault(n, name, variable == envDeployDirs); fault != "" {
					r.add(n.at(field+".value"), "mount a ConfigMap or a Secret that holds it, or correct the path", "%s names %q, %s", variable, name, fault)
				}
			}
		}
	}
}

// pathFault says why nothing is at a path; what a Secret holds cannot be known.
func (s *subject) pathFault(n *node, name string, folder bool) string {
	m, ok := n.mount(name)
	if !ok {
		return "where nothing is mounted"
	}
	if m.volume == nil || m.volume.ConfigMap == nil || folder && m.exact {
		return ""
	}
	_, config := s.configMap(n.namespace, m.volume.ConfigMap.Name)
	if config == nil || hasKey(config, m.key()) {
		return ""
	}
	return fmt.Sprintf("which ConfigMap %q does not hold", m.volume.ConfigMap.Name)
}

// findNoLicense knows the ways in which a node of 11.2 or later gets a licence: a
// folder of licence files, or the address of an activation service.
func findNoLicense(s *subject, r *report) {
	if !needsLicense(s.facts.ProductVersion) {
		return
	}
	for _, n := range s.nodes {
		mounts := slices.ContainsFunc(n.VolumeMounts, func(m corev1.VolumeMount) bool {
			return strings.Contains(m.MountPath, "license") || strings.Contains(m.MountPath, "licence")
		})
		if !mounts && !s.activates(n) {
			r.add(n.at(n.container.field+".volumeMounts"), "set license.secret, or name the activation service in a file of security.include",
				"product version %s does not start without a licence, and nothing is mounted for %s", s.facts.ProductVersion, n.manifest())
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
