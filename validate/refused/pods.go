package refused

import (
	"regexp"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

func checkPod(f *rule.Finder, pod *corev1.PodSpec, at manifest.Place) {
	checkContainerNames(f, pod, at)
	checkLabels(f, pod.NodeSelector, at.Below("nodeSelector"))
	if resources := pod.Resources; resources != nil {
		checkResources(f, resources.Requests, resources.Limits, at.Below("resources"))
	}
	for i := range pod.Containers {
		checkProbes(f, &pod.Containers[i], pod, at.Below("containers").Item(i))
	}
	for i := range pod.InitContainers {
		if c := &pod.InitContainers[i]; c.RestartPolicy == nil || *c.RestartPolicy != corev1.ContainerRestartPolicyAlways {
			checkInit(f, c, at.Below("initContainers").Item(i))
		}
	}
	checkQuantities(f, pod.Overhead, at.Below("overhead"))
	if pod.DNSPolicy == corev1.DNSNone && (pod.DNSConfig == nil || len(pod.DNSConfig.Nameservers) == 0) {
		f.Report(at.Below("dnsConfig"), "add dnsConfig.nameservers, or use another dnsPolicy", "dnsPolicy is None, and dnsConfig names no server")
	}
	checkHostShares(f, pod, at)
}

// checkHostShares looks at what a pod shares with its worker.
func checkHostShares(f *rule.Finder, pod *corev1.PodSpec, at manifest.Place) {
	if pod.HostPID && pod.ShareProcessNamespace != nil && *pod.ShareProcessNamespace {
		f.Report(at.Below("shareProcessNamespace"), "leave one of the two out", "the pod has both hostPID and shareProcessNamespace")
	}
	if !pod.HostNetwork {
		return
	}
	for i, c := range pod.Containers {
		for j, port := range c.Ports {
			if port.HostPort != 0 && port.HostPort != port.ContainerPort {
				f.Report(at.Below("containers").Item(i).Below("ports").Item(j).Below("hostPort"), "make both the same, or leave hostPort out", "hostPort is %d and containerPort %d: with hostNetwork, both must be equal", port.HostPort, port.ContainerPort)
			}
		}
	}
}

func checkContainerNames(f *rule.Finder, pod *corev1.PodSpec, at manifest.Place) {
	seen := map[string]bool{}
	for _, list := range []struct {
		field      string
		containers []corev1.Container
	}{{"initContainers", pod.InitContainers}, {"containers", pod.Containers}} {
		for i, c := range list.containers {
			if c.Name != "" && seen[c.Name] {
				f.Report(at.Below(list.field).Item(i).Below("name"), "use another name", "two containers have the name %q", c.Name)
			}
			seen[c.Name] = true
		}
	}
}

// checkInit looks at a container that ends before the others start.
func checkInit(f *rule.Finder, c *corev1.Container, at manifest.Place) {
	for field, set := range map[string]bool{
		"livenessProbe": c.LivenessProbe != nil, "readinessProbe": c.ReadinessProbe != nil, "startupProbe": c.StartupProbe != nil,
		"lifecycle": c.Lifecycle != nil && (c.Lifecycle.PreStop != nil || c.Lifecycle.PostStart != nil),
	} {
		if set {
			f.Report(at.Below(field), "leave it out, or add restartPolicy: Always", "an init container has no %s", field)
		}
	}
}

func checkSpread(f *rule.Finder, spread *corev1.TopologySpreadConstraint, at manifest.Place) {
	if spread.MinDomains != nil && spread.WhenUnsatisfiable != corev1.DoNotSchedule {
		f.Report(at.Below("minDomains"), "use whenUnsatisfiable: DoNotSchedule, or leave minDomains out", "minDomains needs whenUnsatisfiable: DoNotSchedule")
	}
}

// selectors are the operators that want values, and how many; -1 is any number but none.
var selectors = map[corev1.NodeSelectorOperator]int{
	corev1.NodeSelectorOpIn: -1, corev1.NodeSelectorOpNotIn: -1, corev1.NodeSelectorOpGt: 1, corev1.NodeSelectorOpLt: 1,
	corev1.NodeSelectorOpExists: 0, corev1.NodeSelectorOpDoesNotExist: 0,
}

// checkNodeSelector looks at values that workers must have; one that is only preferred may
// be none.
func checkNodeSelector(f *rule.Finder, selector *corev1.NodeSelector, at manifest.Place) {
	for i, term := range selector.NodeSelectorTerms {
		for j, one := range term.MatchExpressions {
			for k, value := range one.Values {
				labelValue.check(f, value, at.Below("nodeSelectorTerms").Item(i).Below("matchExpressions").Item(j).Below("values").Item(k))
			}
		}
	}
}

func checkNodeSelectorTerm(f *rule.Finder, term *corev1.NodeSelectorTerm, at manifest.Place) {
	for i, one := range term.MatchExpressions {
		where := at.Below("matchExpressions").Item(i)
		key.check(f, one.Key, where.Below("key"))
		want, known := selectors[one.Operator]
		switch got := len(one.Values); {
		case !known:
		case want < 0 && got == 0:
			f.Report(where.Below("values"), "name at least one value", "operator %s needs values", one.Operator)
		case want >= 0 && got != want:
			f.Report(where.Below("values"), "leave out what is too much, or use operator: In", "operator %s takes %s, and there are %d", one.Operator, rule.Counted(want, "value"), got)
		}
	}
	for i, one := range term.MatchFields {
		where := at.Below("matchFields").Item(i)
		if one.Key != "metadata.name" {
			f.Report(where.Below("key"), "use metadata.name, or matchExpressions for labels", "key is %q, and a field of a worker can only be metadata.name", one.Key)
		}
		if one.Operator != corev1.NodeSelectorOpIn && one.Operator != corev1.NodeSelectorOpNotIn {
			f.Report(where.Below("operator"), "use In or NotIn", "operator is %q, and none of In, NotIn", one.Operator)
		} else if len(one.Values) != 1 {
			f.Report(where.Below("values"), "name one value", "a field of a worker is compared with one value, and there are %d", len(one.Values))
		}
		for j, value := range one.Values {
			subdomain.check(f, value, where.Below("values").Item(j))
		}
	}
}

const (
	maxNameservers = 3
	maxSearches    = 32
)

func checkDNS(f *rule.Finder, dns *corev1.PodDNSConfig, at manifest.Place) {
	if n := len(dns.Nameservers); n > maxNameservers {
		f.Report(at.Below("nameservers"), "keep 3", "there are %d name servers, and must be at most %d", n, maxNameservers)
	}
	if n := len(dns.Searches); n > maxSearches {
		f.Report(at.Below("searches"), "keep 32", "there are %d search domains, and must be at most %d", n, maxSearches)
	}
	for i, option := range dns.Options {
		if option.Name == "" {
			f.Report(at.Below("options").Item(i).Below("name"), "name the option", "name is empty")
		}
	}
}

func checkToleration(f *rule.Finder, toleration *corev1.Toleration, at manifest.Place) {
	exists := toleration.Operator == corev1.TolerationOpExists
	switch {
	case exists && toleration.Value != "":
		f.Report(at.Below("value"), "leave the value out, or use operator: Equal", "a toleration with operator Exists has a value, %q", toleration.Value)
	case !exists && toleration.Key == "":
		f.Report(at.Below("operator"), "add operator: Exists, which tolerates every taint, or a key", "a toleration without a key needs operator Exists")
	}
	if toleration.TolerationSeconds != nil && toleration.Effect != corev1.TaintEffectNoExecute {
		f.Report(at.Below("effect"), "use effect: NoExecute, or leave tolerationSeconds out", "a toleration with tolerationSeconds needs effect NoExecute")
	}
}

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
