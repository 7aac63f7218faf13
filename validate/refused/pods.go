package refused

import (
	"math"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

func checkPod(f *rule.Finder, w *manifest.Workload) {
	pod := w.At(w.PodField(""))
	for i, volume := range w.Pod.Volumes {
		checkVolume(f, volume, pod.Below("volumes").Item(i))
	}
	for i, toleration := range w.Pod.Tolerations {
		checkToleration(f, toleration, pod.Below("tolerations").Item(i))
	}
	checkTerms(f, w.Pod.Affinity, pod.Below("affinity"))
	for i, spread := range w.Pod.TopologySpreadConstraints {
		checkSpread(f, spread, pod.Below("topologySpreadConstraints").Item(i))
	}
	for field, weights := range preferences(w.Pod.Affinity) {
		for i, weight := range weights {
			if weight < 1 || weight > 100 {
				at := pod.Below("affinity." + field + ".preferredDuringSchedulingIgnoredDuringExecution").Item(i)
				f.Report(at.Below("weight"), "use 1 to 100", "the weight is %d, and must be from 1 to 100", weight)
			}
		}
	}
	if resources := w.Pod.Resources; resources != nil {
		checkResources(f, resources.Requests, resources.Limits, pod.Below("resources"))
	}
	if security := w.Pod.SecurityContext; security != nil {
		at := pod.Below("securityContext")
		checkID(f, security.RunAsUser, at.Below("runAsUser"))
		checkID(f, security.RunAsGroup, at.Below("runAsGroup"))
		checkID(f, security.FSGroup, at.Below("fsGroup"))
		if policy := security.FSGroupChangePolicy; policy != nil {
			checkWord(f, *policy, at.Below("fsGroupChangePolicy"), corev1.FSGroupChangeOnRootMismatch, corev1.FSGroupChangeAlways)
		}
		for i := range security.SupplementalGroups {
			checkID(f, &security.SupplementalGroups[i], at.Below("supplementalGroups").Item(i))
		}
	}
}

func checkSpread(f *rule.Finder, spread corev1.TopologySpreadConstraint, at manifest.Place) {
	if spread.MaxSkew < 1 {
		f.Report(at.Below("maxSkew"), "use 1 or more", "maxSkew is %d, and must be at least 1", spread.MaxSkew)
	}
	checkWord(f, spread.WhenUnsatisfiable, at.Below("whenUnsatisfiable"), corev1.DoNotSchedule, corev1.ScheduleAnyway)
	checkBlank(f, spread.TopologyKey, at.Below("topologyKey"), "the label of workers that tells places apart")
}

func checkContainer(f *rule.Finder, c manifest.Container, at manifest.Place) {
	checkResources(f, c.Resources.Requests, c.Resources.Limits, at.Below("resources"))
	for i, env := range c.Env {
		checkEnv(f, env, at.Below("env").Item(i))
	}
	for i, from := range c.EnvFrom {
		if n := sources(from); n != 1 {
			f.Report(at.Below("envFrom").Item(i), "name either a ConfigMap or a Secret", "variables are taken from %d sources, and must be from one", n)
		}
	}
	for i, mount := range c.VolumeMounts {
		where := at.Below("volumeMounts").Item(i)
		checkSubPath(f, mount.SubPath, where.Below("subPath"))
		checkSubPath(f, mount.SubPathExpr, where.Below("subPathExpr"))
		if way := mount.MountPropagation; way != nil {
			checkWord(f, *way, where.Below("mountPropagation"), corev1.MountPropagationNone, corev1.MountPropagationHostToContainer, corev1.MountPropagationBidirectional)
		}
		if slices.ContainsFunc(c.VolumeMounts[:i], func(other corev1.VolumeMount) bool { return other.MountPath == mount.MountPath }) {
			f.Report(where.Below("mountPath"), "use another path, or mount one of the two", "container %q mounts two volumes at %q", c.Name, mount.MountPath)
		}
	}
	if security := c.SecurityContext; security != nil {
		checkID(f, security.RunAsUser, at.Below("securityContext.runAsUser"))
		checkID(f, security.RunAsGroup, at.Below("securityContext.runAsGroup"))
	}
}

func checkEnv(f *rule.Finder, env corev1.EnvVar, at manifest.Place) {
	if env.ValueFrom == nil {
		return
	}
	switch n := sources(*env.ValueFrom); {
	case n != 1:
		f.Report(at.Below("valueFrom"), "name one source, such as secretKeyRef", "variable %q is taken from %d sources, and must be from one", env.Name, n)
	case env.Value != "":
		f.Report(at.Below("valueFrom"), "leave one of the two out", "variable %q has both value and valueFrom", env.Name)
	}
	checkKeys(f, env.ValueFrom, at.Below("valueFrom"))
}

// checkVolume lets a volume without a source pass: it becomes an emptyDir.
func checkVolume(f *rule.Finder, volume corev1.Volume, at manifest.Place) {
	if n := sources(volume.VolumeSource); n > 1 {
		f.Report(at, "make each a volume of its own, or join them in `projected`", "volume %q has %d sources, and must have one", volume.Name, n)
	}
	checkSource(f, volume.VolumeSource, at)
	if empty := volume.EmptyDir; empty != nil && empty.SizeLimit != nil && empty.SizeLimit.Sign() < 0 {
		f.Report(at.Below("emptyDir.sizeLimit"), "use an amount that is not negative", "the size limit is negative: %s", empty.SizeLimit.String())
	}
	if volume.Ephemeral != nil && volume.Ephemeral.VolumeClaimTemplate != nil {
		checkClaim(f, &volume.Ephemeral.VolumeClaimTemplate.Spec, at.Below("ephemeral.volumeClaimTemplate.spec"))
	}
	if volume.Projected == nil {
		return
	}
	for i, source := range volume.Projected.Sources {
		if n := sources(source); n > 1 {
			f.Report(at.Below("projected.sources").Item(i), "make each an item of its own", "one item of volume %q has %d sources, and must have one", volume.Name, n)
		}
	}
}

func checkSubPath(f *rule.Finder, name string, at manifest.Place) {
	switch {
	case slices.Contains(strings.Split(name, "/"), ".."):
		f.Report(at, "name a path inside the volume", "path %q leaves its volume with \"..\"", name)
	case path.IsAbs(name):
		f.Report(at, "leave the slash at its start out", "path %q is not relative to its volume", name)
	}
}

func checkID(f *rule.Finder, id *int64, at manifest.Place) {
	if id != nil && (*id < 0 || *id > math.MaxInt32) {
		f.Report(at, "use the number of a user or a group", "%d is no number from 0 to %d", *id, math.MaxInt32)
	}
}

func checkToleration(f *rule.Finder, toleration corev1.Toleration, at manifest.Place) {
	checkWord(f, toleration.Operator, at.Below("operator"), "", corev1.TolerationOpExists, corev1.TolerationOpEqual, "Lt", "Gt")
	checkWord(f, toleration.Effect, at.Below("effect"), "", corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute)
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

// preferences are the weights of each kind of affinity, in their order.
func preferences(affinity *corev1.Affinity) map[string][]int32 {
	all := map[string][]int32{}
	if affinity == nil {
		return all
	}
	pods := func(field string, terms []corev1.WeightedPodAffinityTerm) {
		for _, term := range terms {
			all[field] = append(all[field], term.Weight)
		}
	}
	if a := affinity.NodeAffinity; a != nil {
		for _, term := range a.PreferredDuringSchedulingIgnoredDuringExecution {
			all["nodeAffinity"] = append(all["nodeAffinity"], term.Weight)
		}
	}
	if a := affinity.PodAffinity; a != nil {
		pods("podAffinity", a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if a := affinity.PodAntiAffinity; a != nil {
		pods("podAntiAffinity", a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	return all
}
