package fit

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

// givenConfigMaps are made by the cluster in every namespace.
var givenConfigMaps = []string{"kube-root-ca.crt", "openshift-service-ca.crt"}

// A reference to a ConfigMap, and to a key of it unless that is empty.
type reference struct {
	name, key string
	optional  bool
	at        manifest.Place
}

// references are all that a workload wants of ConfigMaps.
func references(w *manifest.Workload) []reference {
	var all []reference
	for i, volume := range w.Pod.Volumes {
		field := rule.Index(w.PodField("volumes"), i)
		if source := volume.ConfigMap; source != nil {
			all = append(all, volumeReferences(w, source.Name, source.Items, source.Optional, field+".configMap")...)
		}
		if volume.Projected == nil {
			continue
		}
		for j, source := range volume.Projected.Sources {
			if c := source.ConfigMap; c != nil {
				all = append(all, volumeReferences(w, c.Name, c.Items, c.Optional, rule.Index(field+".projected.sources", j)+".configMap")...)
			}
		}
	}
	for _, c := range w.Containers() {
		all = append(all, envReferences(w, c)...)
		all = append(all, subPathReferences(w, c)...)
	}
	return all
}

func volumeReferences(w *manifest.Workload, name string, items []corev1.KeyToPath, optional *bool, field string) []reference {
	may := optional != nil && *optional
	all := []reference{{name, "", may, w.At(field + ".name")}}
	for i, item := range items {
		all = append(all, reference{name, item.Key, may, w.At(rule.Index(field+".items", i) + ".key")})
	}
	return all
}

func envReferences(w *manifest.Workload, c manifest.Container) []reference {
	var all []reference
	for i, from := range c.EnvFrom {
		if ref := from.ConfigMapRef; ref != nil {
			field := rule.Index(c.Field+".envFrom", i) + ".configMapRef.name"
			all = append(all, reference{ref.Name, "", ref.Optional != nil && *ref.Optional, w.At(field)})
		}
	}
	for i, env := range c.Env {
		if env.ValueFrom != nil && env.ValueFrom.ConfigMapKeyRef != nil {
			ref := env.ValueFrom.ConfigMapKeyRef
			field := rule.Index(c.Field+".env", i) + ".valueFrom.configMapKeyRef"
			may := ref.Optional != nil && *ref.Optional
			all = append(all, reference{ref.Name, "", may, w.At(field + ".name")}, reference{ref.Name, ref.Key, may, w.At(field + ".key")})
		}
	}
	return all
}

// subPathReferences are mounts of one file of a ConfigMap.
func subPathReferences(w *manifest.Workload, c manifest.Container) []reference {
	var all []reference
	for i, mount := range c.VolumeMounts {
		volume := w.Volume(mount.Name)
		if mount.SubPath == "" || volume == nil || volume.ConfigMap == nil || len(volume.ConfigMap.Items) > 0 {
			continue
		}
		optional := volume.ConfigMap.Optional
		field := rule.Index(c.Field+".volumeMounts", i) + ".subPath"
		all = append(all, reference{volume.ConfigMap.Name, mount.SubPath, optional != nil && *optional, w.At(field)})
	}
	return all
}

var noVolume = row{Rule: rule.Rule{
	ID: "EF310", Severity: rule.Error, Title: "a mount names no volume",
	Why:     "the API server refuses a container that mounts a volume which the pod does not have",
	Example: "volumeMounts: [{name: config, mountPath: /etc/flow}]\nvolumes: [{name: configuration, configMap: {name: flow}}]",
	Fix:     "volumeMounts: [{name: configuration, mountPath: /etc/flow}]",
}, Check: findNoVolume}

func findNoVolume(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		for _, c := range w.Containers() {
			for i, mount := range c.VolumeMounts {
				if !w.Mountable(mount.Name) {
					f.Report(w.At(rule.Index(c.Field+".volumeMounts", i)+".name"), "add the volume, or use the name of one that is there",
						"container %q mounts %q, which is neither a volume nor a claim template", c.Name, mount.Name)
				}
			}
		}
	}
}

var noConfigMap = row{Rule: rule.Rule{
	ID: "EF311", Severity: rule.Error, Title: "a ConfigMap does not exist",
	Why:     "a pod waits for ever for a ConfigMap that it needs",
	Example: "volumes: [{name: configuration, configMap: {name: flow-config}}]   # the ConfigMap is flow-configuration",
	Fix:     "volumes: [{name: configuration, configMap: {name: flow-configuration}}]",
}, Check: findNoConfigMap}

func findNoConfigMap(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		for _, ref := range references(w) {
			config := set.ConfigMap(w.Namespace, ref.name)
			if ref.key == "" && config.Object == nil && !ref.optional && !slices.Contains(givenConfigMaps, ref.name) {
				f.Report(ref.at, "add it, or use the name of one that is there", "ConfigMap %q does not exist in namespace %q", ref.name, w.Namespace)
			}
		}
	}
}

var noKey = row{Rule: rule.Rule{
	ID: "EF312", Severity: rule.Error, Title: "a ConfigMap has no such key",
	Why:     "a pod does not start if a key that it needs is missing; a subPath without its key mounts an empty folder",
	Example: "configMap: {name: flow, items: [{key: node.cfg, path: node.conf}]}   # the key is node.conf",
	Fix:     "configMap: {name: flow, items: [{key: node.conf, path: node.conf}]}",
}, Check: findNoKey}

func findNoKey(set *manifest.Set, f *rule.Finder) {
	for _, w := range set.Workloads() {
		for _, ref := range references(w) {
			config := set.ConfigMap(w.Namespace, ref.name)
			if ref.key != "" && config.Value != nil && !ref.optional && !manifest.HasKey(config.Value, ref.key) {
				f.Report(ref.at, "add the key, or use one that is there", "ConfigMap %q has no key %q", ref.name, ref.key)
			}
		}
	}
}
