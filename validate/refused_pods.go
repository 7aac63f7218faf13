package validate

import (
	"math"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

func refusedPod(r *report, w *workload) {
	pod := w.at(strings.TrimSuffix(w.spec(""), "."))
	for i, volume := range w.pod.Volumes {
		refusedVolume(r, volume, pod.below("volumes").item(i))
	}
	for i, toleration := range w.pod.Tolerations {
		refusedToleration(r, toleration, pod.below("tolerations").item(i))
	}
	refusedTerms(r, w.pod.Affinity, pod.below("affinity"))
	for i, spread := range w.pod.TopologySpreadConstraints {
		refusedSpread(r, spread, pod.below("topologySpreadConstraints").item(i))
	}
	for field, weights := range preferences(w.pod.Affinity) {
		for i, weight := range weights {
			if weight < 1 || weight > 100 {
				at := pod.below("affinity." + field + ".preferredDuringSchedulingIgnoredDuringExecution").item(i)
				r.add(at.below("weight"), "use 1 to 100", "the weight is %d, and must be from 1 to 100", weight)
			}
		}
	}
	if resources := w.pod.Resources; resources != nil {
		refusedResources(r, resources.Requests, resources.Limits, pod.below("resources"))
	}
	if security := w.pod.SecurityContext; security != nil {
		at := pod.below("securityContext")
		refusedID(r, security.RunAsUser, at.below("runAsUser"))
		refusedID(r, security.RunAsGroup, at.below("runAsGroup"))
		refusedID(r, security.FSGroup, at.below("fsGroup"))
		if policy := security.FSGroupChangePolicy; policy != nil {
			refusedWord(r, *policy, at.below("fsGroupChangePolicy"), corev1.FSGroupChangeOnRootMismatch, corev1.FSGroupChangeAlways)
		}
		for i := range security.SupplementalGroups {
			refusedID(r, &security.SupplementalGroups[i], at.below("supplementalGroups").item(i))
		}
	}
}

func refusedSpread(r *report, spread corev1.TopologySpreadConstraint, at place) {
	if spread.MaxSkew < 1 {
		r.add(at.below("maxSkew"), "use 1 or more", "maxSkew is %d, and must be at least 1", spread.MaxSkew)
	}
	refusedWord(r, spread.WhenUnsatisfiable, at.below("whenUnsatisfiable"), corev1.DoNotSchedule, corev1.ScheduleAnyway)
	refusedBlank(r, spread.TopologyKey, at.below("topologyKey"), "the label of workers that tells places apart")
}

func refusedContainer(r *report, c container, at place) {
	refusedResources(r, c.Resources.Requests, c.Resources.Limits, at.below("resources"))
	for i, env := range c.Env {
		refusedEnv(r, env, at.below("env").item(i))
	}
	for i, from := range c.EnvFrom {
		if n := sources(from); n != 1 {
			r.add(at.below("envFrom").item(i), "name either a ConfigMap or a Secret", "variables are taken from %d sources, and must be from one", n)
		}
	}
	for i, mount := range c.VolumeMounts {
		where := at.below("volumeMounts").item(i)
		refusedSubPath(r, mount.SubPath, where.below("subPath"))
		refusedSubPath(r, mount.SubPathExpr, where.below("subPathExpr"))
		if way := mount.MountPropagation; way != nil {
			refusedWord(r, *way, where.below("mountPropagation"), corev1.MountPropagationNone, corev1.MountPropagationHostToContainer, corev1.MountPropagationBidirectional)
		}
		if slices.ContainsFunc(c.VolumeMounts[:i], func(other corev1.VolumeMount) bool { return other.MountPath == mount.MountPath }) {
			r.add(where.below("mountPath"), "use another path, or mount one of the two", "container %q mounts two volumes at %q", c.Name, mount.MountPath)
		}
	}
	if security := c.SecurityContext; security != nil {
		refusedID(r, security.RunAsUser, at.below("securityContext.runAsUser"))
		refusedID(r, security.RunAsGroup, at.below("securityContext.runAsGroup"))
	}
}

func refusedEnv(r *report, env corev1.EnvVar, at place) {
	if env.ValueFrom == nil {
		return
	}
	switch n := sources(*env.ValueFrom); {
	case n != 1:
		r.add(at.below("valueFrom"), "name one source, such as secretKeyRef", "variable %q is taken from %d sources, and must be from one", env.Name, n)
	case env.Value != "":
		r.add(at.below("valueFrom"), "leave one of the two out", "variable %q has both value and valueFrom", env.Name)
	}
	refusedKeys(r, env.ValueFrom, at.below("valueFrom"))
}

// refusedVolume lets a volume without a source pass: it becomes an emptyDir.
func refusedVolume(r *report, volume corev1.Volume, at place) {
	if n := sources(volume.VolumeSource); n > 1 {
		r.add(at, "make each a volume of its own, or join them in `projected`", "volume %q has %d sources, and must have one", volume.Name, n)
	}
	refusedSource(r, volume.VolumeSource, at)
	if empty := volume.EmptyDir; empty != nil && empty.SizeLimit != nil && empty.SizeLimit.Sign() < 0 {
		r.add(at.below("emptyDir.sizeLimit"), "use an amount that is not negative", "the size limit is negative: %s", empty.SizeLimit.String())
	}
	if volume.Ephemeral != nil && volume.Ephemeral.VolumeClaimTemplate != nil {
		refusedClaim(r, &volume.Ephemeral.VolumeClaimTemplate.Spec, at.below("ephemeral.volumeClaimTemplate.spec"))
	}
	if volume.Projected == nil {
		return
	}
	for i, source := range volume.Projected.Sources {
		if n := sources(source); n > 1 {
			r.add(at.below("projected.sources").item(i), "make each an item of its own", "one item of volume %q has %d sources, and must have one", volume.Name, n)
		}
	}
}

func refusedSubPath(r *report, name string, at place) {
	switch {
	case slices.Contains(strings.Split(name, "/"), ".."):
		r.add(at, "name a path inside the volume", "path %q leaves its volume with \"..\"", name)
	case path.IsAbs(name):
		r.add(at, "leave the slash at its start out", "path %q is not relative to its volume", name)
	}
}

func refusedID(r *report, id *int64, at place) {
	if id != nil && (*id < 0 || *id > math.MaxInt32) {
		r.add(at, "use the number of a user or a group", "%d is no number from 0 to %d", *id, math.MaxInt32)
	}
}

func refusedToleration(r *report, toleration corev1.Toleration, at place) {
	refusedWord(r, toleration.Operator, at.below("operator"), "", corev1.TolerationOpExists, corev1.TolerationOpEqual, "Lt", "Gt")
	refusedWord(r, toleration.Effect, at.below("effect"), "", corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute)
	exists := toleration.Operator == corev1.TolerationOpExists
	switch {
	case exists && toleration.Value != "":
		r.add(at.below("value"), "leave the value out, or use operator: Equal", "a toleration with operator Exists has a value, %q", toleration.Value)
	case !exists && toleration.Key == "":
		r.add(at.below("operator"), "add operator: Exists, which tolerates every taint, or a key", "a toleration without a key needs operator Exists")
	}
	if toleration.TolerationSeconds != nil && toleration.Effect != corev1.TaintEffectNoExecute {
		r.add(at.below("effect"), "use effect: NoExecute, or leave tolerationSeconds out", "a toleration with tolerationSeconds needs effect NoExecute")
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
