package refused

import (
	"regexp"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

func checkSecurityContext(f *rule.Finder, security *corev1.SecurityContext, at manifest.Place) {
	escalates := security.AllowPrivilegeEscalation
	if escalates == nil || *escalates {
		return
	}
	where := at.Below("allowPrivilegeEscalation")
	if security.Privileged != nil && *security.Privileged {
		f.Report(where, "leave privileged out", "a privileged container can escalate, and says that it cannot")
	}
	if security.Capabilities == nil {
		return
	}
	for _, capability := range security.Capabilities.Add {
		if capability == "CAP_SYS_ADMIN" {
			f.Report(where, "leave the capability out", "a container with %s can escalate, and says that it cannot", capability)
		}
	}
}

func checkPodSecurityContext(f *rule.Finder, security *corev1.PodSecurityContext, at manifest.Place) {
	for i, group := range security.SupplementalGroups {
		if group < ids.least || group > ids.most {
			f.Report(at.Below("supplementalGroups").Item(i), "use the number of a user or a group", "%d is no number from 0 to %d", group, ids.most)
		}
	}
}

func checkSeccomp(f *rule.Finder, profile *corev1.SeccompProfile, at manifest.Place) {
	local := profile.Type == corev1.SeccompProfileTypeLocalhost
	// An empty name is the folder of profiles itself, which the server accepts.
	if name := profile.LocalhostProfile; !local || name == nil {
		checkProfile(f, local, name, at)
	}
}

func checkAppArmor(f *rule.Finder, profile *corev1.AppArmorProfile, at manifest.Place) {
	checkProfile(f, profile.Type == corev1.AppArmorProfileTypeLocalhost, profile.LocalhostProfile, at)
}

func checkProfile(f *rule.Finder, local bool, name *string, at manifest.Place) {
	switch where := at.Below("localhostProfile"); {
	case local && (name == nil || *name == ""):
		f.Report(where, "name the profile on the worker", "type Localhost needs a localhostProfile")
	case !local && name != nil:
		f.Report(where, "leave it out, or use type: Localhost", "localhostProfile is for type Localhost")
	}
}

// setting is the name of a kernel setting, in parts that dots or slashes part.
var setting = regexp.MustCompile(`^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*([a-z0-9][-_a-z0-9]*)?[a-z0-9]$`)

const maxSetting = 253

func checkSysctl(f *rule.Finder, sysctl *corev1.Sysctl, at manifest.Place) {
	if name := sysctl.Name; name != "" && (len(name) > maxSetting || !setting.MatchString(name)) {
		f.Report(at.Below("name"), "write it as in net.core.somaxconn", "name is %q, which is no kernel setting", name)
	}
}
